/* SPDX-License-Identifier: GPL-2.0-or-later */
/* race_list.h - the list of races that are found, each once by its two
 * instructions. */
#ifndef RACE_LIST_H
#define RACE_LIST_H

#include <stddef.h>

#include "key_map.h"
#include "memory_spaces.h"
#include "race.h"
#include "sync_bytes.h"

/**
 * struct race_list - makes the list; set the first three, the rest is zero
 * @races: the list, the caller's; it stays when this is closed
 * @spaces, @bytes: of the trace
 * @keys: of two instructions, to the place of their race
 * @room: races that the list has room for
 */
struct race_list {
    struct races *races;
    const struct race_spaces *spaces;
    const struct race_sync_bytes *bytes;
    struct key_map keys;
    size_t room;
};

/**
 * race_list_add() - a race was found, perhaps not for the first time
 * @race: count, is_beside_sync, is_in_condition and is_in_rwlock are set in
 *        the list
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int race_list_add(struct race_list *list, const struct race *race);
void race_list_close(struct race_list *list);

#endif /* RACE_LIST_H */
