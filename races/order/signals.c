/* SPDX-License-Identifier: GPL-2.0-or-later */
/* signals.c - see signals.h. */
#include "signals.h"

#include <stdlib.h>

#include "lower_bound.h"

/* The parent of a thread's process, or NULL. */
static const struct memtrace_thread *
parent_process(const struct memtrace_reader *reader,
               const struct memtrace_thread *thread)
{
    const struct memtrace_thread *parent = thread;
    const struct memtrace_thread *child;

    do {
        child = parent;
        parent = memtrace_thread(reader, child->parent);
    } while (parent && parent->pid == thread->pid &&
             parent->number < child->number);
    return parent && parent->pid != thread->pid ? parent : NULL;
}

bool race_signals_parent(const struct race_signals *signals,
                         const struct memtrace_thread *thread, uint64_t *target)
{
    const struct memtrace_thread *parent =
        parent_process(signals->reader, thread);

    if (!parent ||
        !signals->handles_ends[signals->spaces->by_thread[parent->number]]) {
        return false;
    }
    *target = race_process_target(parent->pid);
    return true;
}

/* Does an event signal somebody: a call, or an end? */
static bool is_signal(const struct race_signals *signals,
                      const struct memtrace_event *event, uint64_t *target)
{
    const struct memtrace_thread *thread =
        memtrace_thread(signals->reader, event->thread);

    if (event->type == MEMTRACE_EVENT_SYSCALL &&
        (race_call_kind(event) & CALL_SIGNALS)) {
        *target = race_call_target(event, thread);
        return true;
    }
    return event->type == MEMTRACE_EVENT_THREAD_END && thread &&
           race_signals_parent(signals, thread, target);
}

/* How signals are handled is inherited. */
static void find_handlers(struct race_signals *signals,
                          const struct guest *guest,
                          const struct memtrace_event *events, int64_t n)
{
    const struct race_spaces *spaces = signals->spaces;

    for (int64_t i = 0; i < n; i++) {
        if (events[i].type == MEMTRACE_EVENT_SYSCALL &&
            events[i].thread < spaces->n_threads &&
            race_call_handles_ends(guest, &events[i])) {
            signals->handles_ends[spaces->by_thread[events[i].thread]] = true;
        }
    }
    for (uint32_t i = 0; i < spaces->n_threads; i++) {
        const struct memtrace_thread *thread =
            memtrace_thread(signals->reader, i);

        if (thread && thread->parent < i) {
            signals->handles_ends[spaces->by_thread[i]] |=
                signals->handles_ends[spaces->by_thread[thread->parent]];
        }
    }
}

int race_signals_open(struct race_signals *signals,
                      struct memtrace_reader *reader,
                      const struct race_spaces *spaces,
                      const struct guest *guest)
{
    const struct memtrace_event *events;
    int64_t n = memtrace_events(reader, &events);
    size_t n_signals = 0;
    uint64_t target;

    *signals = (struct race_signals){
        .handles_ends = calloc(spaces->n_pids + 1, sizeof(bool)),
        .reader = reader,
        .spaces = spaces,
    };
    if (!signals->handles_ends) {
        return MEMTRACE_ERR_NOMEM;
    }
    find_handlers(signals, guest, events, n);
    for (int64_t i = 0; i < n; i++) {
        n_signals += is_signal(signals, &events[i], &target);
    }
    signals->all = calloc(n_signals + 1, sizeof(*signals->all));
    if (!signals->all) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (int64_t i = 0; i < n; i++) {
        if (is_signal(signals, &events[i], &target)) {
            signals->all[signals->n++] = (struct race_signal){
                .time = events[i].time,
                .target = target,
            };
        }
    }
    return 0;
}

void race_signals_close(struct race_signals *signals)
{
    free(signals->all);
    free(signals->handles_ends);
}

bool race_signals_come(const struct race_signals *signals,
                       const uint64_t targets[RACE_TARGETS], uint64_t from,
                       uint64_t to)
{
    size_t at = lower_bound(signals->n, k, signals->all[k].time < from);

    for (; at < signals->n && signals->all[at].time < to; at++) {
        for (int i = 0; i < RACE_TARGETS; i++) {
            if (signals->all[at].target == targets[i]) {
                return true;
            }
        }
    }
    return false;
}
