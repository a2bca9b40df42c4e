/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * order.h - the order of a trace's threads: their clocks as they go on, by
 * starts, ends, system calls and signals.
 *
 * The order is owned here.  Whoever goes through a trace calls these functions
 * for what each thread does, in an order that keeps to happens-before, and asks
 * the clocks (thread_clocks.h) what happened before an access.
 */
#ifndef ORDER_H
#define ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guest.h"
#include "memory_spaces.h"
#include "memtrace.h"
#include "signals.h"
#include "starts.h"
#include "sync_bytes.h"
#include "thread_clocks.h"
#include "thread_events.h"

/**
 * struct race_order - the order of a trace's threads
 * @guest: its architecture, NULL where it is not known
 * @calls: by thread, the event of the system call that it is in, or NULL
 * @processes: by space, how many threads of it the trace has, and how many have
 *             ended
 */
struct race_order {
    struct memtrace_reader *reader;
    const struct race_spaces *spaces;
    const struct guest *guest;
    struct race_clocks clocks;
    struct race_starts starts;
    struct race_signals signals;
    const struct memtrace_event **calls;
    struct race_process {
        size_t n_threads;
        size_t n_ended;
    } * processes;
};

/* Each returns 0, or a negative error, unless something else is said. */

/**
 * race_order_open() - no thread has begun
 * @order: to be closed in any case
 * @reader, @spaces, @bytes, @events: of the trace, outlive the order
 */
int race_order_open(struct race_order *order, struct memtrace_reader *reader,
                    const struct race_spaces *spaces,
                    const struct race_sync_bytes *bytes,
                    const struct race_thread_events *events);
void race_order_close(struct race_order *order);

/* For race_order_resume(): there is something to be done. */
int race_order_do_resume(struct race_order *order, uint32_t thread,
                         uint64_t from, uint64_t to, bool has_accesses);

/**
 * race_order_resume() - a thread goes on, or begins
 * @from, @to: when: the stamps around what it does next
 * @has_accesses: that is accesses
 *
 * It acquires what it was to acquire.  A thread may run a handler at any time
 * from the call on that sends it a signal: then it acquires from the sender.
 *
 * Return: 0; 1 where it is sent a signal meanwhile, and has to acquire once
 * more at @to before its accesses are checked; or a negative error.
 */
static inline int race_order_resume(struct race_order *order, uint32_t thread,
                                    uint64_t from, uint64_t to,
                                    bool has_accesses)
{
    const struct race_thread_clock *t = &order->clocks.threads[thread];

    return t->has_begun && !t->acquires.n && !order->signals.n
               ? 0
               : race_order_do_resume(order, thread, from, to, has_accesses);
}

/** race_order_call() - a thread enters a system call: it releases */
int race_order_call(struct race_order *order, uint32_t thread,
                    const struct memtrace_event *call);

/** race_order_call_done() - the kernel has done its call: it acquires, once */
int race_order_call_done(struct race_order *order, uint32_t thread);

/** race_order_return() - a thread's call returns */
int race_order_return(struct race_order *order, uint32_t thread,
                      const struct memtrace_event *event);

/** race_order_end() - a thread ends, and its process perhaps */
int race_order_end(struct race_order *order, uint32_t thread);

#endif /* ORDER_H */
