/* SPDX-License-Identifier: GPL-2.0-or-later */
/* starts.c - see starts.h. */
#include "starts.h"

#include <stdlib.h>

#include "check.h"
#include "order_calls.h"

/* The return of a thread's call, by its number among the thread's events. */
static const struct memtrace_event *
return_of(const struct memtrace_event *const *events, size_t n, size_t call)
{
    for (size_t i = call + 1; i < n; i++) {
        if (events[i]->type == MEMTRACE_EVENT_SYSCALL_RETURN) {
            return events[i];
        }
        if (events[i]->type == MEMTRACE_EVENT_SYSCALL) {
            break;
        }
    }
    return NULL;
}

static bool is_clone(const struct memtrace_event *event)
{
    return event->type == MEMTRACE_EVENT_SYSCALL &&
           (race_call_kind(event) & CALL_CLONES);
}

/* A call that has returned @tid. */
static int add_start(struct race_starts *starts,
                     const struct memtrace_event *call, uint32_t tid,
                     struct key_map *by_tid)
{
    uint32_t number = (uint32_t)starts->n;
    uint32_t first = key_map_add(by_tid, tid, number);
    struct race_start *start = &starts->all[number];

    if (first == KEY_MAP_NONE ||
        key_map_add(&starts->keys, (uintptr_t)call, number) == KEY_MAP_NONE) {
        return MEMTRACE_ERR_NOMEM;
    }
    starts->n++;
    *start = (struct race_start){
        .child = MEMTRACE_NO_THREAD,
        .tid = tid,
        .call = call,
    };
    if (first != number) {
        /* The first one heads the chain of those of its tid. */
        start->same_tid_plus_1 = starts->all[first].same_tid_plus_1;
        starts->all[first].same_tid_plus_1 = number + 1;
    }
    return 0;
}

/* A thread's calls that started others. */
static int add_starts(struct race_starts *starts,
                      const struct memtrace_event *const *events, size_t n,
                      struct key_map *by_tid)
{
    int error = 0;

    for (size_t i = 0; i < n && !error; i++) {
        const struct memtrace_event *back =
            is_clone(events[i]) ? return_of(events, n, i) : NULL;

        if (back && (int64_t)back->args[1] > 0) {
            error =
                add_start(starts, events[i], (uint32_t)back->args[1], by_tid);
        }
    }
    return error;
}

/*
 * @event: a thread's start.  Its parent has started that tid by one of the
 * calls before: the last of them.
 */
static void find_start(struct race_starts *starts,
                       const struct memtrace_event *event,
                       const struct key_map *by_tid)
{
    uint32_t at = key_map_find(by_tid, (uint32_t)event->args[1]);
    struct race_start *best = NULL;

    while (at != KEY_MAP_NONE) {
        struct race_start *start = &starts->all[at];

        if (start->call->time <= event->time &&
            start->call->thread == event->args[2] &&
            (!best || start->call->time > best->call->time)) {
            best = start;
        }
        at = start->same_tid_plus_1 - 1;
    }
    if (best) {
        best->child = event->thread;
    }
}

int race_starts_open(struct race_starts *starts, struct memtrace_reader *reader,
                     const struct race_thread_events *events)
{
    const struct memtrace_event *all;
    int64_t n_all = memtrace_events(reader, &all);
    struct key_map by_tid = {.room = 0};
    size_t n_clones = 0;
    int error = 0;

    *starts = (struct race_starts){.n_threads = events->n_threads};
    for (int64_t i = 0; i < n_all; i++) {
        n_clones += is_clone(&all[i]);
    }
    starts->all = calloc(n_clones + 1, sizeof(*starts->all));
    starts->births = calloc(starts->n_threads + 1, sizeof(*starts->births));
    if (!starts->all || !starts->births) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < events->n_threads && !error; i++) {
        size_t n;
        const struct memtrace_event *const *own =
            race_thread_events_of(events, i, &n);

        error = add_starts(starts, own, n, &by_tid);
    }
    check(starts->n <= n_clones, "each start is one call");
    for (int64_t i = 0; i < n_all && !error; i++) {
        if (all[i].type == MEMTRACE_EVENT_THREAD_START) {
            find_start(starts, &all[i], &by_tid);
        }
    }
    key_map_free(&by_tid);
    return error;
}

void race_starts_close(struct race_starts *starts)
{
    for (size_t i = 0; starts->births && i < starts->n_threads; i++) {
        vector_clock_free(&starts->births[i].clock);
    }
    free(starts->births);
    free(starts->all);
    key_map_free(&starts->keys);
}

int race_starts_call(struct race_starts *starts, struct race_clocks *clocks,
                     uint32_t thread, const struct memtrace_event *call,
                     uint64_t word)
{
    uint32_t i = key_map_find(&starts->keys, (uintptr_t)call);
    struct race_birth *birth;
    int error;

    if (i == KEY_MAP_NONE || starts->all[i].child >= starts->n_threads) {
        return 0;
    }
    birth = &starts->births[starts->all[i].child];
    birth->is_known = true;
    birth->word = word;
    birth->time = call->time;
    error = vector_clock_copy(&birth->clock, race_clocks_of(clocks, thread));
    return error ? error : race_clocks_advance(clocks, thread);
}

int race_starts_begin(struct race_starts *starts, struct race_clocks *clocks,
                      uint32_t thread, uint32_t parent)
{
    struct race_birth *birth = &starts->births[thread];
    int error;

    if (birth->is_known) {
        error = race_clocks_inherit(clocks, thread, parent, &birth->clock);
        vector_clock_free(&birth->clock);
        if (!error) {
            error = race_clocks_set_end_word(clocks, thread, birth->time,
                                             birth->word);
        }
    } else {
        error = race_clocks_follow_all(clocks, thread);
    }
    return error ? error : race_clocks_advance(clocks, thread);
}
