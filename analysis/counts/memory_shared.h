/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory_shared.h - the pages that are accessed now and then, of all workers of
 * a pass together.
 *
 * A worker has pages of its own, for no lock is as fast as none.  Of programs
 * with much memory each worker would have most pages.  So a worker that has
 * many moves them here, and keeps those to itself that it counts often in.
 *
 * Accesses to shared pages are put off and then counted shard by shard: so a
 * lock is taken once for many, and memory that is not in the cache is asked for
 * long before it is needed.
 */
#ifndef MEMORY_SHARED_H
#define MEMORY_SHARED_H

#include <pthread.h>

#include "memory_pages.h"

#define MEMORY_SHARDS 256

/**
 * struct memory_shard - some of the pages
 * @lock: held while a page of it is looked up or counted in
 */
struct memory_shard {
    pthread_mutex_t lock;
    struct memory_pages pages;
};

/**
 * struct memory_shared - the pages
 * @most_own: how many pages a worker may have of its own
 */
struct memory_shared {
    size_t most_own;
    struct memory_shard shards[MEMORY_SHARDS];
};

#define MEMORY_MOST_OWN 65536 /* of all workers together: some 16 MiB */

/** memory_shared_new() - none yet. Return: it, or NULL out of memory. */
struct memory_shared *memory_shared_new(size_t most_own);
void memory_shared_free(struct memory_shared *shared);

/**
 * memory_shared_put() - move a worker's pages
 * @pages: closed and opened anew, with those that stay
 * @all: also those that are busy
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int memory_shared_put(struct memory_shared *shared, struct memory_pages *pages,
                      bool all);

/* Of a worker: accesses to shared pages, to be freed. */
struct memory_later;

/**
 * memory_later_new() - none yet
 * @own: pages of the worker, to which those are added that become busy
 *
 * Return: it, or NULL out of memory.
 */
struct memory_later *memory_later_new(struct memory_shared *shared,
                                      struct memory_pages *own);

/**
 * memory_later_add() - accesses of a line of a page
 * @like: for memory_pages_get()
 *
 * Return: 1 where pages have become the worker's own, 0, or MEMTRACE_ERR_NOMEM.
 */
int memory_later_add(struct memory_later *later, const struct memory_page *like,
                     const struct memory_cells_add *add, bool is_atomic);

/** memory_later_flush() - count what was put off. Return: as above. */
int memory_later_flush(struct memory_later *later);

/** memory_shared_list() - as memory_pages_list(). @n: set to how many. */
struct memory_page **memory_shared_list(struct memory_shared *shared,
                                        size_t *n);

#endif /* MEMORY_SHARED_H */
