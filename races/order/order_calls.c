/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * order_calls.c - see order_calls.h.  Calls are known by their names, which are
 * the same for all architectures where their numbers are not.
 */
#include "order_calls.h"

#include <string.h>

/* args of a SYSCALL event: the number, then the call's own. */
#define CALL_ARG(i) (1 + (i))
#define CALL_OBJECT 7

/* In effect, however it was made; NULL: none that is of interest. */
static const struct guest_call *call_of(const struct memtrace_event *event)
{
    const struct guest_call *call = guest_call_named(event->text);

    return call ? guest_call_through(call, event->args[CALL_ARG(0)]) : NULL;
}

unsigned race_call_kind(const struct memtrace_event *event)
{
    const struct guest_call *call = call_of(event);

    return call ? call->does : 0;
}

/* Operations, without the flags for private words and the clock. */
enum futex_operation {
    FUTEX_MASK = 127,
    FUTEX_WAIT = 0,
    FUTEX_REQUEUE = 3,
    FUTEX_CMP_REQUEUE = 4,
    FUTEX_WAKE_OP = 5,
    FUTEX_LOCK_PI = 6,
    FUTEX_TRYLOCK_PI = 8,
    FUTEX_WAIT_BITSET = 9,
    FUTEX_WAIT_REQUEUE_PI = 11,
    FUTEX_CMP_REQUEUE_PI = 12,
    FUTEX_LOCK_PI2 = 13,
};

void race_call_futex(const struct memtrace_event *event,
                     struct race_futex *futex)
{
    *futex = (struct race_futex){
        .words = {event->args[CALL_ARG(0)], event->args[CALL_ARG(4)]},
        .n_words = 1,
    };
    switch (event->args[CALL_ARG(1)] & FUTEX_MASK) {
    case FUTEX_WAIT_REQUEUE_PI:
        futex->n_words = 2;
        futex->waits = true;
        break;
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
    case FUTEX_LOCK_PI:
    case FUTEX_LOCK_PI2:
    case FUTEX_TRYLOCK_PI:
        futex->waits = true;
        break;
    case FUTEX_REQUEUE:
    case FUTEX_CMP_REQUEUE:
    case FUTEX_CMP_REQUEUE_PI:
    case FUTEX_WAKE_OP:
        futex->n_words = 2;
        break;
    default:
        break;
    }
}

uint64_t race_call_cleared_word(const struct guest *guest,
                                const struct memtrace_event *event)
{
    const struct guest_call *call = call_of(event);
    struct guest_clone clone;

    if (call && call->does & CALL_CLEARS) {
        return event->args[CALL_ARG(0)];
    }
    if (!call || call->kind != GUEST_CALL_CLONE) {
        return 0; /* the others have it in memory, or none */
    }
    guest_clone_read(guest, event->args + CALL_ARG(0), &clone);
    return clone.word;
}

/* Names of signals' targets: threads, processes, and groups of these. */
#define TARGET_PROCESS ((uint64_t)1 << 40)
#define TARGET_ANY ((uint64_t)2 << 40)

uint64_t race_process_target(uint32_t pid)
{
    return (int32_t)pid > 0 ? TARGET_PROCESS | pid : TARGET_ANY;
}

bool race_call_handles_ends(const struct guest *guest,
                            const struct memtrace_event *event)
{
    const struct guest_call *call = call_of(event);
    const uint64_t *args = event->args + CALL_ARG(0);

    return call && call->does & CALL_HANDLES && args[1] &&
           (!guest || args[0] == (uint64_t)guest->sigchld);
}

uint64_t race_call_target(const struct memtrace_event *event,
                          const struct memtrace_thread *sender)
{
    const struct guest_call *call = call_of(event);
    uint32_t named = call ? event->args[CALL_ARG(call->argument)] : 0;

    switch (call ? call->subject : CALL_SUBJECT_DESCRIPTOR) {
    case CALL_SUBJECT_THREAD:
        return named;
    case CALL_SUBJECT_PROCESS:
        return race_process_target(named);
    case CALL_SUBJECT_NONE:
        return race_process_target(sender ? sender->pid : 0);
    default:
        return race_process_target(0); /* it is not told whom */
    }
}

void race_call_targets(const struct memtrace_thread *thread,
                       uint64_t targets[RACE_TARGETS])
{
    targets[0] = thread->tid;
    targets[1] = race_process_target(thread->pid);
    targets[2] = TARGET_ANY;
}

uint64_t race_call_object(const struct memtrace_event *event)
{
    return event->n_args > CALL_OBJECT ? event->args[CALL_OBJECT] : 0;
}
