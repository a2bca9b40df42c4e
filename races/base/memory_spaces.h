/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory_spaces.h - which memory an address of a thread is.
 *
 * Each process has a space of its own.  What was mapped shared by one process
 * and nothing else by another is one space for all, so that processes which a
 * fork made meet there.
 */
#ifndef MEMORY_SPACES_H
#define MEMORY_SPACES_H

#include <stddef.h>
#include <stdint.h>

#include "memtrace.h"

#define RACE_PAGE_BITS 10
#define RACE_PAGE_BYTES (1u << RACE_PAGE_BITS)
#define RACE_GRANULE_BYTES 8u
#define RACE_VADDR_BITS 48

/**
 * struct race_spaces - the spaces of a trace
 * @by_thread: n_threads of them
 * @pids: of the spaces, from 1; space 0 is the shared one
 * @shared: n_shared ranges in space 0, sorted
 */
struct race_spaces {
    uint32_t *by_thread;
    size_t n_threads;
    uint32_t *pids;
    size_t n_pids;
    struct race_range {
        uint64_t start, end; /* end is not in it */
        uint32_t pid;        /* of who mapped it, 0: several */
    } * shared;
    size_t n_shared;
};

/** race_spaces_open() - Return: 0, or a negative error. */
int race_spaces_open(struct race_spaces *spaces,
                     struct memtrace_reader *reader);
void race_spaces_close(struct race_spaces *spaces);

/* For race_space(): the address may be in a shared range. */
uint32_t race_spaces_shared(const struct race_spaces *spaces, uint32_t thread,
                            uint64_t vaddr);

/** race_space() - Return: the space of an address. */
static inline uint32_t race_space(const struct race_spaces *spaces,
                                  uint32_t thread, uint64_t vaddr)
{
    return spaces->n_shared ? race_spaces_shared(spaces, thread, vaddr)
                            : spaces->by_thread[thread];
}

/* One key for a space and a number of a page or granule of it. */
static inline uint64_t race_key(uint32_t space, uint64_t vaddr, unsigned shift)
{
    uint64_t mask = ((uint64_t)1 << (RACE_VADDR_BITS - shift)) - 1;

    return (uint64_t)space << (RACE_VADDR_BITS - shift) |
           (vaddr >> shift & mask);
}

static inline uint64_t race_page_key(uint32_t space, uint64_t vaddr)
{
    return race_key(space, vaddr, RACE_PAGE_BITS);
}

static inline uint64_t race_granule_key(uint32_t space, uint64_t vaddr)
{
    return race_key(space, vaddr, 3);
}

#endif /* MEMORY_SPACES_H */
