/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * race_signals.c - signals order the threads that send them and their targets;
 * see race_engine.h.  When a handler runs no trace tells.
 */
#include <stdlib.h>

#include "race_calls.h"
#include "race_engine.h"

/* Whom the event signals: a call, or an end, of which the parent is told. */
static bool signals(const struct race_engine *engine,
                    const struct memtrace_event *event, uint64_t *target)
{
    const struct memtrace_thread *thread =
        memtrace_thread(engine->reader, event->thread);

    if (event->type == MEMTRACE_EVENT_SYSCALL &&
        (race_call_kind(event) & RACE_CALL_SIGNAL)) {
        *target = race_call_target(event, thread);
        return true;
    }
    if (event->type == MEMTRACE_EVENT_THREAD_END && thread) {
        const struct memtrace_thread *parent =
            memtrace_thread(engine->reader, thread->parent);

        *target = parent ? race_process_target(parent->pid) : 0;
        return parent && parent->pid != thread->pid;
    }
    return false;
}

int race_signals_find(struct race_engine *engine)
{
    const struct memtrace_event *events;
    int64_t n = memtrace_events(engine->reader, &events);
    size_t n_signals = 0;
    uint64_t target;

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
