/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reach.h - when the accesses of each block were made, and which blocks may
 * have a store that ended the wait of another thread.
 */
#ifndef REACH_H
#define REACH_H

#include "scan.h"

/**
 * struct race_reach - when the accesses of a block were made
 * @block: its number in the trace
 * @first: see struct memtrace_block
 * @from, @to: they were made from then on, and before that
 */
struct race_reach {
    uint64_t block;
    uint32_t thread;
    uint64_t first;
    uint64_t from, to;
};

/**
 * struct race_reaches - those of all blocks
 * @all: n of them, a thread's in their order
 * @wanted: a bit for each block of the trace: may some thread have waited at a
 *          time within its reach?
 */
struct race_reaches {
    struct race_reach *all;
    size_t n;
    uint64_t *wanted;
};

/**
 * race_reaches_open() - find the reach of each block
 * @reaches: to be closed in any case
 * @scan: whose spins may be waits
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int race_reaches_open(struct race_reaches *reaches,
                      const struct race_scan *scan,
                      const struct memtrace_reader *reader);
void race_reaches_close(struct race_reaches *reaches);

/** race_reach_find() - Return: the reach of the batch's block, or NULL. */
const struct race_reach *race_reach_find(const struct race_reaches *reaches,
                                         const struct memtrace_batch *batch);

/** race_reach_is_wanted() - may a block have a store that ended a wait? */
static inline bool race_reach_is_wanted(const struct race_reaches *reaches,
                                        uint64_t block)
{
    return reaches->wanted[block / 64] >> block % 64 & 1;
}

#endif /* REACH_H */
