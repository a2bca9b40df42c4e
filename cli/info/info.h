/* SPDX-License-Identifier: GPL-2.0-or-later */
/* info.h - what memtrace info prints, in text and in JSON. */
#ifndef INFO_H
#define INFO_H

#include <stdbool.h>

#include "mappings.h"
#include "memtrace.h"
#include "table.h"

struct output;
struct thread_names;

enum info_mappings { MAPPINGS_END, MAPPINGS_ALL, MAPPINGS_NONE };

/**
 * struct info - what was gathered
 * @path: the file
 * @which: which mappings to print
 * @top: how many threads and how many mappings people see; 0: all
 * @has_meta: print all properties
 * @was_checked: every block was read
 * @has_kernel: what system calls accessed was recorded; how often is in
 *              @n_kernel_loads and @n_kernel_stores
 * @has_values: what was loaded and stored is there
 * @n_pauses: how often a thread's recording paused, as was asked for
 * @paused_ns: how long, of all threads together
 * @names: of threads and processes
 * @threads: a row each
 * @mappings: at the end; empty for MAPPINGS_NONE
 * @events, @n_events: for MAPPINGS_ALL, else none
 */
struct info {
    const char *path;
    const struct memtrace_reader *reader;
    enum info_mappings which;
    uint64_t top;
    bool has_meta;
    bool was_checked;
    bool has_kernel;
    bool has_values;
    uint64_t n_kernel_loads;
    uint64_t n_kernel_stores;
    uint64_t n_pauses;
    uint64_t paused_ns;
    struct thread_names *names;
    struct table threads;
    struct mappings mappings;
    const struct memtrace_event *events;
    int64_t n_events;
};

/**
 * info_property() - the value of a property, as it is shown
 *
 * Return: @value, or @room with words in its place where it is a long list.
 */
#define INFO_PROPERTY_TEXT 48
const char *info_property(const char *key, const char *value,
                          char room[INFO_PROPERTY_TEXT]);

/** info_threads() - a row a thread. Return: 0, or MEMTRACE_ERR_NOMEM. */
int info_threads(const struct info *info, struct table *table);

/** info_text() - for people; leaves of @threads what is shown. */
void info_text(struct output *output, struct info *info);
void info_json(struct output *output, struct info *info);

#endif /* INFO_H */
