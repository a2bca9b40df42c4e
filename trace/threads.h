/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * threads.h - which threads a trace has, and what each of them did.
 */
#ifndef MEMTRACE_THREADS_H
#define MEMTRACE_THREADS_H

#include <stdbool.h>

#include "evicted_list.h"
#include "lower_bound.h"
#include "memtrace.h"
#include "stored.h"

/* All zero is an empty one. */
struct thread_table {
    struct memtrace_thread *all; /* once complete: by number, with gaps */
    size_t n, room;
    bool is_told; /* a THREADS block was read */
};

/* Note a thread that a THREADS block tells of. Return: 0, or NOMEM. */
int thread_table_add(struct thread_table *table,
                     const struct memtrace_thread *thread);

/*
 * Those that have blocks come in, too, and each is there once: all are there
 * then.  Return: 0, or NOMEM.
 */
int thread_table_complete(struct thread_table *table,
                          const struct stored *stored,
                          const struct evicted_list *evicted);

/* Without a THREADS block the events of start and end tell. */
void thread_table_from_events(struct thread_table *table,
                              const struct memtrace_event *events, size_t n);

/* What blocks say they hold goes to threads and totals. */
void thread_table_count(struct thread_table *table, const struct stored *stored,
                        const struct evicted_list *evicted,
                        struct memtrace_summary *summary);

void thread_table_free(struct thread_table *table);

/* Return: the thread of that number, or NULL. */
static inline struct memtrace_thread *
thread_table_find(const struct thread_table *table, uint32_t number)
{
    size_t at = number;

    /* Most often there are no gaps. */
    if (at >= table->n || table->all[at].number != number) {
        at = lower_bound(table->n, i, table->all[i].number < number);
    }
    return at < table->n && table->all[at].number == number ? &table->all[at]
                                                            : NULL;
}

#endif /* MEMTRACE_THREADS_H */
