/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * first_thread.h - how long a program has only one thread: its accesses by then
 * happened before all that other threads do, so that none of them can race.
 */
#ifndef FIRST_THREAD_H
#define FIRST_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "memtrace.h"

/**
 * struct race_alone - how long the first thread is alone
 * @thread: which it is
 * @n: its accesses before it starts another thread or process; all of them
 *     where it starts none
 */
struct race_alone {
    uint32_t thread;
    uint64_t n;
};

/** race_alone_find() - Return: 0, or a negative error. */
int race_alone_find(struct memtrace_reader *reader, struct race_alone *alone);

/** race_is_alone() - does a thread make its first @n accesses in that time? */
static inline bool race_is_alone(const struct race_alone *alone,
                                 uint32_t thread, uint64_t n)
{
    return thread == alone->thread && n <= alone->n;
}

#endif /* FIRST_THREAD_H */
