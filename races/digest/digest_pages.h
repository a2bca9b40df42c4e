/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * digest_pages.h - finds the pages of the digest that is being made by their
 * numbers.
 */
#ifndef DIGEST_PAGES_H
#define DIGEST_PAGES_H

#include <string.h>

#include "array.h"
#include "digest.h"
#include "key_map.h"

#define RACE_PAGES_CACHE 1024

/* All zero has none. */
struct race_pages {
    struct key_map numbers; /* to places in the digest */
    struct {
        uint64_t number_plus_1; /* 0: none */
        uint32_t place;
    } cache[RACE_PAGES_CACHE];
};

static inline void race_pages_clear(struct race_pages *pages)
{
    key_map_clear(&pages->numbers);
    memset(pages->cache, 0, sizeof(pages->cache));
}

/* Return: the page, which is added where it is new; NULL out of memory. */
static inline struct memtrace_digest_page *
race_pages_find(struct race_pages *pages, struct memtrace_digest *digest,
                uint64_t number)
{
    size_t slot = (number ^ number >> 10) & (RACE_PAGES_CACHE - 1);
    uint32_t n = (uint32_t)digest->n_pages, place;

    if (pages->cache[slot].number_plus_1 == number + 1) {
        return &digest->pages[pages->cache[slot].place];
    }
    if (array_reserve(digest->pages, digest->room_pages, digest->n_pages + 1) <
        0) {
        return NULL;
    }
    place = key_map_add(&pages->numbers, number, n);
    if (place == KEY_MAP_NONE) {
        return NULL;
    }
    if (place == n) {
        digest->pages[n] = (struct memtrace_digest_page){.number = number};
        digest->n_pages++;
    }
    pages->cache[slot].number_plus_1 = number + 1;
    pages->cache[slot].place = place;
    return &digest->pages[place];
}

#endif /* DIGEST_PAGES_H */
