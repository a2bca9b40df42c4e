/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record_filters.h - options that record a part of the accesses: for
 * `memtrace record`, and for the recorder of a QEMU started by hand.
 */
#ifndef RECORD_FILTERS_H
#define RECORD_FILTERS_H

#include "named_ranges.h"
#include "options.h"
#include "record_meta.h"
#include "recorder.h"

/* What the options give; all zero records everything. */
struct record_filter_settings {
    struct option_strings functions;
    struct option_strings modules;
    struct option_strings sources;
    struct option_strings symbols;
    struct option_strings start_at;
    struct option_strings stop_at;
    struct option_ranges threads;
    struct option_ranges addresses;
    uint64_t skip;
    uint64_t limit;
    const char *sample;
    struct option_strings regions;
    bool heap;
};

/* Entries for a command's table; @member is a record_filter_settings. */
/* clang-format off */
#define RECORD_FILTER_OPTIONS(settings_struct, member)                         \
    {.name = "function",                                                       \
     .type = OPTION_STRINGS,                                                   \
     .value = "GLOB,!GLOB",                                                    \
     .help = "only accesses by these functions; ! all but these",              \
     .field = offsetof(settings_struct, member.functions)},                    \
    {.name = "module",                                                         \
     .type = OPTION_STRINGS,                                                   \
     .value = "GLOB,!GLOB",                                                    \
     .help = "only accesses by code of these files",                           \
     .field = offsetof(settings_struct, member.modules)},                      \
    {.name = "source",                                                         \
     .type = OPTION_STRINGS,                                                   \
     .value = "GLOB,!GLOB",                                                    \
     .help = "only accesses by code of these source files",                    \
     .field = offsetof(settings_struct, member.sources)},                      \
    {.name = "symbol",                                                         \
     .type = OPTION_STRINGS,                                                   \
     .value = "GLOB,GLOB",                                                     \
     .help = "only accesses to these static variables",                        \
     .field = offsetof(settings_struct, member.symbols)},                      \
    {.name = "address",                                                        \
     .letter = 'a',                                                            \
     .type = OPTION_ADDRESSES,                                                 \
     .value = "LO-HI|LO+LEN",                                                  \
     .help = "only accesses that touch a byte of this range",                  \
     .field = offsetof(settings_struct, member.addresses)},                    \
    {.name = "region",                                                         \
     .type = OPTION_STRINGS,                                                   \
     .value = "NAME,NAME",                                                     \
     .help = "only memory of these kinds: heap, stack, data, mmap",            \
     .field = offsetof(settings_struct, member.regions)},                      \
    {.name = "thread",                                                         \
     .letter = 't',                                                            \
     .type = OPTION_NUMBERS,                                                   \
     .value = "N,N-M",                                                         \
     .help = "only accesses of these threads",                                 \
     .field = offsetof(settings_struct, member.threads)},                      \
    {.name = "start-at",                                                       \
     .type = OPTION_STRINGS,                                                   \
     .value = "GLOB,GLOB",                                                     \
     .help = "start to record when such a function is called",                 \
     .field = offsetof(settings_struct, member.start_at)},                     \
    {.name = "stop-at",                                                        \
     .type = OPTION_STRINGS,                                                   \
     .value = "GLOB,GLOB",                                                     \
     .help = "and stop when such a one is",                                    \
     .field = offsetof(settings_struct, member.stop_at)},                      \
    {.name = "skip",                                                           \
     .type = OPTION_NUMBER,                                                    \
     .value = "N",                                                             \
     .help = "leave out the first N accesses",                                 \
     .field = offsetof(settings_struct, member.skip),                          \
     .max = INT64_MAX},                                                        \
    {.name = "limit",                                                          \
     .type = OPTION_NUMBER,                                                    \
     .value = "N",                                                             \
     .help = "record no more than N accesses",                                 \
     .field = offsetof(settings_struct, member.limit),                         \
     .min = 1,                                                                 \
     .max = INT64_MAX},                                                        \
    {.name = "sample",                                                         \
     .type = OPTION_STRING,                                                    \
     .value = "ON/PERIOD",                                                     \
     .help = "record ON of every PERIOD, as 1ms/100ms",                        \
     .field = offsetof(settings_struct, member.sample)},                       \
    {.name = "heap",                                                           \
     .type = OPTION_FLAG,                                                      \
     .help = "also which blocks malloc and the like give (QEMU 9.1 or later)", \
     .field = offsetof(settings_struct, member.heap)}
/* clang-format on */

/**
 * struct record_filters - the options, ready to be used
 * @named: what the recorder is asked for
 * @names: with that, for the recorder
 */
struct record_filters {
    const struct record_filter_settings *settings;
    struct named_ranges named;
    struct recorder_names names;
    uint64_t sample_on_ns;
    uint64_t sample_period_ns;
    uint32_t regions; /* bits of enum selection_region; 0: all */
};

/**
 * record_filters_read() - make sense of the options
 * @settings: must stay
 *
 * Return: STATUS_FINE, or STATUS_USAGE, said on stderr.
 */
int record_filters_read(struct record_filters *filters,
                        const struct record_filter_settings *settings);

/**
 * record_filters_check_static() - all the names must be in this file
 *
 * For a program that is linked to nothing else: what it has not will not be
 * met.  Return: STATUS_FINE, or STATUS_FAILURE, said on stderr.
 */
int record_filters_check_static(struct record_filters *filters,
                                const char *file);

/** record_filters_tell() - tell the plugin, before the guest starts. */
void record_filters_tell(const struct record_filters *filters,
                         struct channel *channel);

/** record_filters_describe() - for the trace, what was not to be recorded. */
void record_filters_describe(const struct record_filters *filters,
                             struct record_meta *meta);

/** record_filters_report() - at the end: names that were not met. */
void record_filters_report(const struct record_filters *filters);

void record_filters_free(struct record_filters *filters);

#endif /* RECORD_FILTERS_H */
