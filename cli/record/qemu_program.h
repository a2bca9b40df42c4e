/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * qemu_program.h - the QEMU that runs the guest: finding it, and whether it
 * takes plugins.
 */
#ifndef QEMU_PROGRAM_H
#define QEMU_PROGRAM_H

#include <limits.h>

/**
 * struct qemu_program - a QEMU that can record
 * @path: of the program
 * @version: as its --version tells
 * @major_version: the first number of it
 */
struct qemu_program {
    char path[PATH_MAX];
    char version[256];
    int major_version;
};

/**
 * qemu_program_find() - find a QEMU for an architecture
 * @arch: QEMU's name of it
 * @chosen: what the user chose, or NULL: a path, or the version of one that
 *          tools/build-qemu built
 * @qemu: filled on success
 *
 * Without a choice it is that on PATH, or, where that has no plugins or is not
 * there, the newest that tools/build-qemu built.  Says what is wrong, and what
 * to do about it.
 *
 * Return: 0, or -1.
 */
int qemu_program_find(const char *arch, const char *chosen,
                      struct qemu_program *qemu);

#endif /* QEMU_PROGRAM_H */
