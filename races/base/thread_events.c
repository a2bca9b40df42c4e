/* SPDX-License-Identifier: GPL-2.0-or-later */
/* thread_events.c - see thread_events.h: sorted by counting. */
#include "thread_events.h"

#include <stdlib.h>

int race_thread_events_open(struct race_thread_events *events,
                            struct memtrace_reader *reader, size_t n_threads)
{
    const struct memtrace_event *all;
    int64_t n = memtrace_events(reader, &all);
    size_t *next;

    *events = (struct race_thread_events){.n_threads = n_threads};
    if (n < 0) {
        return (int)n;
    }
    /* One more: next[i] is where the next one of thread i goes. */
    events->first = calloc(n_threads + 2, sizeof(*events->first));
    events->all = calloc((size_t)n + 1, sizeof(*events->all));
    if (!events->first || !events->all) {
        return MEMTRACE_ERR_NOMEM;
    }
    next = events->first + 1;
    for (int64_t i = 0; i < n; i++) {
        if (all[i].thread < n_threads) {
            next[all[i].thread + 1]++;
        }
    }
    for (size_t i = 0; i < n_threads; i++) {
        next[i + 1] += next[i];
    }
    for (int64_t i = 0; i < n; i++) {
        if (all[i].thread < n_threads) {
            events->all[next[all[i].thread]++] = &all[i];
        }
    }
    return 0;
}

void race_thread_events_close(struct race_thread_events *events)
{
    free(events->all);
    free(events->first);
    *events = (struct race_thread_events){.n_threads = 0};
}
