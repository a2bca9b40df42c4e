/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shadow.c - see shadow.h.  Memory: 64 bytes for each granule of 8
 * bytes of the 512 around a touched one, on pages that threads share.
 */
#include "shadow.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "check.h"
#include "memtrace.h"

struct race_shadow *race_shadow_new(const struct race_scan *scan)
{
    struct race_shadow *shadow = calloc(1, sizeof(*shadow));

    if (shadow) {
        shadow->scan = scan;
    }
    return shadow;
}

/* Entries beyond what the cell has room for. */
static void forget_more(struct race_shadow *shadow, struct race_cell *cell)
{
    const struct race_entry *last = &cell->entries[RACE_CELL_ENTRIES - 1];

    if (last->who == RACE_WHO_MORE && last->epoch) {
        struct race_more *more = &shadow->more[last->epoch - 1];

        check(last->epoch <= shadow->n_more, "a cell refers to its entries");
        free(more->entries);
        *more = (struct race_more){.n = 0};
    }
}

static void forget_chunk(struct race_shadow *shadow, struct race_page *page,
                         size_t chunk)
{
    struct race_cell *cells = page->chunks[chunk];

    for (size_t i = 0; cells && i < RACE_CHUNK_CELLS; i++) {
        forget_more(shadow, &cells[i]);
    }
    free(cells);
    page->chunks[chunk] = NULL;
}

static void forget_page(struct race_shadow *shadow, struct race_page *page)
{
    for (size_t i = 0; i < RACE_CHUNKS; i++) {
        forget_chunk(shadow, page, i);
    }
}

void race_shadow_forget_all(struct race_shadow *shadow)
{
    for (size_t i = 0; i < shadow->keys.n; i++) {
        forget_page(shadow, shadow->pages[i]);
    }
}

void race_shadow_free(struct race_shadow *shadow)
{
    if (!shadow) {
        return;
    }
    race_shadow_forget_all(shadow);
    for (size_t i = 0; i < shadow->keys.n; i++) {
        free(shadow->pages[i]);
    }
    free(shadow->pages);
    free(shadow->more);
    key_map_free(&shadow->keys);
    free(shadow);
}

/* Which granules have bytes that synchronise. */
static void mark_sync(const struct race_shadow *shadow, struct race_page *page)
{
    const size_t n = RACE_PAGE_BYTES / RACE_GRANULE_BYTES;

    page->has_sync = true;
    for (size_t i = 0; i < n; i++) {
        if (race_sync_bytes_at(&shadow->scan->bytes, page->key * n + i)) {
            page->sync[i / 64] |= (uint64_t)1 << i % 64;
        }
    }
}

static struct race_page *new_page(struct race_shadow *shadow, uint64_t key,
                                  uint32_t flags)
{
    size_t n = shadow->keys.n;
    struct race_page *page;

    if (array_reserve(shadow->pages, shadow->room_pages, n + 1) < 0) {
        return NULL;
    }
    page = calloc(1, sizeof(*page));
    if (!page || key_map_add(&shadow->keys, key, (uint32_t)n) != n) {
        free(page);
        return NULL;
    }
    page->key = key;
    shadow->pages[n] = page;
    if (flags & RACE_PAGE_SYNC) {
        mark_sync(shadow, page);
    }
    return page;
}

int race_shadow_fetch(struct race_shadow *shadow, uint64_t key,
                      struct race_page **page)
{
    const struct race_scan_page *info = race_scan_page(shadow->scan, key);
    uint32_t number = key_map_find(&shadow->keys, key);

    *page = NULL;
    if (number != KEY_MAP_NONE) {
        *page = shadow->pages[number];
    } else if (info && race_page_is_racy(info->flags)) {
        *page = new_page(shadow, key, info->flags);
        if (!*page) {
            return MEMTRACE_ERR_NOMEM;
        }
    }
    shadow->cache[key & (RACE_SHADOW_CACHE - 1)] =
        (struct race_shadow_cached){key + 1, *page};
    return 0;
}

struct race_cell *race_shadow_chunk(struct race_page *page, size_t chunk)
{
    struct race_cell *cells =
        aligned_alloc(sizeof(*cells), RACE_CHUNK_CELLS * sizeof(*cells));

    if (cells) {
        memset(cells, 0, RACE_CHUNK_CELLS * sizeof(*cells));
        page->chunks[chunk] = cells;
    }
    return cells;
}

/* The last entry makes room for a reference to more. */
static struct race_more *start_more(struct race_shadow *shadow,
                                    struct race_entry *last)
{
    struct race_entry *entries;

    /* The number of these, from 1, stands where entries have an epoch. */
    if (shadow->n_more == UINT32_MAX ||
        array_reserve(shadow->more, shadow->room_more, shadow->n_more + 1) <
            0) {
        return NULL;
    }
    entries = calloc(RACE_CELL_ENTRIES, sizeof(*entries));
    if (!entries) {
        return NULL;
    }
    entries[0] = *last;
    shadow->more[shadow->n_more++] = (struct race_more){
        .entries = entries,
        .n = 1,
        .room = RACE_CELL_ENTRIES,
    };
    *last = (struct race_entry){
        .epoch = (uint32_t)shadow->n_more,
        .who = RACE_WHO_MORE,
    };
    return &shadow->more[shadow->n_more - 1];
}

struct race_entry *race_shadow_add(struct race_shadow *shadow,
                                   struct race_cell *cell)
{
    struct race_entry *last = &cell->entries[RACE_CELL_ENTRIES - 1];
    struct race_more *more = last->who == RACE_WHO_MORE
                                 ? &shadow->more[last->epoch - 1]
                                 : start_more(shadow, last);

    struct race_entry *entry;

    check(last->who != RACE_WHO_MORE || last->epoch <= shadow->n_more,
          "a cell refers to its entries");
    if (!more) {
        return NULL;
    }
    entry = array_add(more->entries, more->n, more->room);
    if (entry) {
        *entry = (struct race_entry){.epoch = 0};
    }
    return entry;
}

static void forget_part(struct race_shadow *shadow, struct race_page *page,
                        size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        struct race_cell *cells = page->chunks[i / RACE_CHUNK_CELLS];

        if (cells) {
            forget_more(shadow, &cells[i % RACE_CHUNK_CELLS]);
            memset(&cells[i % RACE_CHUNK_CELLS], 0, sizeof(*cells));
        }
    }
}

void race_shadow_forget(struct race_shadow *shadow, struct race_place place,
                        uint64_t size)
{
    uint64_t vaddr = place.vaddr;
    const size_t n_granules = RACE_PAGE_BYTES / RACE_GRANULE_BYTES;
    uint64_t end = vaddr + size < vaddr ? UINT64_MAX : vaddr + size;
    uint64_t first = race_page_key(place);
    uint64_t n =
        (end - (vaddr & -(uint64_t)RACE_PAGE_BYTES) + RACE_PAGE_BYTES - 1) >>
        RACE_PAGE_BITS;

    if (n > shadow->keys.n) {
        /* Fewer pages are known than lie there. */
        for (size_t i = 0; i < shadow->keys.n; i++) {
            if (shadow->pages[i]->key - first < n) {
                forget_page(shadow, shadow->pages[i]);
            }
        }
        return;
    }
    for (uint64_t i = 0; i < n; i++) {
        uint32_t number = key_map_find(&shadow->keys, first + i);
        uint64_t start =
            (vaddr & -(uint64_t)RACE_PAGE_BYTES) + i * RACE_PAGE_BYTES;
        uint64_t from = start < vaddr ? vaddr - start : 0;
        uint64_t to =
            end - start < RACE_PAGE_BYTES ? end - start : RACE_PAGE_BYTES;

        if (number != KEY_MAP_NONE) {
            forget_part(shadow, shadow->pages[number],
                        (from + RACE_GRANULE_BYTES - 1) / RACE_GRANULE_BYTES,
                        to < RACE_PAGE_BYTES ? to / RACE_GRANULE_BYTES
                                             : n_granules);
        }
    }
}
