/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * feed.h - the threads' pieces, read ahead and filtered by workers.
 *
 * The engine asks for the pieces of all threads in an order that only the
 * engine knows.  Meanwhile workers prepare the next pieces of each thread.  A
 * piece of which the filter leaves nothing is skipped, unless the piece before
 * it may synchronise: a thread acquires at its next stamp, which must stay.
 */
#ifndef FEED_H
#define FEED_H

#include "scan.h"
#include "stream.h"

struct race_feed;

/**
 * struct race_feed_config - what to read, and how
 * @reader, @scan: of the trace; outlive the feed
 * @n_threads: as in the scan's spaces
 * @n_workers: threads that read ahead; 0: the caller reads each piece itself
 * @keeps_repeated: see struct race_filter
 */
struct race_feed_config {
    const struct memtrace_reader *reader;
    const struct race_scan *scan;
    size_t n_threads;
    unsigned n_workers;
    bool keeps_repeated;
};

/** race_feed_new() - Return: a feed, or NULL out of memory. */
struct race_feed *race_feed_new(const struct race_feed_config *config);

/**
 * race_feed_events() - a thread's own events, before its first piece
 * @events: n of them, in their order; outlive the feed
 */
void race_feed_events(struct race_feed *feed, uint32_t thread,
                      const struct memtrace_event *const *events, size_t n);

/**
 * race_feed_next() - a thread's next piece
 * @piece: set to it; what it refers to is valid till the thread's next one
 * @n_read: set to accesses that were read for it: for progress
 *
 * One thread may call this.
 *
 * Return: 1, 0 where the thread has no more, or a negative error.
 */
int race_feed_next(struct race_feed *feed, uint32_t thread,
                   struct race_piece *piece, uint64_t *n_read);

/** race_feed_free() - end the workers and free all; NULL is fine. */
void race_feed_free(struct race_feed *feed);

#endif /* FEED_H */
