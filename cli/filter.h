/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * filter.h - the options that say which accesses a command looks at.  The
 * same, with the same meaning, in every command that reads accesses.
 */
#ifndef FILTER_H
#define FILTER_H

#include <stddef.h>

#include "options.h"
#include "selection.h"

extern const char *const filter_kinds[];

/* What the options give; all zero lets everything pass. */
struct filter {
    struct option_ranges threads;
    struct option_ranges addresses;
    int kind; /* enum selection_kind */
};

/* Entries for a command's table of options; @member is a struct filter. */
#define FILTER_OPTIONS(settings_struct, member)                                \
    {.name = "thread",                                                         \
     .letter = 't',                                                            \
     .type = OPTION_NUMBERS,                                                   \
     .value = "N,N-M",                                                         \
     .help = "only these threads",                                             \
     .field = offsetof(settings_struct, member.threads)},                      \
        {.name = "address",                                                    \
         .letter = 'a',                                                        \
         .type = OPTION_ADDRESSES,                                             \
         .value = "LO-HI|LO+LEN",                                              \
         .help = "only accesses that touch a byte of this range",              \
         .field = offsetof(settings_struct, member.addresses)},                \
    {                                                                          \
        .name = "kind", .letter = 'k', .type = OPTION_CHOICE,                  \
        .choices = filter_kinds, .help = "only accesses of this kind",         \
        .field = offsetof(settings_struct, member.kind)                        \
    }

/**
 * filter_select() - what the options select of a trace
 * @path: of the trace, for messages
 * @out: ready for use; give it to selection_free() also after a failure
 *
 * Return: STATUS_FINE, or STATUS_FAILURE, said on stderr.
 */
int filter_select(const struct filter *filter,
                  const struct memtrace_reader *reader, const char *path,
                  struct selection *out);

#endif /* FILTER_H */
