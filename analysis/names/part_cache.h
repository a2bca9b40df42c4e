/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * part_cache.h - the parts of memory that accesses went to last.  Most go to
 * a few; asking the symbols takes long beside looking here.
 */
#ifndef PART_CACHE_H
#define PART_CACHE_H

#include "symbols.h"

#define PART_CACHE_PARTS 8

/* All zero is empty.  Of one process: empty it for another one. */
struct part_cache {
    struct symbols_part parts[PART_CACHE_PARTS];
    unsigned n;
    unsigned next;
};

/**
 * part_cache_find() - the part that an access was made to
 * @symbols: prepared
 *
 * Return: valid till the next call, or NULL where there never was anything.
 */
static inline const struct symbols_part *
part_cache_find(struct part_cache *cache, struct symbols *symbols, uint64_t pid,
                uint64_t vaddr, uint64_t time)
{
    struct symbols_part *part = cache->parts;

    for (unsigned i = 0; i < cache->n; i++, part++) {
        if (part->first <= vaddr && part->last >= vaddr && part->from <= time &&
            part->to >= time) {
            return part;
        }
    }
    part = &cache->parts[cache->next];
    if (!symbols_part_at(symbols, &(struct symbols_place){pid, time, vaddr},
                         part)) {
        *part = (struct symbols_part){.first = 1, .last = 0};
        return NULL;
    }
    cache->next = (cache->next + 1) % PART_CACHE_PARTS;
    cache->n += cache->n < PART_CACHE_PARTS;
    return part;
}

#endif /* PART_CACHE_H */
