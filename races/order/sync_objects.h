/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sync_objects.h - the objects through which threads synchronise: words of
 * memory, files, starts of threads, signals; and their clocks.
 *
 * A release joins the thread's clock into the object's, an acquire joins the
 * object's clock into the thread's.  An object's clock never loses anything, so
 * an acquire is ordered after every release that may have come before it.
 */
#ifndef SYNC_OBJECTS_H
#define SYNC_OBJECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "key_map.h"
#include "race.h"
#include "vector_clock.h"

#define RACE_SYNC_NOBODY UINT32_MAX

/**
 * struct race_sync - an object
 * @id: of a RACE_SYNC_WORD twice the key of its granule, and 1 more for the
 *      granule's second half; of others a number by their kind
 * @clock: what has been released to it
 * @last: who released last, RACE_SYNC_NOBODY: nobody
 * @last_epoch: and its epoch then
 * @is_exact: @clock is what that thread knew then, and no more
 * @n_owners: threads at whose end the kernel clears this word
 * @is_shared: there were several such threads at once
 */
struct race_sync {
    uint64_t id;
    enum race_sync_kind kind;
    struct vector_clock clock;
    uint32_t last;
    uint32_t last_epoch;
    bool is_exact;
    bool is_shared;
    uint32_t n_owners;
};

/**
 * struct race_promise - a run of accesses in which a thread acquires from
 *                       objects and releases to others
 * @acquires: numbers of n_acquires objects
 * @releases: numbers of n_releases objects
 *
 * The trace does not say in which order it does so.  While the run lasts,
 * whatever is released to one of @acquires is therefore released to all of
 * @releases as well.
 */
struct race_promise {
    const uint32_t *acquires, *releases;
    size_t n_acquires, n_releases;
};

/**
 * struct race_syncs - the objects of a trace; all zero has none
 * @all: n of them, by their numbers
 * @keys: by kind, of an object's id to its number
 * @promises: n_promises of them, of runs that last
 */
struct race_syncs {
    struct race_sync *all;
    size_t n;
    size_t room;
    struct key_map keys[RACE_SYNC_KINDS];
    const struct race_promise **promises;
    size_t n_promises;
    size_t room_promises;
};

void race_syncs_close(struct race_syncs *syncs);

/**
 * race_sync_find() - the number of an object, which is new perhaps
 *
 * Return: KEY_MAP_NONE out of memory.
 */
uint32_t race_sync_find(struct race_syncs *syncs, enum race_sync_kind kind,
                        uint64_t id);

/**
 * race_sync_release() - a thread releases to an object
 * @clock: the thread's
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM, as do the others here.
 */
int race_sync_release(struct race_syncs *syncs, uint32_t sync, uint32_t thread,
                      const struct vector_clock *clock);

/** race_sync_join() - a release of a clock that need not be one thread's */
int race_sync_join(struct race_syncs *syncs, uint32_t sync,
                   const struct vector_clock *clock);

/**
 * race_sync_acquire() - a thread acquires from an object
 * @clock: the thread's
 *
 * Return: 1 where that may have been something new, 0 where not; or NOMEM.
 */
int race_sync_acquire(const struct race_syncs *syncs, uint32_t sync,
                      struct vector_clock *clock);

/**
 * race_sync_promise() - a run begins
 * @promise: stays where and what it is until the run ends
 */
int race_sync_promise(struct race_syncs *syncs,
                      const struct race_promise *promise);

/** race_sync_end_promise() - the run is over */
void race_sync_end_promise(struct race_syncs *syncs,
                           const struct race_promise *promise);

#endif /* SYNC_OBJECTS_H */
