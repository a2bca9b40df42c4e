/* SPDX-License-Identifier: GPL-2.0-or-later */
/* first_thread.c - see first_thread.h. */
#include "first_thread.h"

#include "order_calls.h"

/* The thread that starts first, and when the second one starts. */
static uint64_t find_first(const struct memtrace_reader *reader,
                           uint32_t *thread)
{
    uint32_t n_threads = memtrace_summary(reader)->n_threads;
    uint64_t first = UINT64_MAX, second = UINT64_MAX;

    *thread = 0;

    for (uint32_t i = 0; i < n_threads; i++) {
        const struct memtrace_thread *t = memtrace_thread(reader, i);

        if (t && t->start_time < first) {
            second = first;
            first = t->start_time;
            *thread = i;
        } else if (t && t->start_time < second) {
            second = t->start_time;
        }
    }
    return second;
}

/*
 * The call that started the second thread may be missing in the trace.  Then
 * the first call that is there comes later than the second thread's start, and
 * nothing is known.
 */
int race_alone_find(struct memtrace_reader *reader, struct race_alone *alone)
{
    const struct memtrace_event *events;
    int64_t n = memtrace_events(reader, &events);
    uint64_t second = find_first(reader, &alone->thread);

    alone->n = second == UINT64_MAX ? UINT64_MAX : 0;
    for (int64_t i = 0; i < n; i++) {
        const struct memtrace_event *event = &events[i];

        if (event->thread == alone->thread &&
            event->type == MEMTRACE_EVENT_SYSCALL &&
            race_call_kind(event) & CALL_CLONES) {
            alone->n = event->time <= second ? event->position : 0;
            break;
        }
    }
    return n < 0 ? (int)n : 0;
}
