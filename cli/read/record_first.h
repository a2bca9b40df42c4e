/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record_first.h - for commands that read a trace: given a program in its
 * place, they record it first.
 */
#ifndef RECORD_FIRST_H
#define RECORD_FIRST_H

#include <limits.h>
#include <stdbool.h>

#include "options.h"

struct command;

/* What the options give. */
struct record_first_options {
    const char *output;
    bool force;
    const char *qemu;
};

/* Entries for a command's table; @member is a struct record_first_options. */
#define RECORD_FIRST_OPTIONS(settings_struct, member)                          \
    {.name = "output",                                                         \
     .letter = 'o',                                                            \
     .type = OPTION_STRING,                                                    \
     .value = "FILE",                                                          \
     .help = "of PROGRAM: keep the trace there",                               \
     .field = offsetof(settings_struct, member.output)},                       \
        {.name = "force",                                                      \
         .type = OPTION_FLAG,                                                  \
         .help = "of PROGRAM: replace that file if it is there",               \
         .field = offsetof(settings_struct, member.force)},                    \
    {                                                                          \
        .name = "qemu", .type = OPTION_STRING, .value = "QEMU",                \
        .help = "of PROGRAM: path or version of the QEMU to use",              \
        .field = offsetof(settings_struct, member.qemu)                        \
    }

/**
 * record_first_check() - do the arguments name one thing to read?
 * @input: what -i gave, or NULL
 * @also: another option that is for a program alone and was given, or NULL
 *
 * Return: STATUS_FINE, or STATUS_USAGE, said on stderr.
 */
int record_first_check(const struct command *command,
                       const struct record_first_options *options,
                       const char *input, const char *also, int n_operands,
                       char **operands);

/**
 * struct record_first - a trace that was recorded for a command
 * @path: of it
 * @is_temporary: it goes with record_first_end()
 */
struct record_first {
    char path[PATH_MAX];
    bool is_temporary;
};

/**
 * record_first() - record a program as `memtrace record` does
 * @arguments: options of record, NULL at the end
 * @n_operands, @operands: the program and its arguments
 *
 * SIGTERM and SIGHUP end the program, then what records it, then us, as do all
 * signals that end us until record_first_end(): a temporary trace is removed.
 * An interrupt ends the program alone.
 *
 * Return: 0, or -1, said on stderr. record_first_end() is due in any case.
 */
int record_first(struct record_first *first,
                 const struct record_first_options *options,
                 const char *const *arguments, int n_operands, char **operands);

/** record_first_end() - remove a trace that is not to be kept. */
void record_first_end(struct record_first *first);

#endif /* RECORD_FIRST_H */
