/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memory_place.c - see memory_place.h. */
#include "memory_place.h"

#define PAGE_REST UINT64_C(0xfff)

void memory_cache_open(struct memory_cache *cache, struct memory_map *map)
{
    cache->map = map;
    for (size_t i = 0; i < MEMORY_CACHE_PIECES; i++) {
        cache->pieces[i] = (struct memory_cache_piece){.first = 1};
    }
}

const struct memory_cache_piece *memory_cache_find(struct memory_cache *cache,
                                                   uint64_t pid, uint64_t time,
                                                   uint64_t vaddr)
{
    struct memory_cache_piece *piece =
        &cache->pieces[(vaddr >> 16) % MEMORY_CACHE_PIECES];
    struct memory_mapping mapping;

    if (cache->map &&
        memory_map_at(cache->map, pid, time, vaddr, &mapping) > 0) {
        *piece = (struct memory_cache_piece){
            .pid = pid,
            .first = mapping.first,
            .last = mapping.last,
            .from = mapping.from,
            .to = mapping.to,
            .object = mapping.object,
            .delta = mapping.first - mapping.origin_offset,
        };
    } else {
        /* Nothing ever was in all of the page. */
        *piece = (struct memory_cache_piece){
            .pid = pid,
            .first = cache->map ? vaddr & ~PAGE_REST : 0,
            .last = cache->map ? vaddr | PAGE_REST : UINT64_MAX,
            .from = cache->map ? time : 0,
            .to = cache->map ? time : UINT64_MAX,
            .object = (pid | UINT64_C(1) << 31) << 32 | UINT32_MAX,
        };
    }
    return piece;
}
