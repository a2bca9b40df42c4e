/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * key_map.h - a hash table from 64-bit keys to numbers of array elements.
 * Nothing is taken out of it but all.
 */
#ifndef KEY_MAP_H
#define KEY_MAP_H

#include <stddef.h>
#include <stdint.h>

#define KEY_MAP_NONE UINT32_MAX

/* All zero is an empty one. */
struct key_map {
    struct key_map_slot {
        uint64_t key;
        uint32_t value_plus_1; /* 0: empty */
    } * slots;
    size_t room; /* a power of 2, or 0 */
    size_t n;
};

/** key_map_find() - Return: the value of a key, or KEY_MAP_NONE. */
uint32_t key_map_find(const struct key_map *map, uint64_t key);

/**
 * key_map_add() - the value of a key, which becomes @value where it has none
 *
 * Return: the value; KEY_MAP_NONE out of memory.
 */
uint32_t key_map_add(struct key_map *map, uint64_t key, uint32_t value);

/** key_map_clear() - an empty one, which keeps its room. */
void key_map_clear(struct key_map *map);

void key_map_free(struct key_map *map);

#endif /* KEY_MAP_H */
