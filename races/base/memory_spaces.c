/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memory_spaces.c - see memory_spaces.h. */
#include "memory_spaces.h"

#include <stdbool.h>
#include <stdlib.h>

#include "key_map.h"

#define MOST_THREADS ((size_t)1 << 20)

#define MAP_FLAG_SHARED 1 /* of every architecture */

enum { MAP_VADDR, MAP_BYTES, MAP_PROT, MAP_FLAGS };

static int number_threads(struct race_spaces *spaces,
                          const struct memtrace_reader *reader)
{
    size_t n = memtrace_summary(reader)->n_threads;
    struct key_map seen = {.room = 0};
    int error = 0;

    if (n > MOST_THREADS) {
        return MEMTRACE_ERR_LIMIT;
    }
    spaces->by_thread = calloc(n + 1, sizeof(*spaces->by_thread));
    spaces->pids = calloc(n + 1, sizeof(*spaces->pids));
    if (!spaces->by_thread || !spaces->pids) {
        return MEMTRACE_ERR_NOMEM;
    }
    spaces->n_threads = n;
    for (size_t i = 0; i < n && !error; i++) {
        const struct memtrace_thread *thread =
            memtrace_thread(reader, (uint32_t)i);
        uint32_t pid = thread ? thread->pid : 0;
        uint32_t space = key_map_add(&seen, pid, (uint32_t)spaces->n_pids);

        if (space == KEY_MAP_NONE) {
            error = MEMTRACE_ERR_NOMEM;
        } else if (space == spaces->n_pids) {
            spaces->pids[spaces->n_pids++] = pid;
            /* Space 0 is the shared one. */
            error = space + 1 < RACE_MOST_SPACES ? 0 : MEMTRACE_ERR_LIMIT;
        }
        spaces->by_thread[i] = space + 1;
    }
    key_map_free(&seen);
    return error;
}

static bool is_shared_map(const struct memtrace_event *event)
{
    return event->type == MEMTRACE_EVENT_MAP &&
           (event->args[MAP_FLAGS] & MAP_FLAG_SHARED) &&
           event->args[MAP_PROT] & MEMTRACE_PROT_WRITE;
}

static int compare_ranges(const void *a, const void *b)
{
    const struct race_range *left = a, *right = b;

    return left->start < right->start ? -1 : left->start > right->start;
}

/* One range for all that overlap; of several processes it has no pid. */
static void unite(struct race_spaces *spaces)
{
    size_t n = 0;

    qsort(spaces->shared, spaces->n_shared, sizeof(*spaces->shared),
          compare_ranges);
    for (size_t i = 0; i < spaces->n_shared; i++) {
        const struct race_range *range = &spaces->shared[i];
        struct race_range *last = n ? &spaces->shared[n - 1] : NULL;

        if (!last || range->start >= last->end) {
            spaces->shared[n++] = *range;
            continue;
        }
        last->end = range->end > last->end ? range->end : last->end;
        last->pid = last->pid == range->pid ? last->pid : 0;
    }
    spaces->n_shared = n;
}

static struct race_range *overlapping(struct race_spaces *spaces,
                                      uint64_t start, uint64_t end)
{
    for (size_t i = 0; i < spaces->n_shared; i++) {
        if (start < spaces->shared[i].end && end > spaces->shared[i].start) {
            return &spaces->shared[i];
        }
    }
    return NULL;
}

static uint32_t pid_of(const struct race_spaces *spaces,
                       const struct memtrace_event *event)
{
    return event->thread < spaces->n_threads
               ? spaces->pids[spaces->by_thread[event->thread] - 1]
               : 0;
}

/* What another process mapped at the same place is something else. */
static void leave_out(struct race_spaces *spaces,
                      const struct memtrace_event *events, size_t n_events)
{
    size_t n = 0;

    for (size_t i = 0; i < n_events; i++) {
        const uint64_t *args = events[i].args;

        if (events[i].type == MEMTRACE_EVENT_MAP) {
            struct race_range *range = overlapping(
                spaces, args[MAP_VADDR], args[MAP_VADDR] + args[MAP_BYTES]);

            if (range && range->pid != pid_of(spaces, &events[i])) {
                range->pid = 0;
            }
        }
    }
    for (size_t i = 0; i < spaces->n_shared; i++) {
        if (spaces->shared[i].pid) {
            spaces->shared[n++] = spaces->shared[i];
        }
    }
    spaces->n_shared = n;
}

static int find_shared(struct race_spaces *spaces,
                       const struct memtrace_event *events, size_t n_events)
{
    size_t n = 0;

    for (size_t i = 0; i < n_events; i++) {
        n += is_shared_map(&events[i]);
    }
    /* Of one process nothing is shared with another. */
    if (!n || spaces->n_pids < 2) {
        return 0;
    }
    spaces->shared = calloc(n, sizeof(*spaces->shared));
    if (!spaces->shared) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < n_events; i++) {
        const uint64_t *args = events[i].args;

        if (is_shared_map(&events[i]) &&
            args[MAP_VADDR] + args[MAP_BYTES] > args[MAP_VADDR]) {
            spaces->shared[spaces->n_shared++] = (struct race_range){
                .start = args[MAP_VADDR],
                .end = args[MAP_VADDR] + args[MAP_BYTES],
                .pid = pid_of(spaces, &events[i]),
            };
        }
    }
    unite(spaces);
    leave_out(spaces, events, n_events);
    return 0;
}

int race_spaces_open(struct race_spaces *spaces, struct memtrace_reader *reader)
{
    const struct memtrace_event *events;
    int64_t n_events = memtrace_events(reader, &events);
    int error = n_events < 0 ? (int)n_events : 0;

    *spaces = (struct race_spaces){.n_threads = 0};
    if (!error) {
        error = number_threads(spaces, reader);
    }
    return error ? error : find_shared(spaces, events, (size_t)n_events);
}

void race_spaces_close(struct race_spaces *spaces)
{
    free(spaces->by_thread);
    free(spaces->pids);
    free(spaces->shared);
}

uint32_t race_spaces_shared(const struct race_spaces *spaces, uint32_t thread,
                            uint64_t vaddr)
{
    size_t low = 0, high = spaces->n_shared;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (spaces->shared[middle].end <= vaddr) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < spaces->n_shared && vaddr >= spaces->shared[low].start
               ? 0
               : spaces->by_thread[thread];
}
