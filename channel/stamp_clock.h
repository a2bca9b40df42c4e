/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stamp_clock.h - the clock of stamps: the processor's counter (clock.h), or,
 * where that of one core does not compare with that of another, a counter in
 * the channel.  Each stamp then is a number of its own, in the order in which
 * they were taken.
 */
#ifndef CHANNEL_STAMP_CLOCK_H
#define CHANNEL_STAMP_CLOCK_H

#include <stdatomic.h>
#include <stdint.h>

#include "channel.h"
#include "clock.h"
#include "clock_check.h"

/* An atomic read-modify-write has a place in the order of all accesses. */
static inline uint64_t stamp_next(struct channel *channel)
{
    return atomic_fetch_add(&channel->next_tick, 1);
}

static inline bool stamps_are_counted(const struct channel *channel)
{
    return __builtin_expect(clock_reason_is_counter(channel->clock), 0);
}

/** stamp_now() - as clock_ticks() */
static inline uint64_t stamp_now(struct channel *channel)
{
    return stamps_are_counted(channel) ? stamp_next(channel) : clock_ticks();
}

/** stamp_before() - as clock_ticks_before() */
static inline uint64_t stamp_before(struct channel *channel)
{
    return stamps_are_counted(channel) ? stamp_next(channel)
                                       : clock_ticks_before();
}

/** stamp_after() - as clock_ticks_after() */
static inline uint64_t stamp_after(struct channel *channel)
{
    return stamps_are_counted(channel) ? stamp_next(channel)
                                       : clock_ticks_after();
}

/** stamp_visible() - as clock_ticks_visible() */
static inline uint64_t stamp_visible(struct channel *channel)
{
    return stamps_are_counted(channel) ? stamp_next(channel)
                                       : clock_ticks_visible();
}

#endif /* CHANNEL_STAMP_CLOCK_H */
