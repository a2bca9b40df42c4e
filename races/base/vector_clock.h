/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vector_clock.h - vector clocks that grow with the threads they know of.
 *
 * A clock holds for each thread the epoch up to which its accesses came
 * before.  Epochs start at 1; of a thread beyond the end nothing is known,
 * which is epoch 0.
 */
#ifndef VECTOR_CLOCK_H
#define VECTOR_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* All zero is the clock that knows of nothing. */
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

/** vector_clock_set() - Return: 0, or MEMTRACE_ERR_NOMEM. */
int vector_clock_set(struct vector_clock *clock, uint32_t thread,
                     uint32_t epoch);

/**
 * vector_clock_join() - learn all that @from knows
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
