/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * listed.h - makes the list of a digest: the accesses of the block that may
 * matter for races, where they are few.
 */
#ifndef LISTED_H
#define LISTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "digest.h"
#include "digest_pages.h"

struct race_quick;

/* One access in so many is counted for its page. */
#define RACE_SAMPLE 16

/**
 * struct race_listing - a block's accesses, all of them
 * @vaddrs, @tags: @n of them
 * @stamps: @n_stamps of them that apply to an access, in order: to that of
 *          number @at, and to those behind it up to the next; one may be there
 *          again behind an event
 * @crossing: numbers of the @n_crossing accesses that touch two pages, in order
 */
struct race_listing {
    const struct race_quick *quick;
    const uint64_t *vaddrs;
    const uint32_t *tags;
    uint32_t n;
    const struct race_stamp {
        uint64_t time;
        uint32_t at;
        bool is_behind_event;
    } * stamps;
    size_t n_stamps;
    const uint32_t *crossing;
    size_t n_crossing;
};

/**
 * struct race_use - how the block uses a page
 * @n_samples: accesses that were counted, see RACE_SAMPLE
 * @is_atomic: an atomic instruction touched it
 * @is_own: see page_history.h
 */
struct race_use {
    uint32_t n_samples;
    bool is_atomic;
    bool is_own;
};

/**
 * race_listed_choose() - choose the pages whose accesses are listed
 * @uses: of the digest's pages, in their order
 * @n: accesses of the block
 *
 * These are pages that are not the thread's own, and the least used of the
 * thread's own.
 *
 * Return: 1; 0 where the list would be long, and no page is chosen; or NOMEM.
 */
int race_listed_choose(struct memtrace_digest *digest,
                       const struct race_use *uses, uint32_t n);

/**
 * race_listed_make() - list the accesses to the pages that were chosen
 *
 * Return: 1; 0 where it is too long, and empty; or NOMEM.
 */
int race_listed_make(struct memtrace_digest *digest, struct race_pages *pages,
                     const struct race_listing *block);

#endif /* LISTED_H */
