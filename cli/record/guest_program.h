/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest_program.h - the program to be recorded: where it is, and for which
 * architecture.
 */
#ifndef GUEST_PROGRAM_H
#define GUEST_PROGRAM_H

#include <limits.h>
#include <stdbool.h>

#include "guest.h"

#define GUEST_SCRIPT_LINE 256

/**
 * struct guest_program - an ELF file that QEMU may run
 * @path: of the ELF file
 * @guest: its architecture
 * @loader: its dynamic loader, "" for a static program
 * @script_argument: what a script's first line has behind its interpreter
 * @is_script: the program is a script; path is its interpreter
 */
struct guest_program {
    char path[PATH_MAX];
    const struct guest *guest;
    char loader[PATH_MAX];
    bool is_script;
    char script_argument[GUEST_SCRIPT_LINE];
};

/**
 * guest_program_find() - find a program as a shell would
 * @name: with a slash a path, otherwise looked up on PATH
 * @program: filled on success
 *
 * A script is followed to its interpreter, once.  Says what is wrong.
 *
 * Return: 0, or -1.
 */
int guest_program_find(const char *name, struct guest_program *program);

#endif /* GUEST_PROGRAM_H */
