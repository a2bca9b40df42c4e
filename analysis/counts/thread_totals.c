/* SPDX-License-Identifier: GPL-2.0-or-later */
/* thread_totals.c - see thread_totals.h.  Memory: a few words a thread. */
#include <stdlib.h>

#include "thread_totals.h"

static int begin(const struct analysis_source *source, const void *settings,
                 void **state)
{
    struct thread_totals *totals = calloc(1, sizeof(*totals));

    (void)settings;
    if (!totals) {
        return MEMTRACE_ERR_NOMEM;
    }
    totals->n = memtrace_summary(source->reader)->n_threads;
    totals->threads = calloc(totals->n + 1, sizeof(*totals->threads));
    if (!totals->threads) {
        free(totals);
        return MEMTRACE_ERR_NOMEM;
    }
    *state = totals;
    return 0;
}

static void widen(struct thread_total *total, uint64_t first, uint64_t last)
{
    if (!total->first_time || first < total->first_time) {
        total->first_time = first;
    }
    if (last > total->last_time) {
        total->last_time = last;
    }
}

static int accesses(void *state, const struct memtrace_batch *batch)
{
    struct thread_totals *totals = state;
    size_t n = batch->n_accesses;
    struct thread_total *total;
    uint64_t n_stores = 0, n_atomics = 0, bytes = 0;

    if (batch->thread >= totals->n) {
        return 0;
    }
    total = &totals->threads[batch->thread];
    for (size_t i = 0; i < n; i++) {
        unsigned flags = batch->accesses[i].flags;

        n_stores += (flags & MEMTRACE_STORE) != 0;
        n_atomics += (flags & MEMTRACE_ATOMIC) != 0;
        bytes += batch->accesses[i].size;
    }
    total->n_stores += n_stores;
    total->n_loads += n - n_stores;
    total->n_atomics += n_atomics;
    total->bytes += bytes;
    widen(total, batch->accesses[0].time, batch->accesses[n - 1].time);
    return 0;
}

static int event(void *state, const struct memtrace_event *event)
{
    struct thread_totals *totals = state;

    if (event->type == MEMTRACE_EVENT_KERNEL_ACCESS &&
        event->thread < totals->n) {
        struct thread_total *total = &totals->threads[event->thread];

        total->n_kernel_loads += event->args[2] == 0;
        total->n_kernel_stores += event->args[2] != 0;
    }
    return 0;
}

static int merge(void *state, void *other)
{
    const struct thread_totals *from = other;
    struct thread_totals *to = state;

    for (size_t i = 0; i < to->n; i++) {
        const struct thread_total *add = &from->threads[i];
        struct thread_total *sum = &to->threads[i];

        sum->n_loads += add->n_loads;
        sum->n_stores += add->n_stores;
        sum->n_atomics += add->n_atomics;
        sum->n_kernel_loads += add->n_kernel_loads;
        sum->n_kernel_stores += add->n_kernel_stores;
        sum->bytes += add->bytes;
        if (add->n_loads + add->n_stores) {
            widen(sum, add->first_time, add->last_time);
        }
    }
    return 0;
}

static void end(void *state)
{
    struct thread_totals *totals = state;

    free(totals->threads);
    free(totals);
}

const struct thread_totals *thread_totals(const void *state)
{
    return state;
}

const struct analysis analysis_threads = {
    .name = "threads",
    .summary = "how much each thread accessed",
    .order = ANALYSIS_ANY_ORDER,
    .begin = begin,
    .accesses = accesses,
    .event = event,
    .merge = merge,
    .end = end,
};
