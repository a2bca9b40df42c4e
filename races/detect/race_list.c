/* SPDX-License-Identifier: GPL-2.0-or-later */
/* race_list.c - see race_list.h; and what lies around the memory of a race. */
#include "race_list.h"

#include "array.h"
#include "memtrace.h"

/*
 * Which instruction, and how it accesses, as a number of 30 bits.  Instructions
 * have numbers of 27 bits, and system calls smaller ones.
 */
#define SIDE_INSN_MASK (((uint64_t)1 << 28) - 1)
_Static_assert(MEMTRACE_INSN_MAX <= SIDE_INSN_MASK, "has room for all");

static uint64_t side_key(const struct race_side *side)
{
    return (side->insn & SIDE_INSN_MASK) << 2 | (side->is_store ? 1u : 0) |
           (side->is_kernel ? 2u : 0);
}

static uint64_t key_of(const struct race *race)
{
    uint64_t a = side_key(&race->sides[0]);
    uint64_t b = side_key(&race->sides[1]);

    return (a < b ? a << 30 | b : b << 30 | a) << 1 |
           (race->kind == RACE_AD_HOC);
}

/* Where the race is, which both accesses touch. */
static struct race_place place_of(const struct race_list *list,
                                  const struct race *race)
{
    return race_place(list->spaces, race->sides[1].thread, race->time,
                      race->vaddr);
}

static uint64_t granule_key(const struct race_list *list,
                            const struct race *race)
{
    return race_granule_key(place_of(list, race));
}

/* The addresses that threads have of shared memory. */
static void set_addresses(const struct race_list *list, struct race *race)
{
    const struct race_place sync = {race->last_sync.space,
                                    race->last_sync.vaddr};

    race->other_vaddr =
        race_place_address(list->spaces, race->sides[0].thread, race->time,
                           place_of(list, race), race->vaddr);
    if (race->last_sync.kind == RACE_SYNC_WORD &&
        sync.space == RACE_SPACE_SHARED) {
        race->last_sync.vaddr = race_place_address(
            list->spaces, race->sides[1].thread, race->time, sync, 0);
    }
}

/* As many as glibc's largest object for threads has. */
#define BESIDE_GRANULES 7

static bool is_beside_sync(const struct race_list *list,
                           const struct race *race)
{
    uint64_t key = granule_key(list, race);

    for (uint64_t i = 0; i <= 2 * BESIDE_GRANULES; i++) {
        const struct race_sync_granule *granule =
            race_sync_bytes_at(list->bytes, key + i - BESIDE_GRANULES);

        if (granule && granule->mask & ~granule->ad_hoc) {
            return true;
        }
    }
    return false;
}

/* The granule so many behind one, where it truly synchronises; or NULL. */
static const struct race_sync_granule *
sync_granule(const struct race_list *list, uint64_t key, int behind)
{
    const struct race_sync_granule *granule =
        race_sync_bytes_at(list->bytes, key + (uint64_t)(int64_t)behind);

    return granule && !granule->ad_hoc ? granule : NULL;
}

/* A lock and another counter in one granule, and behind it words of signals? */
static bool has_lock_and_signals(const struct race_list *list, uint64_t key,
                                 int behind)
{
    const struct race_sync_granule *locks = sync_granule(list, key, behind);
    const struct race_sync_granule *signals =
        sync_granule(list, key, behind + 1);

    return locks && locks->mask == 0xff && !locks->is_one && signals &&
           !signals->is_one;
}

/* Does a counter that is added to as a whole begin a condition there? */
static bool has_waiters(const struct race_list *list, uint64_t key, int behind)
{
    const struct race_sync_granule *waiters = sync_granule(list, key, behind);

    return waiters && waiters->is_one;
}

/*
 * glibc's pthread_cond_t, in granules:
 *
 *   -1  a counter of waiters, which is added to as a whole
 *    0  the counter that this is about, __g1_start: all of it is accessed by
 *       plain loads and stores only
 *    1  two words of references, or nothing; glibc 2.41 has left it out, and
 *       what follows lies one granule nearer
 *    2  two sizes
 *    3  a lock and another counter
 *    4  two words with signals
 */
static bool is_in_condition(const struct race_list *list,
                            const struct race *race)
{
    uint64_t key = granule_key(list, race);

    return race->vaddr % RACE_GRANULE_BYTES == 0 &&
           race->sides[0].size == RACE_GRANULE_BYTES &&
           race->sides[1].size == RACE_GRANULE_BYTES &&
           has_waiters(list, key, -1) &&
           (has_lock_and_signals(list, key, 3) ||
            has_lock_and_signals(list, key, 2));
}

/* Does nothing synchronise in the granules from @first to @last behind one? */
static bool has_no_sync(const struct race_list *list, uint64_t key, int first,
                        int last)
{
    for (int i = first; i <= last; i++) {
        if (sync_granule(list, key, i)) {
            return false;
        }
    }
    return true;
}

/*
 * glibc's pthread_rwlock_t, in granules:
 *
 *   -3  two counters, of readers and, where writers wait, of writers
 *   -2  two words that threads wait on; the second is always exchanged
 *   -1  nothing that is accessed
 *    0  the writer, __cur_writer, a word of plain loads and stores: the first
 *       of 64-bit guests, the second of 32-bit ones, where the lock ends
 *  1-3  nothing that synchronises
 *
 * The end of a condition looks alike; it begins six or seven granules before.
 */
static bool is_in_rwlock(const struct race_list *list, const struct race *race)
{
    uint64_t key = granule_key(list, race);
    const struct race_sync_granule *counters = sync_granule(list, key, -3);
    const struct race_sync_granule *futexes = sync_granule(list, key, -2);

    return race->vaddr % sizeof(uint32_t) == 0 &&
           race->sides[0].size == sizeof(uint32_t) &&
           race->sides[1].size == sizeof(uint32_t) && counters &&
           (counters->mask & 0x0f) == 0x0f && !counters->is_one && futexes &&
           (futexes->mask & 0xf0) == 0xf0 && !futexes->is_one &&
           !has_waiters(list, key, -6) && !has_waiters(list, key, -7) &&
           has_no_sync(list, key, -1, race->vaddr % RACE_GRANULE_BYTES ? 0 : 3);
}

int race_list_add(struct race_list *list, const struct race *race)
{
    struct races *races = list->races;
    struct race *listed;
    uint32_t number;

    if (array_reserve(races->races, list->room, races->n_races + 1) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    number = key_map_add(&list->keys, key_of(race), (uint32_t)races->n_races);
    if (number == KEY_MAP_NONE) {
        return MEMTRACE_ERR_NOMEM;
    }
    listed = &races->races[number];
    if (number == races->n_races) {
        *listed = *race;
        listed->count = 0;
        set_addresses(list, listed);
        listed->is_beside_sync = is_beside_sync(list, race);
        listed->is_in_condition = is_in_condition(list, race);
        listed->is_in_rwlock = is_in_rwlock(list, race);
        races->n_races++;
    }
    listed->count++;
    return 0;
}

void race_list_close(struct race_list *list)
{
    key_map_free(&list->keys);
}
