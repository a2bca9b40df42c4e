/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * piece_filter.h - leaves out accesses that can tell nothing about races.
 *
 * Those are accesses to pages that one thread alone touches, or that nobody
 * stores to, and those that a thread repeats while it synchronises with
 * nobody: who races with them races with the first as well.
 */
#ifndef PIECE_FILTER_H
#define PIECE_FILTER_H

#include "scan.h"
#include "stream.h"

#define RACE_FILTER_PAGES 4096
#define RACE_FILTER_SEEN 8192

/**
 * struct race_filter - what a worker needs to filter; all zero is a new one
 * @scan: of the trace
 * @keeps_repeated: keep what is repeated
 */
struct race_filter {
    const struct race_scan *scan;
    bool keeps_repeated;
    struct race_filter_page {
        uint64_t key_plus_1;
        uint32_t flags; /* of struct race_scan_page */
    } pages[RACE_FILTER_PAGES];
    uint32_t round; /* what was seen in another one does not count */
    struct race_filter_seen {
        uint64_t place; /* its address, size and kind */
        uint32_t insn;
        uint32_t round;
    } seen[RACE_FILTER_SEEN];
};

/** race_filter_start() - a new round: nothing was seen in it. */
void race_filter_start(struct race_filter *filter);

/**
 * race_filter_piece() - what matters of a piece of accesses
 * @kept: those, room for piece->n
 * @is_sync: set where the piece may synchronise; left alone where not
 *
 * Return: how many they are.
 */
size_t race_filter_piece(struct race_filter *filter, uint32_t thread,
                         const struct race_piece *piece,
                         struct memtrace_access *kept, bool *is_sync);

#endif /* PIECE_FILTER_H */
