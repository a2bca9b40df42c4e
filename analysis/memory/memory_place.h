/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory_place.h - which memory an address is, in two numbers and fast: to be
 * asked for each access of a block.  memory_map.h says what the numbers mean.
 */
#ifndef MEMORY_PLACE_H
#define MEMORY_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "memory_map.h"

/**
 * struct memory_place - a byte of memory, whoever has it
 * @object: which memory; 0 is none
 * @offset: of the byte in it
 *
 * The numbers of objects are the same whenever a trace is replayed.
 */
struct memory_place {
    uint64_t object;
    uint64_t offset;
};

/**
 * memory_object_is_shared() - can several processes have it?
 */
static inline bool memory_object_is_shared(uint64_t object)
{
    return object >> 32 == 0;
}

#define MEMORY_CACHE_PIECES 64

/**
 * struct memory_cache - the mappings found last, for one thread that asks
 * @map: after memory_map_replay(), or NULL; memory_cache_open() sets it
 *
 * Most accesses are to a mapping that was found before: a comparison of four
 * numbers tells which memory they are.
 */
struct memory_cache {
    struct memory_map *map;
    struct memory_cache_piece {
        uint64_t pid;
        uint64_t first, last; /* addresses; first > last: not in use */
        uint64_t from, to;    /* ticks */
        uint64_t object;
        uint64_t delta; /* of an address, less that of the byte's offset */
    } pieces[MEMORY_CACHE_PIECES];
};

/**
 * memory_cache_open() - an empty one, which needs no closing
 * @map: NULL: nothing is known
 */
void memory_cache_open(struct memory_cache *cache, struct memory_map *map);

/** memory_cache_find() - for memory_place(): look it up, and keep it. */
const struct memory_cache_piece *memory_cache_find(struct memory_cache *cache,
                                                   uint64_t pid, uint64_t time,
                                                   uint64_t vaddr);

/**
 * memory_piece() - what is around an address, for as long as it is the same
 *
 * Return: valid till the next call; of an object also where the trace knows of
 * nothing there.
 */
static inline const struct memory_cache_piece *
memory_piece(struct memory_cache *cache, uint64_t pid, uint64_t time,
             uint64_t vaddr)
{
    /* Neighbours of 64 KiB; a large mapping is in several places. */
    const struct memory_cache_piece *piece =
        &cache->pieces[(vaddr >> 16) % MEMORY_CACHE_PIECES];

    return vaddr < piece->first || vaddr > piece->last || time < piece->from ||
                   time > piece->to || pid != piece->pid
               ? memory_cache_find(cache, pid, time, vaddr)
               : piece;
}

/**
 * memory_place() - which memory an address is
 * @pid: of which process; where several had that number, the one at that time
 *
 * Return: a byte of an object; also where the trace knows of nothing there.
 */
static inline struct memory_place memory_place(struct memory_cache *cache,
                                               uint64_t pid, uint64_t time,
                                               uint64_t vaddr)
{
    const struct memory_cache_piece *piece =
        memory_piece(cache, pid, time, vaddr);

    return (struct memory_place){piece->object, vaddr - piece->delta};
}

#endif /* MEMORY_PLACE_H */
