/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * filter.h - which accesses a command looks at.  The same options, with the
 * same meaning, in every command that reads accesses.
 */
#ifndef FILTER_H
#define FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memtrace.h"
#include "options.h"

enum filter_kind { KIND_ALL, KIND_READ, KIND_WRITE, KIND_ATOMIC };

extern const char *const filter_kinds[];

/* What the options give; all zero lets everything pass. */
struct filter {
    struct option_ranges threads;
    struct option_ranges addresses;
    int kind; /* enum filter_kind */
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
 * filter_check() - are all the named threads in the trace?
 *
 * Return: STATUS_FINE, or STATUS_FAILURE, said on stderr.
 */
int filter_check(const struct filter *filter,
                 const struct memtrace_reader *reader, const char *path);

/** filter_has_thread() - Return: true if the thread's accesses may pass. */
bool filter_has_thread(const struct filter *filter, uint32_t thread);

/** filter_only_thread() - Return: the one thread that passes, if it is one. */
uint32_t filter_only_thread(const struct filter *filter);

/** filter_looks_inside() - Return: true if not all of a thread pass. */
bool filter_looks_inside(const struct filter *filter);

/**
 * filter_accesses() - copy the accesses that pass
 * @values: theirs, or NULL
 * @out: room for @n accesses
 * @values_out: room for @n values, where there are some
 *
 * Does not look at threads.  Return: how many were copied.
 */
size_t filter_accesses(const struct filter *filter,
                       const struct memtrace_access *accesses,
                       const struct memtrace_value *values, size_t n,
                       struct memtrace_access *out,
                       struct memtrace_value *values_out);

/**
 * filter_kernel_access() - may a MEMTRACE_EVENT_KERNEL_ACCESS pass?
 *
 * Does not look at the thread.
 */
bool filter_kernel_access(const struct filter *filter,
                          const struct memtrace_event *event);

#endif /* FILTER_H */
