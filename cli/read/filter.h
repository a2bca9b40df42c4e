/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * filter.h - the options that say which accesses a command looks at.  The
 * same, with the same meaning, in every command that reads accesses.
 */
#ifndef FILTER_H
#define FILTER_H

#include <stddef.h>

#include "names_options.h"
#include "options.h"
#include "choice.h"

extern const char *const filter_kinds[];

/* What the options give; all zero lets everything pass. */
struct filter {
    struct option_threads threads;
    struct option_ranges addresses;
    struct option_ranges times; /* ns since the start */
    int kind;                   /* enum choice_kind */
    struct option_strings regions;
    struct option_strings symbols;
    struct option_strings functions;
    struct option_strings modules;
    struct option_strings sources;
    struct names_options names;
};

#define FILTER_OPTION(settings_struct, field_, type_, name_, letter_, value_,  \
                      help_)                                                   \
    {                                                                          \
        .name = name_, .letter = letter_, .type = type_, .value = value_,      \
        .help = help_, .field = offsetof(settings_struct, field_)              \
    }

/* Entries for a command's table of options; @member is a struct filter. */
#define FILTER_OPTIONS(settings_struct, member)                                \
    FILTER_OPTION(settings_struct, member.threads, OPTION_THREADS, "thread",   \
                  't', "N,N-M|GLOB,!GLOB",                                     \
                  "only these threads, by number or by name"),                 \
        FILTER_OPTION(settings_struct, member.addresses, OPTION_ADDRESSES,     \
                      "address", 'a', "LO-HI|LO+LEN",                          \
                      "only accesses that touch a byte of this range"),        \
        FILTER_OPTION(settings_struct, member.regions, OPTION_STRINGS,         \
                      "region", 0, "NAME,NAME",                                \
                      "only memory of these kinds: stack, heap, data, mmap"),  \
        FILTER_OPTION(settings_struct, member.symbols, OPTION_STRINGS,         \
                      "symbol", 0, "GLOB,!GLOB",                               \
                      "only these global and static variables"),               \
        FILTER_OPTION(settings_struct, member.functions, OPTION_STRINGS,       \
                      "function", 0, "GLOB,!GLOB",                             \
                      "only what the code of these functions accesses"),       \
        FILTER_OPTION(settings_struct, member.modules, OPTION_STRINGS,         \
                      "module", 0, "GLOB,!GLOB",                               \
                      "the same of programs and libraries"),                   \
        FILTER_OPTION(settings_struct, member.sources, OPTION_STRINGS,         \
                      "source", 0, "GLOB,!GLOB", "the same of source files"),  \
        {.name = "kind",                                                       \
         .letter = 'k',                                                        \
         .type = OPTION_CHOICE,                                                \
         .choices = filter_kinds,                                              \
         .help = "only accesses of this kind",                                 \
         .field = offsetof(settings_struct, member.kind)},                     \
        FILTER_OPTION(settings_struct, member.times, OPTION_TIMES, "time", 0,  \
                      "FROM-TO",                                               \
                      "only this time since the start, as in 1.5s-2s, "        \
                      "10ms-"),                                                \
        NAMES_OPTIONS(settings_struct, member.names)

/**
 * filter_select() - what the options select of a trace
 * @path: of the trace, for messages
 * @symbols: made where they are needed and there are none; the caller's to
 *           free, behind @out
 * @out: ready for use; give it to choice_free() also after a failure
 *
 * Return: STATUS_FINE, or STATUS_FAILURE or STATUS_USAGE, said on stderr.
 */
int filter_select(const struct filter *filter, struct memtrace_reader *reader,
                  const char *path, struct symbols **symbols,
                  struct choice *out);

/**
 * filter_select_names() - the part of it that needs names
 *
 * Return: as filter_select().
 */
int filter_select_names(const struct filter *filter,
                        struct memtrace_reader *reader, const char *path,
                        struct symbols **symbols, struct choice *out);

#endif /* FILTER_H */
