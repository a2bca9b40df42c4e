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
#include "recording_options.h"

#define RECORD_FILTER_MEMBER_STRING(member) const char *member;
#define RECORD_FILTER_MEMBER_STRINGS(member) struct option_strings member;
#define RECORD_FILTER_MEMBER_NUMBER(member) uint64_t member;
#define RECORD_FILTER_MEMBER_NUMBERS(member) struct option_ranges member;
#define RECORD_FILTER_MEMBER_ADDRESSES(member) struct option_ranges member;
#define RECORD_FILTER_MEMBER(type, member, ...)                                \
    RECORD_FILTER_MEMBER_##type(member)

/* What the options give, one a row; all zero records everything. */
struct record_filter_settings {
    RECORDING_FILTERS(RECORD_FILTER_MEMBER)
};

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
 * @filters: filled, for record_filters_free() in any case
 * @settings: must stay
 * @has_heap: what allocates is sought, too
 *
 * Return: STATUS_FINE, or STATUS_USAGE, said on stderr.
 */
int record_filters_read(struct record_filters *filters,
                        const struct record_filter_settings *settings,
                        bool has_heap);

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
void record_filters_describe(const struct record_filter_settings *settings,
                             struct record_meta *meta);

/** record_filters_report() - at the end: names that were not met. */
void record_filters_report(const struct record_filters *filters);

void record_filters_free(struct record_filters *filters);

#endif /* RECORD_FILTERS_H */
