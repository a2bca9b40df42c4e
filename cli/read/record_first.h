/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record_first.h - for commands that read a trace: given a program in its
 * place, they record it first.
 */
#ifndef RECORD_FIRST_H
#define RECORD_FIRST_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "options.h"

struct command;

/*
 * Options of record that a guest may need, which are handed on as they are:
 * record checks them.
 *
 * base: offset of the struct record_first_options, for tables of options
 * type: STRING, or FLAG
 * member: of struct record_first_options
 * name: as it is typed, with and without record
 * value: what the help calls the value, or NULL
 * help: one line
 */
/* clang-format off */
#define RECORD_FIRST_PASSED(PASSED, base)                                      \
    PASSED(base, STRING, qemu, "qemu", "QEMU",                                 \
           "of PROGRAM: path or version of the QEMU to use")                   \
    PASSED(base, STRING, cpu, "cpu", "MODEL",                                  \
           "of PROGRAM: the guest's CPU, as QEMU's -cpu")                      \
    PASSED(base, FLAG, follows_exec, "follow-exec", NULL,                      \
           "of PROGRAM: also what it puts in its place by execve")             \
    PASSED(base, FLAG, leaves_children, "no-wait-children", NULL,              \
           "of PROGRAM: end with it, not with all that it started")            \
    PASSED(base, STRING, buffer, "buffer", "SIZE",                             \
           "of PROGRAM: memory between it and the recorder")                   \
    PASSED(base, STRING, clock, "clock", "auto|processor|counter",             \
           "of PROGRAM: time stamps, as record has them")
/* clang-format on */

#define RECORD_FIRST_STRING(member) const char *member;
#define RECORD_FIRST_FLAG(member) bool member;
#define RECORD_FIRST_MEMBER(base, type, member, ...) RECORD_FIRST_##type(member)
#define RECORD_FIRST_OPTION(base, type_, member_, name_, value_, help_)        \
    {.name = (name_),                                                          \
     .type = OPTION_##type_,                                                   \
     .value = (value_),                                                        \
     .help = (help_),                                                          \
     .field = (base) + offsetof(struct record_first_options, member_)},

/* What the options give. */
struct record_first_options {
    const char *output;
    bool force;
    RECORD_FIRST_PASSED(RECORD_FIRST_MEMBER, 0)
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
        RECORD_FIRST_PASSED(RECORD_FIRST_OPTION,                               \
                            offsetof(settings_struct, member))

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
