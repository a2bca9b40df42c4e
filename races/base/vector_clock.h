/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vector_clock.h - vector clocks, as long as the threads they know of.
 *
 * A clock has an epoch for each thread: accesses that the thread made up to
 * that epoch happened before.  Epochs start at 1.  0 is no epoch: of that
 * thread nothing is known, nor of threads beyond the clock's end.
 */
#ifndef VECTOR_CLOCK_H
#define VECTOR_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* The last epoch: the number behind it would be 0 again. */
#define VECTOR_CLOCK_LAST_EPOCH UINT32_MAX

/**
 * struct vector_clock - all zero is the clock that knows of nothing
 * @epochs: n of them, by thread; room for so many
 */
struct vector_clock {
    uint32_t *epochs;
    uint32_t n;
    uint32_t room;
};

/** vector_clock_of() - Return: the epoch of @thread that is known. */
static inline uint32_t vector_clock_of(const struct vector_clock *clock,
                                       uint32_t thread)
{
    return thread < clock->n ? clock->epochs[thread] : 0;
}

/**
 * vector_clock_raise() - know of a thread's accesses up to an epoch
 * @epoch: not before the one that is known
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int vector_clock_raise(struct vector_clock *clock, uint32_t thread,
                       uint32_t epoch);

/**
 * vector_clock_advance() - the next epoch of a thread, in its own clock
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM; MEMTRACE_ERR_LIMIT where it was the last
 * epoch, and the clock is as it was.
 */
int vector_clock_advance(struct vector_clock *clock, uint32_t thread);

/**
 * vector_clock_join() - add all that @from knows
 *
 * Return: 1 where that was something new, 0 where not, or MEMTRACE_ERR_NOMEM.
 */
int vector_clock_join(struct vector_clock *clock,
                      const struct vector_clock *from);

/** vector_clock_copy() - become @from. Return: 0, or MEMTRACE_ERR_NOMEM. */
int vector_clock_copy(struct vector_clock *clock,
                      const struct vector_clock *from);

void vector_clock_free(struct vector_clock *clock);

#endif /* VECTOR_CLOCK_H */
