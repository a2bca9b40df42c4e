/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clock_pair.h - one moment by two clocks. */
#ifndef RECORDER_CLOCK_PAIR_H
#define RECORDER_CLOCK_PAIR_H

#include <time.h>

#include "clock.h"

#define CLOCK_PAIR_TRIES 16

/**
 * struct clock_pair - a moment
 * @ticks: of the stamps' clock
 * @ns: of CLOCK_MONOTONIC
 */
struct clock_pair {
    uint64_t ticks;
    uint64_t ns;
};

static inline uint64_t clock_pair_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/**
 * clock_pair_read() - now
 *
 * Of several tries the one in which least time went by.
 */
static inline struct clock_pair clock_pair_read(void)
{
    struct clock_pair best = {0};
    uint64_t least = UINT64_MAX;

    for (int i = 0; i < CLOCK_PAIR_TRIES; i++) {
        uint64_t before = clock_pair_ns();
        uint64_t ticks = clock_ticks();
        uint64_t took = clock_pair_ns() - before;

        if (took < least) {
            least = took;
            best = (struct clock_pair){ticks, before + took / 2};
        }
    }
    return best;
}

#endif /* RECORDER_CLOCK_PAIR_H */
