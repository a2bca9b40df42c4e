/* SPDX-License-Identifier: GPL-2.0-or-later */
/* help.h - help texts, derived from the table of commands. */
#ifndef HELP_H
#define HELP_H

#include <stdio.h>

struct command;

/** help_overview() - write usage and the list of commands to @file. */
void help_overview(FILE *file);

/** help_command() - write a command's help to @file. */
void help_command(FILE *file, const struct command *command);

/** help_flush() - check what was printed. Return: enum command_status. */
int help_flush(FILE *file);

#endif /* HELP_H */
