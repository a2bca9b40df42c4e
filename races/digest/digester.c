/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * digester.c - see digester.h.  This runs while the program runs that is
 * recorded, so it does as little as possible for each access.
 */
#include "digester.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "page_history.h"
#include "listed.h"
#include "listed_waits.h"
#include "digest_pages.h"
#include "quick_loops.h"
#include "memory_spaces.h"
#include "spin.h"
#include "writer.h"

_Static_assert(RACE_PAGE_BITS == MEMTRACE_DIGEST_PAGE_BITS,
               "digests have the pages of memory_spaces.h");

#define SEEN_ATOMICS 64

struct digesting {
    struct race_history *history;
    struct memtrace_digest digest;
    struct race_pages pages;
    uint64_t seen[RACE_SEEN]; /* see quick_loops.h */
    const struct race_quick *quick;
    struct race_use *uses;
    size_t room_uses;
    bool *is_own;
    size_t room_own;
    struct memtrace_digest_atomic atomics[SEEN_ATOMICS]; /* the last ones */
    uint32_t thread;
    uint64_t first;
    struct race_listing block;
    struct race_stamp *stamps;
    size_t room_stamps;
    uint32_t *crossing;
    size_t room_crossing;
    struct race_spins spins;
    bool has_failed; /* out of memory */
};

static void *digest_open(void *shared)
{
    struct digesting *d = calloc(1, sizeof(*d));

    if (d) {
        d->history = shared;
        d->quick = race_quick_choose(RACE_QUICK_AVX512);
    }
    return d;
}

static void digest_close(void *state)
{
    struct digesting *d = state;

    memtrace_digest_free(&d->digest);
    key_map_free(&d->pages.numbers);
    race_spins_close(&d->spins);
    free(d->uses);
    free(d->is_own);
    free(d->stamps);
    free(d->crossing);
    free(d);
}

static void digest_begin(void *state, uint32_t thread, uint64_t first,
                         uint64_t time)
{
    struct digesting *d = state;

    (void)time;
    memtrace_digest_clear(&d->digest);
    race_pages_clear(&d->pages);
    memset(d->seen, 0, sizeof(d->seen));
    memset(d->atomics, 0, sizeof(d->atomics));
    d->thread = thread;
    d->first = first;
    d->block = (struct race_listing){.quick = d->quick};
    d->has_failed = false;
}

/* Return: how a page is used, which may be new; NULL out of memory. */
static struct race_use *find_use(struct digesting *d, uint64_t number,
                                 uint32_t flags)
{
    size_t n = d->digest.n_pages;
    struct memtrace_digest_page *page =
        race_pages_find(&d->pages, &d->digest, number);

    if (!page || array_reserve(d->uses, d->room_uses, n + 1) < 0) {
        d->has_failed = true;
        return NULL;
    }
    if (d->digest.n_pages > n) {
        d->uses[n] = (struct race_use){.n_samples = 0};
    }
    page->flags |= flags;
    return &d->uses[page - d->digest.pages];
}

/* An access to two pages. */
static void note_crossing(struct digesting *d, uint32_t at, uint64_t number,
                          uint32_t flags)
{
    uint32_t *crossing =
        array_add(d->crossing, d->block.n_crossing, d->room_crossing);

    if (!crossing) {
        d->has_failed = true;
        return;
    }
    *crossing = at;
    find_use(d, number, flags);
}

/* Most of those are left out that were noted shortly before. */
static __attribute__((noinline)) void note_atomic(struct digesting *d,
                                                  uint64_t vaddr, unsigned size)
{
    struct memtrace_digest *digest = &d->digest;
    struct memtrace_digest_atomic *late =
        &d->atomics[(vaddr >> 3) % SEEN_ATOMICS];
    struct memtrace_digest_atomic *atomic;

    if (late->vaddr == vaddr && late->size >= size) {
        return;
    }
    for (unsigned i = 0; i < 2; i++) {
        struct race_use *use =
            find_use(d, (vaddr + (i ? size - 1 : 0)) >> RACE_PAGE_BITS, 0);

        if (use) {
            use->is_atomic = true;
        }
    }
    atomic =
        array_add(digest->atomics, digest->n_atomics, digest->room_atomics);
    if (!atomic) {
        d->has_failed = true;
        return;
    }
    *late = (struct memtrace_digest_atomic){vaddr, (uint16_t)size};
    *atomic = *late;
}

/* An access that the quick loop found: most of them are new in some way. */
static __attribute__((noinline)) void note(struct digesting *d, uint32_t at,
                                           uint64_t vaddr, uint32_t tag)
{
    uint64_t number = vaddr >> RACE_PAGE_BITS;
    uint64_t what = race_seen_what(vaddr, tag);
    uint64_t *seen = &d->seen[race_seen_place(what)];
    uint32_t flags = tag & MEMTRACE_TAG_STORE ? MEMTRACE_DIGEST_STORED : 0;

    if (*seen != what) {
        *seen = what;
        find_use(d, number, flags);
    }
    if (race_end_in_page(vaddr, tag) > RACE_PAGE_BYTES) {
        note_crossing(d, at, number + 1, flags);
    }
    if (tag & MEMTRACE_TAG_ATOMIC) {
        note_atomic(d, vaddr, 1u << (tag & MEMTRACE_TAG_SIZE_MASK));
    }
}

static void note_stamp(struct digesting *d, const struct memtrace_run *run)
{
    size_t n = d->block.n_stamps;
    struct race_stamp *stamp;

    if (n && d->stamps[n - 1].time == run->time && !run->is_behind_event) {
        return;
    }
    stamp = array_add(d->stamps, d->block.n_stamps, d->room_stamps);
    if (!stamp) {
        d->has_failed = true;
        return;
    }
    *stamp = (struct race_stamp){
        .time = run->time,
        .at = run->at,
        .is_behind_event = run->is_behind_event,
    };
}

static void count_samples(struct digesting *d, const struct memtrace_run *run)
{
    for (size_t i = -run->at % RACE_SAMPLE; i < run->n; i += RACE_SAMPLE) {
        struct race_use *use = find_use(d, run->vaddrs[i] >> RACE_PAGE_BITS, 0);

        if (use) {
            use->n_samples++;
        }
    }
}

static void digest_see(void *state, const struct memtrace_run *run)
{
    struct digesting *d = state;

    if (!run->at) {
        d->block.vaddrs = run->vaddrs;
        d->block.tags = run->tags;
    }
    d->block.n = run->at + (uint32_t)run->n;
    note_stamp(d, run);
    for (size_t from = 0; from < run->n; from += RACE_QUICK) {
        size_t n = run->n - from < RACE_QUICK ? run->n - from : RACE_QUICK;
        uint64_t unseen =
            d->quick->unseen(run->vaddrs + from, run->tags + from, n, d->seen);

        for (; unseen; unseen &= unseen - 1) {
            size_t i = from + (unsigned)__builtin_ctzll(unseen);

            note(d, run->at + (uint32_t)i, run->vaddrs[i], run->tags[i]);
        }
    }
    count_samples(d, run);
}

static int add_waits(struct digesting *d)
{
    struct memtrace_digest *digest = &d->digest;

    for (size_t i = 0; i < d->spins.n; i++) {
        struct memtrace_digest_wait *wait =
            array_add(digest->waits, digest->n_waits, digest->room_waits);

        if (!wait) {
            return MEMTRACE_ERR_NOMEM;
        }
        *wait = d->spins.spins[i].wait;
    }
    return 0;
}

/* Find the loops that may wait among all accesses of the block. */
static int find_waits(struct digesting *d)
{
    const struct race_listing *block = &d->block;
    int error;

    race_spins_clear(&d->spins);
    error = race_spins_start(&d->spins, d->thread, d->first,
                             block->n_stamps ? block->stamps[0].time : 0);
    for (size_t i = 0; i < block->n_stamps && !error; i++) {
        const struct race_stamp *stamp = &block->stamps[i];
        uint32_t end = i + 1 < block->n_stamps ? stamp[1].at : block->n;
        const struct memtrace_run run = {
            .vaddrs = block->vaddrs + stamp->at,
            .tags = block->tags + stamp->at,
            .n = end - stamp->at,
            .at = stamp->at,
            .time = stamp->time,
        };

        error = race_spins_run(&d->spins, &run);
    }
    if (!error) {
        error = race_spins_finish(&d->spins);
    }
    d->digest.has_waits = true;
    return error ? error : add_waits(d);
}

/* Which pages are the thread's own by now. Return: 0, or NOMEM. */
static int find_own(struct digesting *d)
{
    size_t n = d->digest.n_pages;

    if (array_reserve(d->is_own, d->room_own, n) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    race_history_touch(d->history, d->thread, d->first, d->digest.pages, n,
                       d->is_own);
    for (size_t i = 0; i < n; i++) {
        d->uses[i].is_own = d->is_own[i];
    }
    return 0;
}

static const struct memtrace_digest *digest_finish(void *state)
{
    struct digesting *d = state;
    int result = 0;

    d->block.stamps = d->stamps;
    d->block.crossing = d->crossing;
    if (d->has_failed || find_own(d) < 0) {
        return NULL;
    }
    result = race_listed_choose(&d->digest, d->uses, d->block.n);
    if (result > 0) {
        result = race_listed_make(&d->digest, &d->pages, &d->block);
    }
    if (!result ||
        (result > 0 && race_listed_may_wait(&d->digest, &d->block))) {
        result = find_waits(d);
    }
    return result < 0 ? NULL : &d->digest;
}

int race_digester_open(struct memtrace_digester *digester)
{
    *digester = (struct memtrace_digester){
        .shared = race_history_new(),
        .open = digest_open,
        .begin = digest_begin,
        .see = digest_see,
        .finish = digest_finish,
        .close = digest_close,
    };
    return digester->shared ? 0 : MEMTRACE_ERR_NOMEM;
}

void race_digester_close(struct memtrace_digester *digester)
{
    race_history_free(digester->shared);
    digester->shared = NULL;
}
