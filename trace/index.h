/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * index.h - which blocks a file has, as its index says or as they are found.
 */
#ifndef MEMTRACE_INDEX_H
#define MEMTRACE_INDEX_H

#include "memtrace.h"
#include "stored.h"

/*
 * Both fill an empty stored, and of the summary what they meet: is_complete,
 * index_rebuilt and what is damaged.  file_bytes of it is set before.
 */

/* From the file's index. Return: 0, or CORRUPT, CHECKSUM, IO, NOMEM. */
int index_load(int fd, struct memtrace_summary *summary, struct stored *stored);

/*
 * By walking the file; what index_load() noted before it failed is forgotten.
 * Return: 0, or IO, NOMEM.
 */
int index_rebuild(int fd, struct memtrace_summary *summary,
                  struct stored *stored);

#endif /* MEMTRACE_INDEX_H */
