/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event_checks.c - see event_checks.h. */
#include "event_checks.h"

#include <stdlib.h>

#include "check.h"

int race_gaps_open(struct race_gaps *gaps, size_t n_threads)
{
    *gaps = (struct race_gaps){
        .is_paused = calloc(n_threads + 1, sizeof(*gaps->is_paused)),
    };
    return gaps->is_paused ? 0 : MEMTRACE_ERR_NOMEM;
}

void race_gaps_close(struct race_gaps *gaps)
{
    free(gaps->is_paused);
    gaps->is_paused = NULL;
}

bool race_event_is_gap(const struct memtrace_event *event)
{
    return event->type == MEMTRACE_EVENT_PAUSE ||
           event->type == MEMTRACE_EVENT_RESUME ||
           event->type == MEMTRACE_EVENT_LOST;
}

/*
 * What is missing here may have ordered anything before this place, and nothing
 * behind it.  Return: 1.
 */
static int forget_all(struct race_checks *checks, struct race_gaps *gaps)
{
    gaps->n_lost++;
    race_shadow_forget_all(checks->shadow);
    return 1;
}

/*
 * While accesses of a thread are missing, what orders threads may be missing as
 * well: nothing is checked until all threads are recorded again.  Return: 1
 * where that has changed, 0 where not.
 */
static int pause_thread(struct race_checks *checks, struct race_gaps *gaps,
                        uint32_t thread, bool is_paused)
{
    if (gaps->is_paused[thread] == is_paused) {
        return 0;
    }
    check(is_paused || gaps->n_paused > 0, "the paused threads are counted");
    gaps->is_paused[thread] = is_paused;
    gaps->n_paused += is_paused ? 1 : (size_t)-1;
    checks->is_off = gaps->n_paused != 0;
    return forget_all(checks, gaps);
}

static int system_call(struct race_checks *checks, uint32_t thread,
                       const struct race_piece *piece)
{
    int error = 0;

    /* The kernel loads before the call releases. */
    for (size_t i = 0; i < piece->n_loads && !error; i++) {
        error = race_check_kernel(checks, thread, piece->loads[i]);
    }
    return error ? error : race_order_call(checks->order, thread, piece->event);
}

static int kernel_access(struct race_checks *checks, uint32_t thread,
                         const struct memtrace_event *event)
{
    bool is_store = event->args[2];
    /* The kernel stores when it has acquired. */
    int error = is_store ? race_order_call_done(checks->order, thread) : 0;

    return error ? error : race_check_kernel(checks, thread, event);
}

static void new_memory(struct race_checks *checks, uint32_t thread,
                       const struct memtrace_event *event)
{
    /* Another process may go on using what is shared. */
    const struct race_place own = {checks->spaces->by_thread[thread],
                                   event->args[0]};

    race_shadow_forget(checks->shadow, own, event->args[1]);
}

/* A block of the heap is new, whoever had it before. */
static void new_block(struct race_checks *checks, uint32_t thread,
                      const struct memtrace_event *event)
{
    if (event->args[1] != MEMTRACE_KEPT_SIZE && event->args[1]) {
        race_shadow_forget(
            checks->shadow,
            race_place(checks->spaces, thread, event->time, event->args[0]),
            event->args[1]);
    }
}

int race_check_event(struct race_checks *checks, struct race_gaps *gaps,
                     uint32_t thread, const struct race_piece *piece)
{
    const struct memtrace_event *event = piece->event;
    int error, forgets;

    switch (event->type) {
    case MEMTRACE_EVENT_SYSCALL:
        return system_call(checks, thread, piece);
    case MEMTRACE_EVENT_SYSCALL_RETURN:
        return race_order_return(checks->order, thread, event);
    case MEMTRACE_EVENT_KERNEL_ACCESS:
        return kernel_access(checks, thread, event);
    case MEMTRACE_EVENT_ALLOCATE:
        new_block(checks, thread, event);
        return 0;
    case MEMTRACE_EVENT_PAUSE:
    case MEMTRACE_EVENT_RESUME:
        return pause_thread(checks, gaps, thread,
                            event->type == MEMTRACE_EVENT_PAUSE);
    case MEMTRACE_EVENT_THREAD_END:
        forgets = pause_thread(checks, gaps, thread, false);
        error = race_order_end(checks->order, thread);
        return error ? error : forgets;
    case MEMTRACE_EVENT_MAP:
    case MEMTRACE_EVENT_UNMAP:
        new_memory(checks, thread, event);
        return 0;
    case MEMTRACE_EVENT_LOST:
        return forget_all(checks, gaps);
    default:
        return 0;
    }
}
