/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * signals.c - signals order the threads that send them and their targets;
 * see engine.h.  When a handler runs no trace tells.
 */
#include <stdlib.h>

#include "order_calls.h"
#include "engine.h"

bool race_signals_parent(const struct race_engine *engine,
                         const struct memtrace_thread *thread, uint64_t *target)
{
    const struct memtrace_thread *parent = thread;
    const struct memtrace_thread *child;

    do {
        child = parent;
        parent = memtrace_thread(engine->reader, child->parent);
    } while (parent && parent->pid == thread->pid &&
             parent->number < child->number);
    if (!parent || parent->pid == thread->pid ||
        !engine->processes[engine->threads[parent->number].space]
             .handles_ends) {
        return false;
    }
    *target = race_process_target(parent->pid);
    return true;
}

/* Whom the event signals: a call, or an end. */
static bool signals(const struct race_engine *engine,
                    const struct memtrace_event *event, uint64_t *target)
{
    const struct memtrace_thread *thread =
        memtrace_thread(engine->reader, event->thread);

    if (event->type == MEMTRACE_EVENT_SYSCALL &&
        (race_call_kind(event) & CALL_SIGNALS)) {
        *target = race_call_target(event, thread);
        return true;
    }
    return event->type == MEMTRACE_EVENT_THREAD_END && thread &&
           race_signals_parent(engine, thread, target);
}

/* How signals are handled is inherited. */
static void find_handlers(struct race_engine *engine,
                          const struct memtrace_event *events, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        if (events[i].type == MEMTRACE_EVENT_SYSCALL &&
            events[i].thread < engine->n_threads &&
            race_call_handles_ends(engine->scan->guest, &events[i])) {
            engine->processes[engine->threads[events[i].thread].space]
                .handles_ends = true;
        }
    }
    for (uint32_t i = 0; i < engine->n_threads; i++) {
        const struct memtrace_thread *thread =
            memtrace_thread(engine->reader, i);

        if (thread && thread->parent < i) {
            engine->processes[engine->threads[i].space].handles_ends |=
                engine->processes[engine->threads[thread->parent].space]
                    .handles_ends;
        }
    }
}

int race_signals_find(struct race_engine *engine)
{
    const struct memtrace_event *events;
    int64_t n = memtrace_events(engine->reader, &events);
    size_t n_signals = 0;
    uint64_t target;

    find_handlers(engine, events, n);
    for (int64_t i = 0; i < n; i++) {
        n_signals += signals(engine, &events[i], &target);
    }
    engine->signals = calloc(n_signals + 1, sizeof(*engine->signals));
    if (!engine->signals) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (int64_t i = 0; i < n; i++) {
        if (signals(engine, &events[i], &target)) {
            engine->signals[engine->n_signals++] = (struct race_signal){
                .time = events[i].time,
                .target = target,
            };
        }
    }
    return 0;
}

/* Is the thread sent a signal while the piece lasts? */
static bool comes(const struct race_engine *engine,
                  const struct race_piece *piece,
                  const uint64_t targets[RACE_TARGETS])
{
    size_t low = 0, high = engine->n_signals;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (engine->signals[middle].time < piece->time) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (;
         low < engine->n_signals && engine->signals[low].time < piece->end_time;
         low++) {
        for (int i = 0; i < RACE_TARGETS; i++) {
            if (engine->signals[low].target == targets[i]) {
                return true;
            }
        }
    }
    return false;
}

int race_signals_take(struct race_engine *engine, uint32_t thread)
{
    struct race_thread *t = &engine->threads[thread];
    const struct memtrace_thread *facts =
        memtrace_thread(engine->reader, thread);
    uint64_t targets[RACE_TARGETS];
    bool is_coming;

    if (!engine->n_signals || !facts) {
        return 0;
    }
    race_call_targets(facts, targets);
    is_coming = t->piece.n && comes(engine, &t->piece, targets);
    for (int i = 0; i < RACE_TARGETS; i++) {
        uint32_t sync =
            race_sync_find(&engine->syncs, RACE_SYNC_SIGNAL, targets[i]);
        int error = race_list_add(&t->takes, sync);

        if (error) {
            return error;
        }
    }
    return is_coming ? 1 : race_thread_take_list(engine, thread);
}
