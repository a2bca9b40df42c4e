/* SPDX-License-Identifier: GPL-2.0-or-later */
/* filter.c - see filter.h; what needs names is in filter_names.c. */
#include <inttypes.h>

#include "command.h"
#include "filter.h"
#include "message.h"
#include "name_patterns.h"
#include "thread_names.h"

/* In the order of enum choice_kind. */
const char *const filter_kinds[] = {"all", "read", "write", "atomic", NULL};

/* Are all the named threads in the trace? */
static int check_threads(const struct filter *filter,
                         const struct memtrace_reader *reader, const char *path)
{
    uint32_t n_threads = memtrace_summary(reader)->n_threads;

    for (size_t i = 0; i < filter->threads.numbers.n; i++) {
        uint64_t thread = filter->threads.numbers.ranges[i].first;

        if (thread >= n_threads) {
            message("%s: no thread %" PRIu64 " in the trace, it has %" PRIu32
                    ", numbered from 0",
                    path, thread, n_threads);
            return STATUS_FAILURE;
        }
    }
    return STATUS_FINE;
}

/* Return: 0, or a negative error. */
static int add_ranges(struct choice_ranges *to,
                      const struct option_ranges *from)
{
    int error = 0;

    for (size_t i = 0; i < from->n && !error; i++) {
        error = choice_add(to, from->ranges[i].first, from->ranges[i].last);
    }
    return error;
}

/* Return: 0, or a negative error. */
static int add_named(struct choice_ranges *to, struct name_patterns *patterns,
                     const struct thread_names *names, uint32_t n_threads)
{
    int error = 0;

    for (uint32_t i = 0; i < n_threads && !error; i++) {
        const char *name = thread_name_at(names, i, THREAD_NAMES_LAST);
        enum name_verdict verdict =
            name ? name_patterns_function(patterns, name, NULL) : NAME_UNKNOWN;

        if (name_patterns_passes(patterns, verdict)) {
            error = choice_add(to, i, i);
        }
    }
    return error;
}

/* Threads that are chosen by name. Return: STATUS_FINE or STATUS_FAILURE. */
static int select_named(const struct filter *filter,
                        struct memtrace_reader *reader, const char *path,
                        struct choice *out)
{
    struct name_patterns patterns = {.n = 0};
    struct thread_names *names = NULL;
    int error, status = STATUS_FAILURE;

    if (!filter->threads.names.n) {
        return STATUS_FINE;
    }
    if (name_patterns_read(&patterns, "thread", &filter->threads.names) == 0) {
        error = thread_names_new(reader, &names);
        if (!error) {
            error = add_named(&out->threads, &patterns, names,
                              memtrace_summary(reader)->n_threads);
        }
        if (error) {
            message("%s: %s", path, memtrace_strerror(error));
        } else if (!name_patterns_report(&patterns, "thread",
                                         "has that name")) {
            status = STATUS_FINE;
        }
        if (status == STATUS_FINE && !out->threads.n) {
            message("%s: --thread leaves no thread", path);
            status = STATUS_FAILURE;
        }
    }
    thread_names_free(names);
    name_patterns_free(&patterns);
    return status;
}

/* The first tick that is not before that time since the start. */
static uint64_t ticks_at(const struct memtrace_summary *summary,
                         uint64_t time_ns)
{
    unsigned __int128 ticks = time_ns;

    ticks = (ticks * summary->ticks_per_second + 999999999) / 1000000000;
    ticks += summary->start_time;
    return ticks > UINT64_MAX ? UINT64_MAX : (uint64_t)ticks;
}

/* Return: 0, or a negative error. */
static int add_times(struct choice_ranges *to, const struct option_ranges *from,
                     const struct memtrace_summary *summary)
{
    int error = 0;

    for (size_t i = 0; i < from->n && !error; i++) {
        const struct range *range = &from->ranges[i];
        uint64_t first = range->first ? ticks_at(summary, range->first) : 0;
        uint64_t end = range->last == UINT64_MAX
                           ? UINT64_MAX
                           : ticks_at(summary, range->last + 1);

        error = choice_add(to, first, end == UINT64_MAX ? end : end - 1);
    }
    return error;
}

int filter_select(const struct filter *filter, struct memtrace_reader *reader,
                  const char *path, struct symbols **symbols,
                  struct choice *out)
{
    const struct memtrace_summary *summary = memtrace_summary(reader);
    int error, status;

    *out = (struct choice){.kind = (enum choice_kind)filter->kind};
    if (check_threads(filter, reader, path)) {
        return STATUS_FAILURE;
    }
    if (select_named(filter, reader, path, out)) {
        return STATUS_FAILURE;
    }
    if (filter->times.n && !summary->ticks_per_second) {
        message("%s: --time: the speed of its clock is not in the trace", path);
        return STATUS_FAILURE;
    }
    error = add_ranges(&out->threads, &filter->threads.numbers);
    if (!error) {
        error = add_ranges(&out->addresses, &filter->addresses);
    }
    if (!error) {
        error = add_times(&out->times, &filter->times, summary);
    }
    status = error ? STATUS_FINE
                   : filter_select_names(filter, reader, path, symbols, out);
    if (status) {
        return status;
    }
    if (!error) {
        error = choice_ready(out, reader);
    }
    if (error) {
        message("%s: %s", path, memtrace_strerror(error));
        return STATUS_FAILURE;
    }
    return STATUS_FINE;
}
