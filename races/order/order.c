/* SPDX-License-Identifier: GPL-2.0-or-later */
/* order.c - see order.h: what calls and ends release and acquire. */
#include "order.h"

#include <stdlib.h>

#include "check.h"
#include "order_calls.h"

/* Object 0 is any whose descriptor is not known, and all of them together. */
#define UNKNOWN_OBJECT 0
#define ANY_OBJECT 0

int race_order_open(struct race_order *order, struct memtrace_reader *reader,
                    const struct race_spaces *spaces,
                    const struct race_sync_bytes *bytes,
                    const struct race_thread_events *events)
{
    size_t n = spaces->n_threads;
    int error;

    *order = (struct race_order){
        .reader = reader,
        .spaces = spaces,
        .guest = guest_find(memtrace_meta(reader, "guest.arch")),
        .calls = calloc(n + 1, sizeof(*order->calls)),
        .processes = calloc(spaces->n_pids + 1, sizeof(*order->processes)),
    };
    if (!order->calls || !order->processes) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        order->processes[spaces->by_thread[i]].n_threads++;
    }
    error = race_clocks_open(&order->clocks, spaces, bytes);
    if (!error) {
        error = race_starts_open(&order->starts, reader, events);
    }
    if (!error) {
        error =
            race_signals_open(&order->signals, reader, spaces, order->guest);
    }
    return error;
}

void race_order_close(struct race_order *order)
{
    race_clocks_close(&order->clocks);
    race_starts_close(&order->starts);
    race_signals_close(&order->signals);
    free(order->calls);
    free(order->processes);
}

/* Its first accesses come behind the call that started it. */
static int begin(struct race_order *order, uint32_t thread)
{
    const struct memtrace_thread *facts =
        memtrace_thread(order->reader, thread);
    int error = race_starts_begin(&order->starts, &order->clocks, thread,
                                  facts ? facts->parent : MEMTRACE_NO_THREAD);

    order->clocks.threads[thread].has_begun = true;
    check(error || race_clocks_epoch(&order->clocks, thread) > 0,
          "a thread that has begun has an epoch");
    return error;
}

/* From whoever has sent the thread a signal, if it handled it meanwhile. */
static int acquire_signals(struct race_order *order, uint32_t thread,
                           uint64_t from, uint64_t to, bool has_accesses)
{
    const struct memtrace_thread *facts =
        memtrace_thread(order->reader, thread);
    uint64_t targets[RACE_TARGETS];
    int error = 0;

    if (!facts) {
        return 0;
    }
    race_call_targets(facts, targets);
    for (int i = 0; i < RACE_TARGETS && !error; i++) {
        error = race_clocks_acquire_later(
            &order->clocks, thread,
            race_sync_find(&order->clocks.syncs, RACE_SYNC_SIGNAL, targets[i]));
    }
    if (!error && has_accesses &&
        race_signals_come(&order->signals, targets, from, to)) {
        return 1;
    }
    return error ? error : race_clocks_acquire_now(&order->clocks, thread);
}

int race_order_do_resume(struct race_order *order, uint32_t thread,
                         uint64_t from, uint64_t to, bool has_accesses)
{
    int error =
        order->clocks.threads[thread].has_begun ? 0 : begin(order, thread);

    if (!error) {
        error = race_clocks_acquire_now(&order->clocks, thread);
    }
    return error || !order->signals.n
               ? error
               : acquire_signals(order, thread, from, to, has_accesses);
}

/* The words that a futex call names. */
static int futex_words(struct race_order *order, uint32_t thread, uint64_t time,
                       const struct race_futex *futex)
{
    int error = 0;

    for (unsigned i = 0; i < futex->n_words && !error; i++) {
        uint32_t sync =
            race_clocks_word(&order->clocks, thread, time, futex->words[i]);

        error = futex->waits
                    ? race_clocks_acquire_later(&order->clocks, thread, sync)
                    : race_clocks_release_to(&order->clocks, thread, sync);
    }
    return error;
}

/* To the object of a descriptor, and to those who wait for any object. */
static int release_object(struct race_order *order, uint32_t thread,
                          uint64_t object)
{
    int error = race_clocks_release(&order->clocks, thread, RACE_SYNC_OBJECTS,
                                    ANY_OBJECT);

    return error ? error
                 : race_clocks_release(&order->clocks, thread, RACE_SYNC_OBJECT,
                                       object);
}

static int acquire_object(struct race_order *order, uint32_t thread,
                          uint64_t object)
{
    /* Who released to an unknown one may have released to this one. */
    int error = race_clocks_acquire(&order->clocks, thread, RACE_SYNC_OBJECT,
                                    UNKNOWN_OBJECT);

    if (error) {
        return error;
    }
    return object ? race_clocks_acquire(&order->clocks, thread,
                                        RACE_SYNC_OBJECT, object)
                  : race_clocks_acquire(&order->clocks, thread,
                                        RACE_SYNC_OBJECTS, ANY_OBJECT);
}

/* Calls that release to one object or more: then the next epoch begins. */
static int release_by_call(struct race_order *order, uint32_t thread,
                           const struct memtrace_event *call, unsigned kind)
{
    uint64_t object = race_call_object(call);
    int error;

    if (kind & CALL_FUTEX) {
        struct race_futex futex;

        race_call_futex(call, &futex);
        if (futex.waits) {
            return 0;
        }
        error = futex_words(order, thread, call->time, &futex);
    } else if (kind & CALL_RELEASES) {
        error = release_object(order, thread, object);
    } else if (kind & CALL_CLOSES) {
        /* What it closes, if anything: where that is not known, nothing. */
        error = object ? release_object(order, thread, object) : 0;
    } else if (kind & CALL_SIGNALS) {
        error = race_clocks_release(
            &order->clocks, thread, RACE_SYNC_SIGNAL,
            race_call_target(call, memtrace_thread(order->reader, thread)));
    } else {
        return 0;
    }
    return error ? error : race_clocks_advance(&order->clocks, thread);
}

int race_order_call(struct race_order *order, uint32_t thread,
                    const struct memtrace_event *call)
{
    unsigned kind = race_call_kind(call);

    order->calls[thread] = call;
    if (kind & CALL_CLONES) {
        return race_starts_call(&order->starts, &order->clocks, thread, call,
                                race_call_cleared_word(order->guest, call));
    }
    if (kind & CALL_CLEARS) {
        return race_clocks_set_end_word(
            &order->clocks, thread, call->time,
            race_call_cleared_word(order->guest, call));
    }
    return release_by_call(order, thread, call, kind);
}

int race_order_call_done(struct race_order *order, uint32_t thread)
{
    const struct memtrace_event *call = order->calls[thread];
    struct race_clocks *clocks = &order->clocks;
    unsigned kind = call ? race_call_kind(call) : 0;
    int error = 0;

    order->calls[thread] = NULL;
    if (kind & CALL_FUTEX) {
        struct race_futex futex;

        race_call_futex(call, &futex);
        if (futex.waits) {
            error = futex_words(order, thread, call->time, &futex);
            error = error ? error : race_clocks_acquire_now(clocks, thread);
        }
    }
    if (!error && kind & CALL_AWAITS_END) {
        error = race_clocks_acquire(clocks, thread, RACE_SYNC_OBJECT,
                                    UNKNOWN_OBJECT);
    }
    if (!error && kind & CALL_ACQUIRES) {
        error = acquire_object(order, thread, race_call_object(call));
    }
    if (!error && kind & CALL_POLLS) {
        error =
            race_clocks_acquire(clocks, thread, RACE_SYNC_OBJECTS, ANY_OBJECT);
    }
    return error;
}

/* The end of a process is the end of all its threads. */
static int follow_process(struct race_order *order, uint32_t thread,
                          uint64_t pid)
{
    int error = 0;

    for (uint32_t i = 0; i < order->spaces->n_threads && !error; i++) {
        const struct memtrace_thread *other = memtrace_thread(order->reader, i);

        if (other && other->pid == pid && order->clocks.threads[i].has_begun) {
            error = race_clocks_follow(&order->clocks, thread, i);
        }
    }
    return error;
}

int race_order_return(struct race_order *order, uint32_t thread,
                      const struct memtrace_event *event)
{
    int error = race_order_call_done(order, thread);

    if (!error && race_call_kind(event) & CALL_WAITS &&
        (int64_t)event->args[1] > 0) {
        error = follow_process(order, thread, event->args[1]);
    }
    return error;
}

/*
 * When a process ends the kernel closes its descriptors, which readers at the
 * other ends of its pipes see.  Which descriptors these are is not known.  The
 * kernel signals the parent, too, which matters where that handles the signal.
 */
static int end_process(struct race_order *order, uint32_t thread,
                       const struct memtrace_thread *facts)
{
    uint64_t target;
    int error = 0;

    if (order->processes[order->spaces->by_thread[thread]].n_threads > 1) {
        error = follow_process(order, thread, facts->pid);
    }
    if (!error) {
        error = release_object(order, thread, UNKNOWN_OBJECT);
    }
    if (!error && race_signals_parent(&order->signals, facts, &target)) {
        error = race_clocks_release(&order->clocks, thread, RACE_SYNC_SIGNAL,
                                    target);
    }
    return error;
}

int race_order_end(struct race_order *order, uint32_t thread)
{
    const struct memtrace_thread *facts =
        memtrace_thread(order->reader, thread);
    const struct race_thread_clock *clock = &order->clocks.threads[thread];
    struct race_process *process =
        &order->processes[order->spaces->by_thread[thread]];
    int error = 0;

    if (clock->end_word) {
        error = race_clocks_release_to(&order->clocks, thread, clock->end_sync);
    }
    /* Of one process nobody is left who could see its end. */
    if (++process->n_ended == process->n_threads && !error && facts &&
        order->spaces->n_pids > 1) {
        error = end_process(order, thread, facts);
    }
    if (!error) {
        error = race_clocks_set_end_word(&order->clocks, thread, 0, 0);
    }
    return error ? error : race_clocks_advance(&order->clocks, thread);
}
