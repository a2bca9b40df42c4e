/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * piece_filter.h - leaves out accesses that can show no new race.
 *
 * These are accesses to pages that one thread alone touches, or that nobody
 * stores to; and accesses that a thread repeats while it synchronises with
 * nobody: another access that races with a repeated one races with the first
 * one, too.
 */
#ifndef PIECE_FILTER_H
#define PIECE_FILTER_H

#include "scan.h"
#include "stream.h"

#define RACE_FILTER_PAGES 4096
#define RACE_FILTER_SEEN 8192

/**
 * struct race_filter - what a worker filters with; set @scan, the rest is zero
 * @scan: of the trace
 * @keeps_repeated: keep what is repeated
 * @pages: a cache of the flags of pages, see struct race_scan_page
 * @round: number of the round: accesses are repeated within one, and a round
 *         ends where the thread may synchronise
 * @seen: accesses of the round, each at the place of its hash. One whose place
 *        another access has taken is kept once more
 */
struct race_filter {
    const struct race_scan *scan;
    bool keeps_repeated;
    struct race_filter_page {
        uint64_t key_plus_1;
        uint32_t flags;
    } pages[RACE_FILTER_PAGES];
    uint32_t round;
    struct race_filter_seen {
        uint64_t place; /* its address, size and kind */
        uint32_t insn;
        uint32_t round;
    } seen[RACE_FILTER_SEEN];
};

/** race_filter_start() - begin a new round */
void race_filter_start(struct race_filter *filter);

/**
 * race_filter_piece() - filter the accesses of a piece
 * @kept: room for piece->n; set to those that are kept
 * @is_sync: set to true where the piece may synchronise, or left as it is
 *
 * Return: how many are kept.
 */
size_t race_filter_piece(struct race_filter *filter, uint32_t thread,
                         const struct race_piece *piece,
                         struct memtrace_access *kept, bool *is_sync);

#endif /* PIECE_FILTER_H */
