/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * exec_program.h - what the guest is about to execute: an ELF program that a
 * QEMU can run, or a script, as the kernel would see them.
 */
#ifndef PLUGIN_EXEC_PROGRAM_H
#define PLUGIN_EXEC_PROGRAM_H

#include <limits.h>
#include <stddef.h>

#include "guest.h"

#define EXEC_SCRIPTS 4 /* an interpreter may be a script, so often */
#define EXEC_LINE 256

/**
 * struct exec_program - a program that can be executed
 * @path: of the ELF file: of a script, of its last interpreter
 * @guest: that it is for
 * @words: what stands before the arguments in place of argument 0, n_words of
 *         them; of a program that is no script none.  They point into @lines
 *         and to the path it was found by
 */
struct exec_program {
    char path[PATH_MAX];
    const struct guest *guest;
    const char *words[3 * EXEC_SCRIPTS];
    size_t n_words;
    char lines[EXEC_SCRIPTS][EXEC_LINE];
};

/**
 * exec_program_find() - look at what is to be executed
 * @path: as the guest gave it; must stay as long as @program
 * @sysroot: where the guest's libraries are, or NULL
 * @program: filled on success
 *
 * Return: 0; -1 where the kernel would refuse it, where it would run with
 * other rights, or where no QEMU known here runs it.
 */
int exec_program_find(const char *path, const char *sysroot,
                      struct exec_program *program);

#endif /* PLUGIN_EXEC_PROGRAM_H */
