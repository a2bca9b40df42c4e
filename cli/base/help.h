/* SPDX-License-Identifier: GPL-2.0-or-later */
/* help.h - help texts, derived from the table of commands. */
#ifndef HELP_H
#define HELP_H

struct command;

/**
 * help_show() - print help to stdout
 * @command: whose; NULL for the overview of all commands
 *
 * Return: enum command_status.
 */
int help_show(const struct command *command);

/** help_complain() - print the overview to stderr. Return: STATUS_USAGE. */
int help_complain(void);

#endif /* HELP_H */
