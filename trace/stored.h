/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stored.h - which blocks a trace file has, and where.
 */
#ifndef MEMTRACE_STORED_H
#define MEMTRACE_STORED_H

#include <stddef.h>
#include <stdint.h>

#include "memtrace.h"
#include "tables.h"

/* An access block of the file. */
struct stored_block {
    struct memtrace_block facts;
    uint64_t offset;
    uint32_t n_stores;
    uint32_t n_atomics;
    uint64_t n_lost;
    uint32_t n_events;
    uint32_t events_size;
    uint8_t is_damaged; /* set atomically, by whoever finds it so */
};

/* A block of another kind. */
struct stored_part {
    uint64_t offset;
    uint64_t size;
    uint16_t kind;
};

/* All zero is that of an empty file. */
struct stored {
    struct stored_block *blocks;
    size_t n_blocks, room_blocks;
    struct stored_part *parts;
    size_t n_parts, room_parts;
    uint32_t *by_thread; /* numbers of blocks, by thread and first */
};

/* Note a block in blocks or parts. Return: 0, or NOMEM. */
int stored_add(struct stored *stored, const struct block_ref *ref);

/* All are noted: both are put in the order of the file. */
void stored_sort(struct stored *stored);

/* No block comes or goes any more: make by_thread. Return: 0, or NOMEM. */
int stored_order(struct stored *stored);

/* The blocks of a thread in by_thread: the first, and how many. */
size_t stored_of_thread(const struct stored *stored, uint32_t thread,
                        size_t *n_blocks);

/* Count a damaged access block, once.  Any number of threads may call. */
void stored_damaged(struct stored_block *block,
                    struct memtrace_summary *summary);

void stored_free(struct stored *stored);

#endif /* MEMTRACE_STORED_H */
