/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sleeps.c - see sleeps.h. */
#include "sleeps.h"

#include <stdlib.h>

#include "array.h"
#include "lower_bound.h"
#include "order_calls.h"

static int compare(const void *a, const void *b)
{
    const struct race_sleep *left = a, *right = b;

    if (left->thread != right->thread) {
        return left->thread < right->thread ? -1 : 1;
    }
    return left->time < right->time ? -1 : left->time > right->time;
}

int race_sleeps_open(struct race_sleeps *sleeps, struct memtrace_reader *reader)
{
    const struct memtrace_event *events;
    int64_t n = memtrace_events(reader, &events);

    *sleeps = (struct race_sleeps){.n = 0};
    for (int64_t i = 0; i < n; i++) {
        struct race_sleep *added;

        if (events[i].type != MEMTRACE_EVENT_SYSCALL ||
            !(race_call_kind(&events[i]) & CALL_SLEEPS)) {
            continue;
        }
        added = array_add(sleeps->all, sleeps->n, sleeps->room);
        if (!added) {
            return MEMTRACE_ERR_NOMEM;
        }
        *added = (struct race_sleep){events[i].time, events[i].thread};
    }
    if (sleeps->n) {
        qsort(sleeps->all, sleeps->n, sizeof(*sleeps->all), compare);
    }
    return n < 0 ? (int)n : 0;
}

/* How many are before @sleep. */
static size_t place(const struct race_sleeps *sleeps, struct race_sleep sleep)
{
    return lower_bound(sleeps->n, i, compare(&sleeps->all[i], &sleep) < 0);
}

size_t race_sleeps_count(const struct race_sleeps *sleeps, uint32_t thread,
                         uint64_t from, uint64_t to)
{
    size_t first = place(sleeps, (struct race_sleep){from, thread});
    size_t behind = place(sleeps, (struct race_sleep){to, thread});

    return behind > first ? behind - first : 0;
}

void race_sleeps_close(struct race_sleeps *sleeps)
{
    free(sleeps->all);
    *sleeps = (struct race_sleeps){.n = 0};
}
