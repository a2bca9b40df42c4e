/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * merge.h - all threads' accesses in the one merged order.
 */
#ifndef MEMTRACE_MERGE_H
#define MEMTRACE_MERGE_H

#include "memtrace.h"
#include "open_block.h"

struct merge;

/* Return: before the first access, or NULL out of memory. */
struct merge *merge_new(const struct memtrace_reader *reader);
void merge_free(struct merge *merge);

/* Before the first merge_next(). */
void merge_choose(struct merge *merge, const struct block_choice *choice);

/* As memtrace_cursor_next() of a time cursor. */
int merge_next(struct merge *merge, struct memtrace_batch *batch);

#endif /* MEMTRACE_MERGE_H */
