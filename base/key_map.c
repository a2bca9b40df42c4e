/* SPDX-License-Identifier: GPL-2.0-or-later */
/* key_map.c - see key_map.h: open addressing, at most half full. */
#include <stdlib.h>
#include <string.h>

#include "key_map.h"

#include "hash64.h"

#define FIRST_ROOM 64

static size_t place_of(const struct key_map *map, uint64_t key)
{
    uint64_t hash = hash64(key);
    size_t i = (size_t)(hash ^ hash >> 32) & (map->room - 1);

    while (map->slots[i].value_plus_1 && map->slots[i].key != key) {
        i = (i + 1) & (map->room - 1);
    }
    return i;
}

uint32_t key_map_find(const struct key_map *map, uint64_t key)
{
    /* An empty slot's 0 becomes KEY_MAP_NONE. */
    return map->room ? map->slots[place_of(map, key)].value_plus_1 - 1
                     : KEY_MAP_NONE;
}

static int grow(struct key_map *map)
{
    struct key_map bigger = {
        .room = map->room ? 2 * map->room : FIRST_ROOM,
        .n = map->n,
    };

    bigger.slots = calloc(bigger.room, sizeof(*bigger.slots));
    if (!bigger.slots) {
        return -1;
    }
    for (size_t i = 0; i < map->room; i++) {
        if (map->slots[i].value_plus_1) {
            bigger.slots[place_of(&bigger, map->slots[i].key)] = map->slots[i];
        }
    }
    free(map->slots);
    *map = bigger;
    return 0;
}

uint32_t key_map_add(struct key_map *map, uint64_t key, uint32_t value)
{
    struct key_map_slot *slot;

    if (2 * (map->n + 1) > map->room && grow(map)) {
        return KEY_MAP_NONE;
    }
    slot = &map->slots[place_of(map, key)];
    if (!slot->value_plus_1) {
        slot->key = key;
        slot->value_plus_1 = value + 1;
        map->n++;
    }
    return slot->value_plus_1 - 1;
}

void key_map_clear(struct key_map *map)
{
    if (map->n) {
        memset(map->slots, 0, map->room * sizeof(*map->slots));
        map->n = 0;
    }
}

void key_map_free(struct key_map *map)
{
    free(map->slots);
    *map = (struct key_map){.room = 0};
}
