/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * event_checks.h - what an event does: to the order of threads, to what is
 * remembered of memory, and to accesses that the kernel makes.
 */
#ifndef EVENT_CHECKS_H
#define EVENT_CHECKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "access_checks.h"
#include "stream.h"

/**
 * struct race_gaps - where accesses are missing
 * @is_paused: of each thread: its accesses are not recorded now
 * @n_paused: threads of which that is so
 * @n_lost: places behind which nothing is known of what was before
 */
struct race_gaps {
    bool *is_paused;
    size_t n_paused;
    uint64_t n_lost;
};

/** race_gaps_open() - all zero but room for threads. Return: 0, or NOMEM. */
int race_gaps_open(struct race_gaps *gaps, size_t n_threads);
void race_gaps_close(struct race_gaps *gaps);

/** race_event_is_gap() - may all be forgotten at events of this type? */
bool race_event_is_gap(const struct memtrace_event *event);

/**
 * race_check_event() - an event, at its place among a thread's accesses
 * @piece: with the event
 *
 * Return: 0; 1 where all that was before is forgotten, so that accesses that
 * are still to be checked are not; or a negative error.
 */
int race_check_event(struct race_checks *checks, struct race_gaps *gaps,
                     uint32_t thread, const struct race_piece *piece);

#endif /* EVENT_CHECKS_H */
