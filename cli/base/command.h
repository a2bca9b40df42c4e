/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command.h - what a command of `memtrace` is.
 *
 * A command lives in a file of its own and owns one const struct command.
 * commands.c lists them; parsing, help, and the checks of the man pages come
 * from that entry and from nowhere else.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "options.h"

/* Exit statuses of `memtrace`; record alone may return others. */
enum command_status {
    STATUS_FINE = 0,
    STATUS_FAILURE = 1,
    STATUS_USAGE = 2,
};

#define OPERANDS_ANY SIZE_MAX

/**
 * struct command - a command and all that is known of it
 * @name: as it is typed
 * @summary: one line for the list of commands, no full stop
 * @operands: what follows the options in the usage line, or ""
 * @description: lines shown under the usage line, or NULL
 * @options: ends with an entry without a name; NULL for none
 * @defaults: settings before the options are read; NULL for all zero
 * @settings_bytes: size of the struct that the options' fields lie in
 * @max_operands: more are a usage error
 * @operand_ends_options: from the first operand on all belongs to another
 *                        program
 * @is_hidden: not in any list
 * @run: does it. @settings lives until run returns; its strings are argv's.
 *       Return: enum command_status (record: the guest's status)
 */
struct command {
    const char *name;
    const char *summary;
    const char *operands;
    const char *description;
    const struct option *options;
    const void *defaults;
    size_t settings_bytes;
    size_t max_operands;
    bool operand_ends_options;
    bool is_hidden;
    int (*run)(void *settings, int n_operands, char **operands);
};

extern const struct command command_record;
extern const struct command command_recorder;
extern const struct command command_dump;
extern const struct command command_info;
extern const struct command command_report;
extern const struct command command_races;
extern const struct command command_help;

/* All commands, NULL at the end. */
extern const struct command *const commands[];

/** command_find() - Return: the command of that name, or NULL. */
const struct command *command_find(const char *name);

/** command_unknown() - say so, suggest a name. Return: STATUS_USAGE. */
int command_unknown(const char *name);

/**
 * command_usage_error() - say in one line what is wrong with the arguments
 * @format: as for printf, without prefix and newline
 *
 * Return: STATUS_USAGE.
 */
int command_usage_error(const struct command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif /* COMMAND_H */
