/* SPDX-License-Identifier: GPL-2.0-or-later */
/* filter.c - see filter.h. */
#include <inttypes.h>

#include "command.h"
#include "filter.h"
#include "message.h"

const char *const filter_kinds[] = {"all", "read", "write", "atomic", NULL};

int filter_check(const struct filter *filter,
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

bool filter_has_thread(const struct filter *filter, uint32_t thread)
{
    for (size_t i = 0; i < filter->threads.n; i++) {
        if (thread >= filter->threads.ranges[i].first &&
            thread <= filter->threads.ranges[i].last) {
            return true;
        }
    }
    return !filter->threads.n;
}

uint32_t filter_only_thread(const struct filter *filter)
{
    if (filter->threads.n == 1 &&
        filter->threads.ranges[0].first == filter->threads.ranges[0].last) {
        return (uint32_t)filter->threads.ranges[0].first;
    }
    return MEMTRACE_NO_THREAD;
}

bool filter_looks_inside(const struct filter *filter)
{
    return filter->addresses.n || filter->kind != KIND_ALL;
}

static bool kind_passes(int kind, unsigned flags)
{
    switch (kind) {
    case KIND_READ:
        return !(flags & MEMTRACE_STORE);
    case KIND_WRITE:
        return flags & MEMTRACE_STORE;
    case KIND_ATOMIC:
        return flags & MEMTRACE_ATOMIC;
    default:
        return true;
    }
}

/* An access that would wrap around the end of memory ends there. */
static bool address_passes(const struct option_ranges *addresses,
                           uint64_t first, uint64_t size)
{
    uint64_t last = first + (size ? size - 1 : 0);

    if (last < first) {
        last = UINT64_MAX;
    }
    for (size_t i = 0; i < addresses->n; i++) {
        if (first <= addresses->ranges[i].last &&
            last >= addresses->ranges[i].first) {
            return true;
        }
    }
    return !addresses->n;
}

size_t filter_accesses(const struct filter *filter,
                       const struct memtrace_access *accesses,
                       const struct memtrace_value *values, size_t n,
                       struct memtrace_access *out,
                       struct memtrace_value *values_out)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        if (kind_passes(filter->kind, accesses[i].flags) &&
            address_passes(&filter->addresses, accesses[i].vaddr,
                           accesses[i].size)) {
            if (values) {
                values_out[kept] = values[i];
            }
            out[kept++] = accesses[i];
        }
    }
    return kept;
}

bool filter_kernel_access(const struct filter *filter,
                          const struct memtrace_event *event)
{
    return kind_passes(filter->kind, event->args[2] ? MEMTRACE_STORE : 0) &&
           address_passes(&filter->addresses, event->args[0], event->args[1]);
}
