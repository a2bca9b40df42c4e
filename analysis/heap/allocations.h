/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * allocations.h - the blocks of memory that a trace's processes allocated:
 * which block was an address in at a time?  From the ALLOCATE and FREE events
 * of a trace recorded with its heap.
 */
#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

#include "memtrace.h"

struct allocations;

/**
 * struct allocation - a block, from its allocation to its end
 * @vaddr, @size_bytes: as they were asked for
 * @start_time: of its allocation, in ticks
 * @end_time: when it was freed; UINT64_MAX where it was not
 * @return_to: where the call that allocated it returned to
 * @freed_to: the same of the call that freed it, or 0
 * @thread: who allocated it
 * @site: number of the place that allocated it, see allocations_site()
 * @freed_by: who freed it, or MEMTRACE_NO_THREAD
 * @function: that allocated it, such as "malloc"; the reader's
 */
struct allocation {
    uint64_t vaddr;
    uint64_t size_bytes;
    uint64_t start_time;
    uint64_t end_time;
    uint64_t return_to;
    uint64_t freed_to;
    uint32_t thread;
    uint32_t site;
    uint32_t freed_by;
    const char *function;
};

/**
 * struct allocation_site - a place in a program that allocates
 * @pid: of the process
 * @time: of its first allocation, in ticks
 * @return_to: where the calls return to
 * @n_blocks, @bytes: what it allocated
 * @function: that it called
 */
struct allocation_site {
    uint64_t pid;
    uint64_t time;
    uint64_t return_to;
    uint64_t n_blocks;
    uint64_t bytes;
    const char *function;
};

/**
 * allocations_new() - read the events of a trace
 * @out: set to the allocations, for allocations_free(); to an empty one where
 *       the trace was recorded without them
 *
 * Takes memory in proportion to the number of allocations.
 *
 * Return: 0, or a negative MEMTRACE_ERR_ value.
 */
int allocations_new(struct memtrace_reader *reader, struct allocations **out);
void allocations_free(struct allocations *allocations);

/** allocations_count() - Return: how many there are, of all processes. */
size_t allocations_count(const struct allocations *allocations);

/** allocations_n_sites() - Return: how many places allocate. */
size_t allocations_n_sites(const struct allocations *allocations);

/** allocations_site() - Return: one of them; @site is below their number. */
const struct allocation_site *
allocations_site(const struct allocations *allocations, size_t site);

/**
 * allocations_stretch() - is there ever a block near an address?
 * @first, @last: set to the ends of a stretch of memory for which the answer
 *                is the same
 *
 * Return: false where no process ever had a block there.
 */
bool allocations_stretch(const struct allocations *allocations, uint64_t vaddr,
                         uint64_t *first, uint64_t *last);

/**
 * allocations_find() - the block that an address was in
 * @pid: of the process
 * @time: in ticks
 * @vaddr: of any byte of the block
 *
 * A forked process has the blocks that its parent had then.  Any number of
 * threads may ask at once.
 *
 * Return: valid until allocations_free(), or NULL.
 */
const struct allocation *allocations_find(const struct allocations *allocations,
                                          uint64_t pid, uint64_t time,
                                          uint64_t vaddr);

/**
 * allocations_find_freed() - the last block there that had ended by then
 *
 * For accesses to what was freed; arguments and result as above.
 */
const struct allocation *
allocations_find_freed(const struct allocations *allocations, uint64_t pid,
                       uint64_t time, uint64_t vaddr);

#endif /* ALLOCATIONS_H */
