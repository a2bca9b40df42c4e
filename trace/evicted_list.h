/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * evicted_list.h - the EVICTED blocks of a file that is read.
 */
#ifndef MEMTRACE_EVICTED_LIST_H
#define MEMTRACE_EVICTED_LIST_H

#include "evicted.h"
#include "memtrace.h"
#include "stored.h"

struct stored_evicted {
    struct evicted_head head;
    struct stored_part part;
};

/* All zero is an empty one. */
struct evicted_list {
    struct stored_evicted *all; /* once settled: by thread and first */
    size_t n, room;
};

/* Note an EVICTED block. Return: 0, or CORRUPT, NOMEM. */
int evicted_list_add(struct evicted_list *list, const struct stored_part *part,
                     const uint8_t *head, size_t head_size);

/*
 * All are noted: put them in order, and leave out those that others replace;
 * what they stand for goes from the blocks.
 */
void evicted_list_settle(struct evicted_list *list, struct stored *stored);

/*
 * Those of a thread, from *place on, go to its counts and the totals.
 * Return: accesses lost.
 */
uint64_t evicted_list_count(const struct evicted_list *list,
                            struct memtrace_thread *thread, size_t *place,
                            struct memtrace_summary *summary);

void evicted_list_free(struct evicted_list *list);

#endif /* MEMTRACE_EVICTED_LIST_H */
