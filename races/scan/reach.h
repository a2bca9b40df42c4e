/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reach.h - when the accesses of blocks were made, and in which of them
 * something may be that ended a thread's waiting.
 */
#ifndef REACH_H
#define REACH_H

#include "scan.h"

/* When a block's accesses were made: from @from on, and before @to. */
struct race_reach {
    uint64_t block; /* its number */
    uint32_t thread;
    uint64_t first; /* see struct memtrace_block */
    uint64_t from, to;
};

/**
 * struct race_reaches - of all blocks
 * @all: n of them, a thread's in their order
 * @wanted: a bit for each block of the trace: does somebody seem to wait in its
 *          reach?
 */
struct race_reaches {
    struct race_reach *all;
    size_t n;
    uint64_t *wanted;
};

/**
 * race_reaches_open() - look at the blocks
 * @scan: whose spins are those who seem to wait
 *
 * To be closed also where it fails.  Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int race_reaches_open(struct race_reaches *reaches,
                      const struct race_scan *scan,
                      const struct memtrace_reader *reader);
void race_reaches_close(struct race_reaches *reaches);

/** race_reach_find() - Return: the reach of the batch's block, or NULL. */
const struct race_reach *race_reach_find(const struct race_reaches *reaches,
                                         const struct memtrace_batch *batch);

/** race_reach_is_wanted() - may a block have what ended somebody's waiting? */
static inline bool race_reach_is_wanted(const struct race_reaches *reaches,
                                        uint64_t block)
{
    return reaches->wanted[block / 64] >> block % 64 & 1;
}

#endif /* REACH_H */
