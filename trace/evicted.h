/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * evicted.h - an EVICTED block: what stays of a thread's accesses that went
 * when the file was full, and the events that the others need.
 */
#ifndef MEMTRACE_EVICTED_H
#define MEMTRACE_EVICTED_H

#include "block.h"
#include "memtrace.h"

/* Of the accesses from `first` on. */
struct evicted_head {
    uint32_t thread;
    uint32_t n_events;
    uint64_t first;
    uint64_t start_time;
    uint64_t end_time;
    uint64_t n_accesses;
    uint64_t n_stores;
    uint64_t n_atomics;
    uint64_t n_lost;
};

void evicted_head_put(uint8_t *p, const struct evicted_head *head);
/* Return: 0, or CORRUPT. */
int evicted_head_get(const uint8_t *p, size_t size, struct evicted_head *head);

/* What event_put() and event_get() have to know of it. */
struct access_head evicted_base(const struct evicted_head *head);

/* In the order by thread and first: does it not lie behind that access? */
static inline bool evicted_is_up_to(const struct evicted_head *head,
                                    uint32_t thread, uint64_t first)
{
    return head->thread < thread ||
           (head->thread == thread && head->first <= first);
}

/* Is it needed to understand later accesses: a mapping, a start, an end? */
bool evicted_keeps(const struct memtrace_event *event);

#endif /* MEMTRACE_EVICTED_H */
