/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * race_spin.c - see race_spin.h: what looks like waiting.
 *
 * A loop that waits does the same at each turn: none of its instructions
 * changes its address, and it does not store what it waits for.  So of each
 * instruction the last address is kept, and a load counts on as long as no
 * instruction has come that is new, or elsewhere than before.
 */
#include "race_spin.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "writer.h"

/* Loads from which on it is waiting. */
#define LEAST_LOADS 3

/* Of one instruction and address; more would say no more. */
#define MOST_SPINS 16

/* Has the thread itself stored there since the turn's last load? */
static bool is_stored(const struct race_spins *spins,
                      const struct race_turn *turn)
{
    const struct race_own_store *store =
        &spins->stores[race_spins_place(turn->vaddr)];

    return store->vaddr < turn->vaddr + turn->size &&
           turn->vaddr < store->vaddr + store->size &&
           store->number >= turn->last;
}

int race_spins_add(struct race_spins *spins, const struct race_spin *spin)
{
    uint64_t key = spin->vaddr * 31 ^ (uint64_t)spin->insn << 40;
    size_t n_keys = spins->keys.n;
    uint32_t count;

    if (n_keys == spins->room_counts) {
        size_t room = n_keys ? 2 * n_keys : 64;
        uint32_t *counts = realloc(spins->counts, room * sizeof(*counts));

        if (!counts) {
            return MEMTRACE_ERR_NOMEM;
        }
        spins->counts = counts;
        spins->room_counts = room;
    }
    count = key_map_add(&spins->keys, key, (uint32_t)n_keys);
    if (count == KEY_MAP_NONE) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (count == n_keys) {
        spins->counts[count] = 0;
    }
    if (spins->counts[count]++ >= MOST_SPINS) {
        return 0;
    }
    if (spins->n == spins->room) {
        size_t room = spins->n ? 2 * spins->n : 64;
        struct race_spin *more = realloc(spins->spins, room * sizeof(*more));

        if (!more) {
            return MEMTRACE_ERR_NOMEM;
        }
        spins->spins = more;
        spins->room = room;
    }
    spins->spins[spins->n++] = *spin;
    return 0;
}

/*
 * The first stamp after @time; UINT64_MAX where it is to come.  Where it was so
 * long ago that it is not known any more, the stamp of the load itself.
 */
static uint64_t time_after(const struct race_spins *spins, uint64_t time,
                           uint64_t stamp)
{
    uint64_t after = UINT64_MAX;

    for (uint64_t i = 1; i <= RACE_SPIN_TIMES && i <= spins->n_times; i++) {
        uint64_t t = spins->times[(spins->n_times - i) % RACE_SPIN_TIMES];

        if (t <= time) {
            return after;
        }
        after = t;
    }
    return stamp;
}

/* The instruction goes elsewhere: what it did before is over. */
static int leave(struct race_spins *spins, struct race_turn *turn)
{
    struct race_wait *wait = &spins->waits[turn - spins->turns];
    int error = 0;

    if (turn->is_open && (wait->n >= LEAST_LOADS || wait->has_waited) &&
        !wait->is_stored) {
        wait->spin.end_time =
            time_after(spins, wait->spin.last_time, wait->stamp);
        error = race_spins_add(spins, &wait->spin);
    }
    turn->is_open = false;
    return error;
}

static int leave_all(struct race_spins *spins)
{
    int error = 0;

    for (size_t i = 0; i < RACE_SPIN_TURNS && !error; i++) {
        error = leave(spins, &spins->turns[i]);
    }
    memset(spins->turns, 0, sizeof(spins->turns));
    memset(spins->watched, 0, sizeof(spins->watched));
    memset(spins->stores, 0, sizeof(spins->stores));
    return error;
}

/* Those that ended before @time learn of it. */
static void end_open(struct race_spins *spins, uint64_t time)
{
    while (spins->open < spins->n &&
           (spins->spins[spins->open].last_time < time ||
            spins->spins[spins->open].end_time != UINT64_MAX)) {
        struct race_spin *spin = &spins->spins[spins->open++];

        spin->end_time = spin->end_time < time ? spin->end_time : time;
    }
}

/* From here on own stores to where it loads are kept. */
static void open_turn(struct race_spins *spins, struct race_turn *turn,
                      const struct race_wait *wait)
{
    size_t place = race_spins_place(turn->vaddr);

    spins->waits[turn - spins->turns] = *wait;
    spins->watched[place / 64] |= (uint64_t)1 << place % 64;
    turn->is_open = true;
}

/* The same load once more, and nothing new in between. */
static void load_again(struct race_spins *spins, struct race_turn *turn,
                       uint64_t stamp, uint64_t time)
{
    struct race_wait *wait = &spins->waits[turn - spins->turns];

    if (!turn->is_open) {
        open_turn(spins, turn,
                  &(struct race_wait){
                      .spin =
                          {
                              .vaddr = turn->vaddr,
                              .insn = turn->insn,
                              .thread = spins->thread,
                              .start_time = turn->time,
                              .before_time = turn->time,
                              .last_time = turn->time,
                              .size = turn->size,
                          },
                      .n = 1,
                  });
    }
    wait->n++;
    wait->is_stored |= is_stored(spins, turn);
    wait->spin.before_time = wait->spin.last_time;
    wait->spin.last_time = time;
    wait->stamp = stamp;
}

/* It comes back to a load after other work, as a thread that waits may. */
static int come_back(struct race_spins *spins, struct race_turn *turn,
                     uint64_t stamp, uint64_t time)
{
    struct race_wait wait = spins->waits[turn - spins->turns];
    int error = 0;

    wait.has_waited = !is_stored(spins, turn) && !wait.is_stored &&
                      (wait.n >= LEAST_LOADS || wait.has_waited);
    if (wait.n >= LEAST_LOADS) {
        error = leave(spins, turn);
    }
    turn->is_open = false;
    if (wait.has_waited) {
        wait.spin.start_time = wait.spin.last_time;
        wait.spin.before_time = wait.spin.last_time;
        wait.spin.last_time = time;
        wait.stamp = stamp;
        wait.n = 1;
        open_turn(spins, turn, &wait);
    }
    return error;
}

/* The instruction did this last time, too. @stamp, @time: as in add(). */
static int same_again(struct race_spins *spins, struct race_turn *turn,
                      bool is_store, uint64_t stamp, uint64_t time)
{
    if (turn->last < spins->progress) {
        turn->is_store = is_store;
        return turn->is_open ? come_back(spins, turn, stamp, time) : 0;
    }
    if (turn->is_open || !(is_store || turn->is_store)) {
        load_again(spins, turn, stamp, time);
    }
    turn->is_store |= is_store;
    return 0;
}

static inline void note_store(struct race_spins *spins, uint64_t vaddr,
                              unsigned size, uint64_t number)
{
    size_t place = race_spins_place(vaddr);

    if (spins->watched[place / 64] >> place % 64 & 1) {
        spins->stores[place] = (struct race_own_store){
            .vaddr = vaddr,
            .number = number,
            .size = (uint16_t)size,
        };
    }
}

/* A stamp that is not that of the access before. */
static void note_time(struct race_spins *spins, uint64_t time)
{
    spins->times[spins->n_times++ % RACE_SPIN_TIMES] = time;
    end_open(spins, time);
}

/* What add() needs of an access. */
struct seen {
    uint64_t vaddr;
    uint32_t insn;
    unsigned size;
    bool is_store;
    bool is_atomic;
};

/*
 * @stamp: of the access
 * @time: when it may have been made, the stamp of the access before
 * @progress: as in spins, where it is set for who needs it there
 */
static inline int add(struct race_spins *spins, const struct seen *access,
                      uint64_t number, uint64_t stamp, uint64_t time,
                      uint64_t *progress)
{
    struct race_turn *turn = &spins->turns[race_spins_place(access->insn)];
    bool is_store = access->is_store | access->is_atomic;
    int error = 0;

    if (access->is_store) {
        note_store(spins, access->vaddr, access->size, number + 1);
    }
    if (turn->vaddr == access->vaddr && turn->insn == access->insn) {
        if (turn->last >= *progress || turn->is_open) {
            spins->progress = *progress;
            error = same_again(spins, turn, is_store, stamp, time);
        } else {
            turn->is_store = is_store;
        }
    } else {
        if (turn->is_open) {
            error = leave(spins, turn);
        }
        *progress = number + 1;
        turn->vaddr = access->vaddr;
        turn->insn = access->insn;
        turn->is_store = is_store;
    }
    turn->last = number + 1;
    turn->time = time;
    turn->size = (uint16_t)access->size;
    return error;
}

int race_spins_start(struct race_spins *spins, uint32_t thread, uint64_t first,
                     uint64_t time)
{
    int error = leave_all(spins);

    spins->open = spins->n;
    spins->n_times = 0;
    spins->thread = thread;
    spins->progress = first + 1;
    spins->next = first;
    spins->before = time;
    note_time(spins, time);
    return error;
}

int race_spins_accesses(struct race_spins *spins,
                        const struct memtrace_batch *batch)
{
    bool goes_on = spins->n_times && batch->thread == spins->thread &&
                   batch->first == spins->next;
    int error = 0;
    uint64_t before, progress;

    /* Another thread, or accesses in between that are not there. */
    if (!goes_on && batch->n_accesses) {
        error = race_spins_start(spins, batch->thread, batch->first,
                                 batch->accesses[0].time);
    }
    before = spins->before;
    progress = spins->progress;
    for (size_t i = 0; i < batch->n_accesses && !error; i++) {
        const struct memtrace_access *access = &batch->accesses[i];
        const struct seen seen = {
            .vaddr = access->vaddr,
            .insn = access->insn,
            .size = access->size,
            .is_store = access->flags & MEMTRACE_STORE,
            .is_atomic = access->flags & MEMTRACE_ATOMIC,
        };
        uint64_t time = access->time;

        if (time != before) {
            note_time(spins, time);
        }
        error = add(spins, &seen, batch->first + i, time, before, &progress);
        before = time;
    }
    spins->next = batch->first + batch->n_accesses;
    spins->before = before;
    spins->progress = progress;
    return error;
}

int race_spins_run(struct race_spins *spins, const struct memtrace_run *run)
{
    uint64_t before = spins->before, progress = spins->progress;
    uint64_t number = spins->next;
    int error = 0;

    if (run->time != before) {
        note_time(spins, run->time);
    }
    for (size_t i = 0; i < run->n && !error; i++) {
        uint32_t tag = run->tags[i];
        const struct seen seen = {
            .vaddr = run->vaddrs[i],
            .insn = tag >> MEMTRACE_TAG_INSN_SHIFT,
            .size = 1u << (tag & MEMTRACE_TAG_SIZE_MASK),
            .is_store = tag & MEMTRACE_TAG_STORE,
            .is_atomic = tag & MEMTRACE_TAG_ATOMIC,
        };

        error = add(spins, &seen, number++, run->time, before, &progress);
        before = run->time;
    }
    spins->next = number;
    spins->before = run->time;
    spins->progress = progress;
    return error;
}

int race_spins_finish(struct race_spins *spins)
{
    int error = leave_all(spins);

    spins->n_times = 0;
    return error;
}

void race_spins_clear(struct race_spins *spins)
{
    spins->n = 0;
    spins->open = 0;
    key_map_clear(&spins->keys);
}

int race_spins_merge(struct race_spins *to, struct race_spins *from)
{
    int error = leave_all(from);

    for (size_t i = 0; i < from->n && !error; i++) {
        error = race_spins_add(to, &from->spins[i]);
    }
    return error;
}

void race_spins_close(struct race_spins *spins)
{
    free(spins->spins);
    free(spins->counts);
    key_map_free(&spins->keys);
}
