/* SPDX-License-Identifier: GPL-2.0-or-later */
/* thread_events.h - the events of a trace, by thread. */
#ifndef THREAD_EVENTS_H
#define THREAD_EVENTS_H

#include <stddef.h>
#include <stdint.h>

#include "memtrace.h"

/**
 * struct race_thread_events - each thread's own events
 * @all: those of thread after thread, a thread's in their order; the reader's
 * @first: of each of n_threads its first one in @all, and behind the last
 *         thread's
 */
struct race_thread_events {
    const struct memtrace_event **all;
    size_t *first;
    size_t n_threads;
};

/**
 * race_thread_events_open() - sort the events of a trace by thread
 * @events: to be closed in any case
 * @n_threads: events of threads with other numbers are left out
 *
 * Return: 0, or a negative error.
 */
int race_thread_events_open(struct race_thread_events *events,
                            struct memtrace_reader *reader, size_t n_threads);
void race_thread_events_close(struct race_thread_events *events);

/** race_thread_events_of() - Return: a thread's events, @n of them. */
static inline const struct memtrace_event *const *
race_thread_events_of(const struct race_thread_events *events, uint32_t thread,
                      size_t *n)
{
    *n = events->first[thread + 1] - events->first[thread];
    return (const struct memtrace_event *const *)events->all +
           events->first[thread];
}

#endif /* THREAD_EVENTS_H */
