/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thread_clocks.h - the clocks of a trace's threads, and how threads
 * synchronise: by objects, or directly.
 *
 * A thread's epoch ends where it releases: accesses that it makes later are not
 * in what it released.  The functions here that release to one object leave it
 * to the caller to go on to the next epoch, as one action may release to
 * several.
 */
#ifndef THREAD_CLOCKS_H
#define THREAD_CLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memory_spaces.h"
#include "race.h"
#include "sync_bytes.h"
#include "sync_objects.h"
#include "vector_clock.h"

/* Numbers of objects, each once. */
struct race_sync_list {
    uint32_t *syncs;
    size_t n;
    size_t room;
};

/**
 * struct race_thread_clock - what one thread knows
 * @clock: what happened before its next access; its own epoch is in it
 * @last: by thread, 1 more than the object through which it last acquired from
 *        that thread; 0: none. n_last of them
 * @acquires: objects from which it acquires before it goes on
 * @releases: objects to which its run of accesses releases; see struct
 *            race_promise
 * @promise: that run, while it lasts
 * @has_promise: it lasts
 * @has_begun: see race_order_begin()
 * @end_word: address of the word that the kernel clears at its end, 0: unknown
 * @end_sync: the word's object
 */
struct race_thread_clock {
    struct vector_clock clock;
    uint32_t *last;
    size_t n_last, room_last;
    struct race_sync_list acquires;
    struct race_sync_list releases;
    struct race_promise promise;
    bool has_promise;
    bool has_begun;
    uint64_t end_word;
    uint32_t end_sync;
};

/**
 * struct race_clocks - those of all threads
 * @threads: as many as @spaces has
 * @spaces, @bytes: the caller's; they stay what they are
 * @syncs: the objects
 * @words: of each granule of @bytes, n_words of them: the objects of its halves
 */
struct race_clocks {
    struct race_thread_clock *threads;
    const struct race_spaces *spaces;
    const struct race_sync_bytes *bytes;
    struct race_syncs syncs;
    struct race_granule_words {
        uint32_t plus_1[2]; /* their numbers; 0: not known yet */
    } * words;
    size_t n_words;
};

/* Each returns 0, or a negative error, unless something else is said. */

/** race_clocks_open() - clocks that know of nothing; to be closed in any case
 */
int race_clocks_open(struct race_clocks *clocks,
                     const struct race_spaces *spaces,
                     const struct race_sync_bytes *bytes);
void race_clocks_close(struct race_clocks *clocks);

/** race_clocks_of() - Return: the clock of a thread. */
static inline const struct vector_clock *
race_clocks_of(const struct race_clocks *clocks, uint32_t thread)
{
    return &clocks->threads[thread].clock;
}

/** race_clocks_epoch() - Return: the epoch of a thread. */
static inline uint32_t race_clocks_epoch(const struct race_clocks *clocks,
                                         uint32_t thread)
{
    return vector_clock_of(&clocks->threads[thread].clock, thread);
}

/** race_clocks_last() - through what did a thread last acquire from another? */
struct race_last_sync race_clocks_last(const struct race_clocks *clocks,
                                       uint32_t thread, uint32_t other);

/** race_clocks_advance() - the next epoch; MEMTRACE_ERR_LIMIT: it was the last
 */
int race_clocks_advance(struct race_clocks *clocks, uint32_t thread);

/** race_clocks_follow() - a thread goes on behind all that another one did */
int race_clocks_follow(struct race_clocks *clocks, uint32_t thread,
                       uint32_t other);

/** race_clocks_follow_all() - it goes on behind all that others did so far */
int race_clocks_follow_all(struct race_clocks *clocks, uint32_t thread);

/**
 * race_clocks_inherit() - a thread begins behind the call that started it
 * @parent: made that call; or a number of no thread
 * @clock: the parent's at the call
 */
int race_clocks_inherit(struct race_clocks *clocks, uint32_t thread,
                        uint32_t parent, const struct vector_clock *clock);

/** race_clocks_release() - release to an object */
int race_clocks_release(struct race_clocks *clocks, uint32_t thread,
                        enum race_sync_kind kind, uint64_t id);

/** race_clocks_release_to() - the same, by the object's number */
int race_clocks_release_to(struct race_clocks *clocks, uint32_t thread,
                           uint32_t sync);

/** race_clocks_acquire() - acquire from an object */
int race_clocks_acquire(struct race_clocks *clocks, uint32_t thread,
                        enum race_sync_kind kind, uint64_t id);

/** race_clocks_acquire_later() - by its number, before the thread goes on */
int race_clocks_acquire_later(struct race_clocks *clocks, uint32_t thread,
                              uint32_t sync);

/* For race_clocks_acquire_now(): there are some. */
int race_clocks_acquire_listed(struct race_clocks *clocks, uint32_t thread);

/** race_clocks_acquire_now() - from all objects for which that was to come */
static inline int race_clocks_acquire_now(struct race_clocks *clocks,
                                          uint32_t thread)
{
    return clocks->threads[thread].acquires.n
               ? race_clocks_acquire_listed(clocks, thread)
               : 0;
}

/** race_clocks_release_later() - the run of accesses to come releases to it */
int race_clocks_release_later(struct race_clocks *clocks, uint32_t thread,
                              uint32_t sync);

/**
 * race_clocks_promise() - a run of accesses begins
 *
 * Its releases are made now, with the epoch of the accesses that are to come:
 * it acquires before it goes on, and nobody knows in which order.
 */
int race_clocks_promise(struct race_clocks *clocks, uint32_t thread);

/** race_clocks_acquire_promised() - all that the run may have acquired */
int race_clocks_acquire_promised(struct race_clocks *clocks, uint32_t thread);

/** race_clocks_fulfil() - the run is over: release all that is known now */
int race_clocks_fulfil(struct race_clocks *clocks, uint32_t thread);

/**
 * race_clocks_word() - the object of a word, as a thread has it at a time
 *
 * Return: its number; KEY_MAP_NONE: NOMEM.
 */
uint32_t race_clocks_word(struct race_clocks *clocks, uint32_t thread,
                          uint64_t time, uint64_t vaddr);

/**
 * race_clocks_objects() - the objects that bytes of a granule are
 * @mask: the bytes
 * @syncs: set to their numbers
 *
 * Return: how many; or MEMTRACE_ERR_NOMEM.
 */
int race_clocks_objects(struct race_clocks *clocks,
                        const struct race_sync_granule *granule, uint8_t mask,
                        uint32_t syncs[2]);

/**
 * race_clocks_set_end_word() - a thread's end will clear that word
 * @word: its address, at @time; 0: none
 *
 * A word that one thread alone has is for others, who acquire its end.  Where
 * several have the same one, as all of musl's have the lock of their list, they
 * acquire by it from each other, too.
 */
int race_clocks_set_end_word(struct race_clocks *clocks, uint32_t thread,
                             uint64_t time, uint64_t word);

/** race_clocks_is_own_end() - Return: is this a thread's own such word? */
static inline bool race_clocks_is_own_end(const struct race_clocks *clocks,
                                          uint32_t thread, uint64_t vaddr)
{
    const struct race_thread_clock *t = &clocks->threads[thread];

    return t->end_word && vaddr == t->end_word &&
           !clocks->syncs.all[t->end_sync].is_shared;
}

#endif /* THREAD_CLOCKS_H */
