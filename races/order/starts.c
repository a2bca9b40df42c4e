/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * starts.c - which call started which thread, and what the thread knows
 * from the start; see engine.h.
 */
#include <stdlib.h>

#include "order_calls.h"
#include "engine.h"

static const struct memtrace_event *return_of(const struct race_thread *t,
                                              size_t call)
{
    for (size_t i = call + 1; i < t->n_events; i++) {
        unsigned type = t->events[i]->type;

        if (type == MEMTRACE_EVENT_SYSCALL_RETURN) {
            return t->events[i];
        }
        if (type == MEMTRACE_EVENT_SYSCALL) {
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

/* A thread's calls that started another. */
static int add_starts(struct race_engine *engine, const struct race_thread *t,
                      struct key_map *by_tid)
{
    for (size_t i = 0; i < t->n_events; i++) {
        const struct memtrace_event *event = t->events[i];
        const struct memtrace_event *back =
            is_clone(event) ? return_of(t, i) : NULL;
        struct race_start *start = &engine->starts[engine->n_starts];
        size_t slot;
        uint32_t before;

        if (!back || (int64_t)back->args[1] <= 0) {
            continue;
        }
        *start = (struct race_start){
            .child = MEMTRACE_NO_THREAD,
            .tid = (uint32_t)back->args[1],
            .call = event,
        };
        slot = engine->n_starts++;
        before = key_map_add(by_tid, start->tid, (uint32_t)slot);
        if (before == KEY_MAP_NONE ||
            key_map_add(&engine->start_keys, (uintptr_t)event,
                        (uint32_t)slot) == KEY_MAP_NONE) {
            return MEMTRACE_ERR_NOMEM;
        }
        if (before != slot) {
            /* The first one heads the chain of those of its tid. */
            start->same_tid_plus_1 = engine->starts[before].same_tid_plus_1;
            engine->starts[before].same_tid_plus_1 = (uint32_t)slot + 1;
        }
    }
    return 0;
}

/* The last call before a thread's start that its parent started that tid by. */
static void find_start(struct race_engine *engine,
                       const struct memtrace_event *event,
                       const struct key_map *by_tid)
{
    uint32_t at = key_map_find(by_tid, (uint32_t)event->args[1]);
    struct race_start *best = NULL;

    while (at != KEY_MAP_NONE) {
        struct race_start *start = &engine->starts[at];

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

int race_starts_find(struct race_engine *engine)
{
    const struct memtrace_event *events;
    int64_t n = memtrace_events(engine->reader, &events);
    struct key_map by_tid = {.room = 0};
    size_t n_clones = 0;
    int error = 0;

    for (int64_t i = 0; i < n; i++) {
        n_clones += is_clone(&events[i]);
    }
    engine->starts = calloc(n_clones + 1, sizeof(*engine->starts));
    if (!engine->starts) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < engine->n_threads && !error; i++) {
        error = add_starts(engine, &engine->threads[i], &by_tid);
    }
    for (int64_t i = 0; i < n && !error; i++) {
        if (events[i].type == MEMTRACE_EVENT_THREAD_START) {
            find_start(engine, &events[i], &by_tid);
        }
    }
    key_map_free(&by_tid);
    return error;
}

/* Nothing is known of how it came to be: it is after all that was done. */
static int follow_all(struct race_engine *engine, uint32_t thread)
{
    int error = 0;

    /* What others know of each other is less than what each has done. */
    for (uint32_t i = 0; i < engine->n_threads && !error; i++) {
        if (i != thread && engine->threads[i].has_started) {
            error =
                vector_clock_set(&engine->threads[thread].clock, i,
                                 vector_clock_of(&engine->threads[i].clock, i));
            error = error ? error : race_thread_advance(engine, i);
        }
    }
    return error;
}

int race_thread_begin(struct race_engine *engine, uint32_t thread)
{
    struct race_birth *birth = &engine->births[thread];
    struct race_thread *t = &engine->threads[thread];
    uint32_t parent = memtrace_thread(engine->reader, thread)
                          ? memtrace_thread(engine->reader, thread)->parent
                          : MEMTRACE_NO_THREAD;
    int error = 0;

    if (birth->is_known) {
        error = vector_clock_join(&t->clock, &birth->clock);
        vector_clock_free(&birth->clock);
        if (error >= 0 && parent < engine->n_threads) {
            uint32_t sync =
                race_sync_find(&engine->syncs, RACE_SYNC_START, thread);

            error = sync == KEY_MAP_NONE
                        ? MEMTRACE_ERR_NOMEM
                        : vector_clock_set(&t->met, parent, sync + 1);
        }
        error =
            error < 0 ? error : race_thread_own(engine, thread, birth->word);
    } else {
        error = follow_all(engine, thread);
    }
    return error < 0 ? error : race_thread_advance(engine, thread);
}

int race_starts_give(struct race_engine *engine, uint32_t thread,
                     const struct memtrace_event *event)
{
    uint32_t i = key_map_find(&engine->start_keys, (uintptr_t)event);
    struct race_birth *birth;
    int error;

    if (i == KEY_MAP_NONE || engine->starts[i].child >= engine->n_threads) {
        return 0;
    }
    birth = &engine->births[engine->starts[i].child];
    birth->is_known = true;
    birth->word = race_call_cleared_word(engine->scan->guest, event);
    error = vector_clock_copy(&birth->clock, &engine->threads[thread].clock);
    return error ? error : race_thread_advance(engine, thread);
}
