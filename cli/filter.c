/* SPDX-License-Identifier: GPL-2.0-or-later */
/* filter.c - see filter.h. */
#include <inttypes.h>

#include "command.h"
#include "filter.h"
#include "message.h"

/* In the order of enum selection_kind. */
const char *const filter_kinds[] = {"all", "read", "write", "atomic", NULL};

/* Are all the named threads in the trace? */
static int check_threads(const struct filter *filter,
                         const struct memtrace_reader *reader, const char *path)
{
    uint32_t n_threads = memtrace_summary(reader)->n_threads;

    for (size_t i = 0; i < filter->threads.n; i++) {
        uint64_t thread = filter->threads.ranges[i].first;

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
static int add_ranges(struct selection_ranges *to,
                      const struct option_ranges *from)
{
    int error = 0;

    for (size_t i = 0; i < from->n && !error; i++) {
        error = selection_add(to, from->ranges[i].first, from->ranges[i].last);
    }
    return error;
}

int filter_select(const struct filter *filter,
                  const struct memtrace_reader *reader, const char *path,
                  struct selection *out)
{
    int error;

    *out = (struct selection){.kind = (enum selection_kind)filter->kind};
    if (check_threads(filter, reader, path)) {
        return STATUS_FAILURE;
    }
    error = add_ranges(&out->threads, &filter->threads);
    if (!error) {
        error = add_ranges(&out->addresses, &filter->addresses);
    }
    if (error) {
        message("out of memory");
        return STATUS_FAILURE;
    }
    selection_ready(out);
    return STATUS_FINE;
}
