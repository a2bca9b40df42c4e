/* SPDX-License-Identifier: GPL-2.0-or-later */
/* thread_clocks.c - see thread_clocks.h. */
#include "thread_clocks.h"

#include <stdlib.h>

#include "array.h"
#include "check.h"
#include "memtrace.h"

int race_clocks_open(struct race_clocks *clocks,
                     const struct race_spaces *spaces,
                     const struct race_sync_bytes *bytes)
{
    *clocks = (struct race_clocks){
        .threads = calloc(spaces->n_threads + 1, sizeof(*clocks->threads)),
        .spaces = spaces,
        .bytes = bytes,
        .words = calloc(bytes->keys.n + 1, sizeof(*clocks->words)),
        .n_words = bytes->keys.n,
    };
    return clocks->threads && clocks->words ? 0 : MEMTRACE_ERR_NOMEM;
}

void race_clocks_close(struct race_clocks *clocks)
{
    for (size_t i = 0; clocks->threads && i < clocks->spaces->n_threads; i++) {
        struct race_thread_clock *t = &clocks->threads[i];

        vector_clock_free(&t->clock);
        free(t->last);
        free(t->acquires.syncs);
        free(t->releases.syncs);
    }
    free(clocks->threads);
    free(clocks->words);
    race_syncs_close(&clocks->syncs);
}

/* Each object is listed once. */
static int list_add(struct race_sync_list *list, uint32_t sync)
{
    uint32_t *added;

    if (sync == KEY_MAP_NONE) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < list->n; i++) {
        if (list->syncs[i] == sync) {
            return 0;
        }
    }
    added = array_add(list->syncs, list->n, list->room);
    if (!added) {
        return MEMTRACE_ERR_NOMEM;
    }
    *added = sync;
    return 0;
}

/* The thread last acquired from another one through an object. */
static int set_last(struct race_thread_clock *t, uint32_t other, uint32_t sync)
{
    if (array_reserve(t->last, t->room_last, (size_t)other + 1) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    while (t->n_last <= other) {
        t->last[t->n_last++] = 0;
    }
    t->last[other] = sync + 1;
    return 0;
}

struct race_last_sync race_clocks_last(const struct race_clocks *clocks,
                                       uint32_t thread, uint32_t other)
{
    const struct race_thread_clock *t = &clocks->threads[thread];
    struct race_last_sync last = {.kind = RACE_SYNC_NONE};

    if (other < t->n_last && t->last[other]) {
        const struct race_sync *sync = &clocks->syncs.all[t->last[other] - 1];

        last.kind = sync->kind;
        if (sync->kind == RACE_SYNC_WORD) {
            /* Its id is that of half a granule; above it is the space. */
            last.vaddr = (sync->id * (RACE_GRANULE_BYTES / 2)) &
                         (((uint64_t)1 << RACE_VADDR_BITS) - 1);
            last.space = (uint32_t)(sync->id >>
                                    (RACE_VADDR_BITS - RACE_GRANULE_BITS + 1));
        }
    }
    return last;
}

int race_clocks_advance(struct race_clocks *clocks, uint32_t thread)
{
    return vector_clock_advance(&clocks->threads[thread].clock, thread);
}

int race_clocks_follow(struct race_clocks *clocks, uint32_t thread,
                       uint32_t other)
{
    int error = vector_clock_join(&clocks->threads[thread].clock,
                                  &clocks->threads[other].clock);

    return error < 0 ? error : race_clocks_advance(clocks, other);
}

int race_clocks_follow_all(struct race_clocks *clocks, uint32_t thread)
{
    int error = 0;

    /* What others know of each other is less than what each has done. */
    for (uint32_t i = 0; i < clocks->spaces->n_threads && !error; i++) {
        if (i != thread && clocks->threads[i].has_begun) {
            error = vector_clock_raise(&clocks->threads[thread].clock, i,
                                       race_clocks_epoch(clocks, i));
            error = error ? error : race_clocks_advance(clocks, i);
        }
    }
    return error;
}

int race_clocks_inherit(struct race_clocks *clocks, uint32_t thread,
                        uint32_t parent, const struct vector_clock *clock)
{
    struct race_thread_clock *t = &clocks->threads[thread];
    int error = vector_clock_join(&t->clock, clock);
    uint32_t sync;

    if (error < 0 || parent >= clocks->spaces->n_threads) {
        return error < 0 ? error : 0;
    }
    sync = race_sync_find(&clocks->syncs, RACE_SYNC_START, thread);
    return sync == KEY_MAP_NONE ? MEMTRACE_ERR_NOMEM
                                : set_last(t, parent, sync);
}

int race_clocks_release_to(struct race_clocks *clocks, uint32_t thread,
                           uint32_t sync)
{
    return sync == KEY_MAP_NONE
               ? MEMTRACE_ERR_NOMEM
               : race_sync_release(&clocks->syncs, sync, thread,
                                   &clocks->threads[thread].clock);
}

int race_clocks_release(struct race_clocks *clocks, uint32_t thread,
                        enum race_sync_kind kind, uint64_t id)
{
    return race_clocks_release_to(clocks, thread,
                                  race_sync_find(&clocks->syncs, kind, id));
}

static int acquire(struct race_clocks *clocks, uint32_t thread, uint32_t sync)
{
    struct race_thread_clock *t = &clocks->threads[thread];
    const struct race_sync *s;
    int result;

    if (sync == KEY_MAP_NONE) {
        return MEMTRACE_ERR_NOMEM;
    }
    result = race_sync_acquire(&clocks->syncs, sync, &t->clock);
    s = &clocks->syncs.all[sync];
    if (result > 0 && s->last != RACE_SYNC_NOBODY && s->last != thread) {
        result = set_last(t, s->last, sync);
    }
    return result < 0 ? result : 0;
}

int race_clocks_acquire(struct race_clocks *clocks, uint32_t thread,
                        enum race_sync_kind kind, uint64_t id)
{
    return acquire(clocks, thread, race_sync_find(&clocks->syncs, kind, id));
}

int race_clocks_acquire_later(struct race_clocks *clocks, uint32_t thread,
                              uint32_t sync)
{
    struct race_thread_clock *t = &clocks->threads[thread];

    check(!t->has_promise, "what a run acquires is known when it begins");
    return list_add(&t->acquires, sync);
}

int race_clocks_acquire_listed(struct race_clocks *clocks, uint32_t thread)
{
    struct race_sync_list *acquires = &clocks->threads[thread].acquires;
    int error = 0;

    for (size_t i = 0; i < acquires->n && !error; i++) {
        error = acquire(clocks, thread, acquires->syncs[i]);
    }
    acquires->n = 0;
    return error;
}

int race_clocks_release_later(struct race_clocks *clocks, uint32_t thread,
                              uint32_t sync)
{
    struct race_thread_clock *t = &clocks->threads[thread];

    check(!t->has_promise, "what a run releases to is known when it begins");
    return list_add(&t->releases, sync);
}

static int release_to_all(struct race_clocks *clocks,
                          const struct race_thread_clock *t)
{
    int error = 0;

    for (size_t i = 0; i < t->releases.n && !error; i++) {
        error = race_sync_join(&clocks->syncs, t->releases.syncs[i], &t->clock);
    }
    return error;
}

int race_clocks_promise(struct race_clocks *clocks, uint32_t thread)
{
    struct race_thread_clock *t = &clocks->threads[thread];
    int error = release_to_all(clocks, t);

    check(!t->has_promise, "a thread is in one run of accesses");
    if (error || !t->releases.n) {
        return error;
    }
    t->promise = (struct race_promise){
        .acquires = t->acquires.syncs,
        .n_acquires = t->acquires.n,
        .releases = t->releases.syncs,
        .n_releases = t->releases.n,
    };
    t->has_promise = true;
    return race_sync_promise(&clocks->syncs, &t->promise);
}

int race_clocks_acquire_promised(struct race_clocks *clocks, uint32_t thread)
{
    struct race_thread_clock *t = &clocks->threads[thread];
    int error = race_clocks_acquire_now(clocks, thread);

    if (t->has_promise) {
        race_sync_end_promise(&clocks->syncs, &t->promise);
        t->has_promise = false;
    }
    return error;
}

int race_clocks_fulfil(struct race_clocks *clocks, uint32_t thread)
{
    struct race_thread_clock *t = &clocks->threads[thread];
    int error = release_to_all(clocks, t);

    check(!t->has_promise, "a run is over before it releases for good");
    if (error || !t->releases.n) {
        return error;
    }
    t->releases.n = 0;
    return race_clocks_advance(clocks, thread);
}

uint32_t race_clocks_word(struct race_clocks *clocks, uint32_t thread,
                          uint64_t time, uint64_t vaddr)
{
    uint64_t key = race_granule_at(clocks->spaces, thread, time, vaddr);
    const struct race_sync_granule *granule =
        race_sync_bytes_at(clocks->bytes, key);
    bool is_one = granule && granule->is_one;
    bool is_second = !is_one && vaddr % RACE_GRANULE_BYTES >= 4;

    return race_sync_find(&clocks->syncs, RACE_SYNC_WORD, 2 * key + is_second);
}

/* The object of half a granule. Return: KEY_MAP_NONE: no memory. */
static uint32_t object_of_half(struct race_clocks *clocks,
                               const struct race_sync_granule *granule,
                               unsigned half)
{
    size_t i = (size_t)(granule - clocks->bytes->granules);
    uint32_t *plus_1 = &clocks->words[i].plus_1[half];

    check(i < clocks->n_words, "no bytes came to synchronise meanwhile");
    if (!*plus_1) {
        /* Where there is no memory 0 stays 0. */
        *plus_1 = 1 + race_sync_find(&clocks->syncs, RACE_SYNC_WORD,
                                     2 * granule->key + half);
    }
    return *plus_1 - 1;
}

int race_clocks_objects(struct race_clocks *clocks,
                        const struct race_sync_granule *granule, uint8_t mask,
                        uint32_t syncs[2])
{
    int n = 0;

    mask &= granule->mask;
    if (mask && (granule->is_one || mask & 0x0f)) {
        syncs[n++] = object_of_half(clocks, granule, 0);
    }
    if (!granule->is_one && mask & 0xf0) {
        syncs[n++] = object_of_half(clocks, granule, 1);
    }
    for (int i = 0; i < n; i++) {
        if (syncs[i] == KEY_MAP_NONE) {
            return MEMTRACE_ERR_NOMEM;
        }
    }
    return n;
}

int race_clocks_set_end_word(struct race_clocks *clocks, uint32_t thread,
                             uint64_t time, uint64_t word)
{
    struct race_thread_clock *t = &clocks->threads[thread];
    struct race_sync *sync;
    uint32_t number;

    if (t->end_word) {
        sync = &clocks->syncs.all[t->end_sync];
        check(sync->n_owners > 0, "a thread owns the word that its end clears");
        sync->n_owners--;
    }
    t->end_word = 0;
    if (!word) {
        return 0;
    }
    number = race_clocks_word(clocks, thread, time, word);
    if (number == KEY_MAP_NONE) {
        return MEMTRACE_ERR_NOMEM;
    }
    t->end_word = word;
    t->end_sync = number;
    sync = &clocks->syncs.all[number];
    if (sync->n_owners++) {
        sync->is_shared = true;
    }
    return 0;
}
