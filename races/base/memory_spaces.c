/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memory_spaces.c - see memory_spaces.h. */
#include "memory_spaces.h"

#include <stdbool.h>
#include <stdlib.h>

#include "array.h"
#include "key_map.h"
#include "lower_bound.h"
#include "memory_map.h"

#define MOST_THREADS ((size_t)1 << 20)

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

/* What was mapped when: each by mmap(), or moved by mremap(). */
struct mapped {
    struct race_range range;
    bool is_shared; /* and is written to */
};

struct mapped_list {
    struct mapped *all;
    size_t n, room;
    size_t n_shared;
};

static int take_event(struct memory_map *map, struct mapped_list *list,
                      const struct memtrace_event *event)
{
    const struct memory_change *changes;
    int64_t n = memory_map_take(map, event, &changes);

    for (int64_t i = 0; i < n; i++) {
        const struct memory_mapping *mapping = &changes[i].mapping;
        struct mapped *mapped;

        if (changes[i].kind != MEMORY_MAPPED || mapping->last == UINT64_MAX) {
            continue;
        }
        mapped = array_add(list->all, list->n, list->room);
        if (!mapped) {
            return MEMTRACE_ERR_NOMEM;
        }
        *mapped = (struct mapped){
            .range = {mapping->first, mapping->last + 1,
                      (uint32_t)mapping->pid},
            .is_shared = memory_is_shared(mapping) &&
                         mapping->prot & MEMTRACE_PROT_WRITE,
        };
        list->n_shared += mapped->is_shared;
    }
    return n < 0 ? (int)n : 0;
}

static int list_mapped(struct mapped_list *list,
                       const struct memtrace_reader *reader,
                       const struct memtrace_event *events, size_t n_events)
{
    struct memory_map *map;
    int error = memory_map_new(reader, &map);

    for (size_t i = 0; i < n_events && !error; i++) {
        error = take_event(map, list, &events[i]);
    }
    memory_map_free(map);
    return error;
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

/* What another process mapped at the same place is something else. */
static void leave_out(struct race_spaces *spaces,
                      const struct mapped_list *list)
{
    size_t n = 0;

    for (size_t i = 0; i < list->n; i++) {
        const struct race_range *mapped = &list->all[i].range;
        struct race_range *range =
            overlapping(spaces, mapped->start, mapped->end);

        if (range && range->pid != mapped->pid) {
            range->pid = 0;
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
                       const struct mapped_list *list)
{
    if (!list->n_shared) {
        return 0;
    }
    spaces->shared = calloc(list->n_shared, sizeof(*spaces->shared));
    if (!spaces->shared) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < list->n; i++) {
        if (list->all[i].is_shared) {
            spaces->shared[spaces->n_shared++] = list->all[i].range;
        }
    }
    unite(spaces);
    leave_out(spaces, list);
    return 0;
}

int race_spaces_open(struct race_spaces *spaces, struct memtrace_reader *reader)
{
    const struct memtrace_event *events;
    int64_t n_events = memtrace_events(reader, &events);
    struct mapped_list list = {.all = NULL};
    int error = n_events < 0 ? (int)n_events : 0;

    *spaces = (struct race_spaces){.n_threads = 0};
    if (!error) {
        error = number_threads(spaces, reader);
    }
    /* Of one process nothing is shared with another. */
    if (!error && spaces->n_pids > 1) {
        error = list_mapped(&list, reader, events, (size_t)n_events);
        if (!error) {
            error = find_shared(spaces, &list);
        }
    }
    free(list.all);
    return error;
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
    size_t n = spaces->n_shared;
    size_t at = lower_bound(n, i, spaces->shared[i].end <= vaddr);

    return at < n && vaddr >= spaces->shared[at].start
               ? 0
               : spaces->by_thread[thread];
}
