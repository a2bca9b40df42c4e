/* SPDX-License-Identifier: GPL-2.0-or-later */
/* listed.c - see listed.h. */
#include "listed.h"

#include <stdlib.h>

#include "quick_loops.h"
#include "spin.h"
#include "writer.h"

/* The list may have one in so many of the block's accesses. */
#define LISTED_SHARE 4
/* And accesses to own pages one in so many. */
#define OWN_SHARE 512

struct candidate {
    uint32_t n_samples;
    uint32_t page;
};

static int compare_candidates(const void *a, const void *b)
{
    const struct candidate *left = a, *right = b;

    if (left->n_samples != right->n_samples) {
        return left->n_samples < right->n_samples ? -1 : 1;
    }
    return left->page < right->page ? -1 : left->page > right->page;
}

static int choose_own(struct memtrace_digest *digest,
                      const struct race_use *uses, uint32_t n)
{
    struct candidate *own = calloc(digest->n_pages + 1, sizeof(*own));
    uint64_t n_samples = 0;
    size_t n_own = 0;

    if (!own) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < digest->n_pages; i++) {
        if (!(digest->pages[i].flags & MEMTRACE_DIGEST_LISTED)) {
            own[n_own++] = (struct candidate){uses[i].n_samples, (uint32_t)i};
        }
    }
    qsort(own, n_own, sizeof(*own), compare_candidates);
    for (size_t i = 0; i < n_own; i++) {
        n_samples += own[i].n_samples;
        if (n_samples * RACE_SAMPLE > n / OWN_SHARE) {
            break;
        }
        digest->pages[own[i].page].flags |= MEMTRACE_DIGEST_LISTED;
    }
    free(own);
    return 1;
}

/* There will be no list. */
static int drop_list(struct memtrace_digest *digest)
{
    for (size_t i = 0; i < digest->n_pages; i++) {
        digest->pages[i].flags &= ~(uint32_t)MEMTRACE_DIGEST_LISTED;
    }
    digest->n_listed = 0;
    return 0;
}

int race_listed_choose(struct memtrace_digest *digest,
                       const struct race_use *uses, uint32_t n)
{
    uint64_t n_samples = 0;

    for (size_t i = 0; i < digest->n_pages; i++) {
        if (!uses[i].is_own || uses[i].is_atomic) {
            digest->pages[i].flags |= MEMTRACE_DIGEST_LISTED;
            n_samples += uses[i].n_samples;
        }
    }
    return n_samples * RACE_SAMPLE > n / LISTED_SHARE
               ? drop_list(digest)
               : choose_own(digest, uses, n);
}

/* List an access, unless it is. Return: 0, or NOMEM. */
static int list(struct memtrace_digest *digest,
                const struct race_listing *block, uint32_t at, uint64_t time)
{
    size_t n = digest->n_listed;
    uint32_t tag = block->tags[at];

    if (n && digest->listed_at[n - 1] >= at) {
        return 0;
    }
    if (array_reserve(digest->listed, digest->room_listed, n + 1) < 0 ||
        array_reserve(digest->listed_at, digest->room_listed_at, n + 1) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    digest->listed_at[n] = at;
    digest->listed[n] = (struct memtrace_access){
        .vaddr = block->vaddrs[at],
        .time = time,
        .insn = tag >> MEMTRACE_TAG_INSN_SHIFT,
        .size = (uint16_t)(1u << (tag & MEMTRACE_TAG_SIZE_MASK)),
        .flags = (tag & MEMTRACE_TAG_STORE ? MEMTRACE_STORE : 0) |
                 (tag & MEMTRACE_TAG_ATOMIC ? MEMTRACE_ATOMIC : 0),
    };
    digest->n_listed++;
    return 0;
}

static void open_filter(uint8_t *places, const struct memtrace_digest *digest)
{
    memset(places, 0, RACE_LISTED_BYTES);
    for (size_t i = 0; i < digest->n_pages; i++) {
        if (digest->pages[i].flags & MEMTRACE_DIGEST_LISTED) {
            places[race_listed_place(digest->pages[i].number)] = 1;
        }
    }
}

/* The list that is being made. */
struct making {
    struct memtrace_digest *digest;
    struct race_pages *pages;
    const struct race_listing *block;
    size_t crossing;                   /* the next one */
    uint8_t places[RACE_LISTED_BYTES]; /* see quick_loops.h */
};

static bool is_listed(struct making *making, uint64_t number)
{
    /* All pages of the block are in the digest by now. */
    const struct memtrace_digest_page *page =
        race_pages_find(making->pages, making->digest, number);

    return !page || page->flags & MEMTRACE_DIGEST_LISTED;
}

/*
 * Which of up to RACE_QUICK accesses, from @from on and before @to, are listed.
 * Return: a mask.
 */
static uint64_t find_listed(struct making *making, uint32_t from, uint32_t to)
{
    const struct race_listing *block = making->block;
    uint32_t n = to - from < RACE_QUICK ? to - from : RACE_QUICK;
    uint64_t mask =
        block->quick->listed(block->vaddrs + from, n, making->places);

    for (uint64_t rest = mask; rest; rest &= rest - 1) {
        uint32_t at = from + (uint32_t)__builtin_ctzll(rest);

        if (!is_listed(making, block->vaddrs[at] >> RACE_PAGE_BITS)) {
            mask ^= rest & -rest;
        }
    }
    for (; making->crossing < block->n_crossing; making->crossing++) {
        uint32_t at = block->crossing[making->crossing];

        if (at >= from + n) {
            break;
        }
        if (is_listed(making, (block->vaddrs[at] >> RACE_PAGE_BITS) + 1)) {
            mask |= (uint64_t)1 << (at - from);
        }
    }
    return mask;
}

/* Accesses @from to @to, of one stamp. Return: 1 if some matter, 0, NOMEM. */
static int list_stamp(struct making *making, uint32_t from, uint32_t to,
                      const struct race_stamp *stamp, bool wants_first)
{
    const struct race_listing *block = making->block;
    struct memtrace_digest *digest = making->digest;
    uint32_t at = from;
    uint64_t mask = 0;
    bool has_any;
    int error = 0;

    while (at < to && !(mask = find_listed(making, at, to))) {
        at += RACE_QUICK;
    }
    has_any = at < to;
    if (has_any && from) {
        error = list(digest, block, from - 1, stamp[-1].time);
    }
    if (!error && (has_any || wants_first)) {
        error = list(digest, block, from, stamp->time);
    }
    /* The first may have been made before the stamp, the second was not. */
    if (!error && wants_first && to - from > 1) {
        error = list(digest, block, from + 1, stamp->time);
    }
    while (at < to && !error) {
        for (; mask && !error; mask &= mask - 1) {
            error = list(digest, block, at + (uint32_t)__builtin_ctzll(mask),
                         stamp->time);
        }
        at += RACE_QUICK;
        mask = at < to ? find_listed(making, at, to) : 0;
    }
    if (!error && (has_any || to == block->n)) {
        error = list(digest, block, to - 1, stamp->time);
    }
    return error ? error : has_any;
}

int race_listed_make(struct memtrace_digest *digest, struct race_pages *pages,
                     const struct race_listing *block)
{
    struct making making = {
        .digest = digest,
        .pages = pages,
        .block = block,
    };
    /* So many stamps from here on; the first may be the last block's last. */
    unsigned wants_first = 3;

    open_filter(making.places, digest);
    digest->n_listed = 0;
    for (size_t i = 0; i < block->n_stamps; i++) {
        const struct race_stamp *stamp = &block->stamps[i];
        uint32_t to = i + 1 < block->n_stamps ? stamp[1].at : block->n;
        int result;

        if (stamp->is_behind_event) {
            wants_first = 3;
        }
        result = list_stamp(&making, stamp->at, to, stamp, wants_first > 0);

        if (result < 0) {
            return result;
        }
        wants_first = result ? 2 : wants_first ? wants_first - 1 : 0;
        if (digest->n_listed > block->n / 2 + 64) {
            return drop_list(digest);
        }
    }
    return 1;
}
