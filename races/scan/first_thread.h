/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * first_thread.h - what a program does before it has a second thread: it came
 * before all that the others do, so that nothing of it can race.
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

/** race_is_alone() - are the first @n accesses of a thread of that time? */
static inline bool race_is_alone(const struct race_alone *alone,
                                 uint32_t thread, uint64_t n)
{
    return thread == alone->thread && n <= alone->n;
}

#endif /* FIRST_THREAD_H */
