/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guest_run.h - a program under QEMU with the plugin, as this one's child. */
#ifndef GUEST_RUN_H
#define GUEST_RUN_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "guest_program.h"
#include "qemu_program.h"

/**
 * struct guest_run - how a program is to be run
 * @sysroot: folder of the guest's libraries; NULL: the host's own
 * @cpu: for QEMU; NULL: what is best for recording
 * @changes_folder: it may execute another program from another folder
 *
 * These are the caller's; guest_run_find() sets the rest.
 */
struct guest_run {
    const char *sysroot;
    const char *cpu;
    bool changes_folder;
    struct guest_program program;
    struct qemu_program qemu;
    char plugin[PATH_MAX];
};

/**
 * guest_run_find() - find the program, a QEMU for it and the plugin
 * @name: of the program, as a shell would find it
 * @qemu: its name, or NULL
 *
 * Return: 0, or -1, said on stderr.
 */
int guest_run_find(struct guest_run *run, const char *name, const char *qemu);

/** guest_run_cpu() - Return: the CPU to ask QEMU for; NULL: its own choice. */
const char *guest_run_cpu(const struct guest_run *run);

/**
 * guest_run_start() - start it; signals that end this process go to it, too
 * @options: of the plugin, as QEMU takes them
 * @fd: is given to QEMU
 * @operands: @n_operands, the program's name first
 *
 * Once in a process.  Return: the child, or -1, said on stderr.
 */
pid_t guest_run_start(const struct guest_run *run, const char *options, int fd,
                      int n_operands, char **operands);

/** guest_run_status() - Return: of a status as of wait(), that of a shell. */
int guest_run_status(int status);

#endif /* GUEST_RUN_H */
