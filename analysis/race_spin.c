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

/* Loads from which on it is waiting. */
#define LEAST_LOADS 3

/* Of one instruction and address; more would say no more. */
#define MOST_SPINS 16

static size_t place_of(uint64_t n)
{
    return (n ^ n >> 10) & (RACE_SPIN_RECENT - 1);
}

/* Has the thread itself stored there since the last load? */
static bool is_stored(const struct race_spins *spins,
                      const struct race_spin *spin)
{
    const struct race_recent_store *store =
        &spins->stores[place_of(spin->vaddr)];

    return store->vaddr < spin->vaddr + spin->size &&
           spin->vaddr < store->vaddr + store->size &&
           store->number >= spin->last;
}

static int keep(struct race_spins *spins, const struct race_spin *spin)
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
static int leave(struct race_spins *spins, struct race_recent *recent)
{
    int error = 0;

    if ((recent->n >= LEAST_LOADS || recent->has_waited) &&
        !recent->is_stored) {
        recent->spin.end_time =
            time_after(spins, recent->spin.last_time, recent->stamp);
        error = keep(spins, &recent->spin);
    }
    recent->n = 0;
    recent->has_waited = false;
    return error;
}

static int leave_all(struct race_spins *spins)
{
    int error = 0;

    for (size_t i = 0; i < RACE_SPIN_RECENT && !error; i++) {
        error = leave(spins, &spins->recent[i]);
        spins->recent[i].spin.insn = 0;
        spins->stores[i] = (struct race_recent_store){.number = 0};
    }
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

/* @earliest: when it may have been made, the stamp of the access before. */
static int add(struct race_spins *spins, const struct memtrace_access *access,
               uint64_t number, uint64_t earliest)
{
    struct race_recent *recent = &spins->recent[place_of(access->insn)];
    struct race_spin *spin = &recent->spin;
    bool is_same = spin->insn == access->insn && spin->vaddr == access->vaddr;
    uint64_t before_time;
    bool has_waited;
    int error = 0;

    if (access->flags & MEMTRACE_STORE) {
        spins->stores[place_of(access->vaddr)] = (struct race_recent_store){
            .vaddr = access->vaddr,
            .number = number + 1,
            .size = access->size,
        };
    }
    if (is_same && spin->last >= spins->progress) {
        recent->n++;
        recent->is_stored |= is_stored(spins, spin);
        spin->last = number + 1;
        spin->before_time = spin->last_time;
        spin->last_time = earliest;
        recent->stamp = access->time;
        return 0;
    }
    /* Other work came in between, as it may where a thread waits. */
    has_waited = is_same && !is_stored(spins, spin) && !recent->is_stored &&
                 (recent->n >= LEAST_LOADS || recent->has_waited);
    before_time = has_waited ? spin->last_time : earliest;
    if (recent->n >= LEAST_LOADS || (!is_same && recent->has_waited)) {
        error = leave(spins, recent);
    }
    if (!is_same) {
        spins->progress = number + 1;
    }
    *recent = (struct race_recent){
        .spin =
            {
                .vaddr = access->vaddr,
                .insn = access->insn,
                .thread = spins->thread,
                .first = number + 1,
                .last = number + 1,
                .start_time = before_time,
                .before_time = before_time,
                .last_time = earliest,
                .size = access->size,
            },
        .n = 1,
        .stamp = access->time,
        .is_stored = access->flags & (MEMTRACE_STORE | MEMTRACE_ATOMIC),
        .has_waited = has_waited,
    };
    return error;
}

int race_spins_accesses(struct race_spins *spins,
                        const struct memtrace_batch *batch)
{
    int error = 0;

    if (batch->thread != spins->thread || batch->first != spins->next) {
        error = leave_all(spins);
        spins->open = spins->n;
        spins->n_times = 0;
        spins->before = 0;
        spins->thread = batch->thread;
        spins->progress = batch->first + 1;
    }
    spins->next = batch->first + batch->n_accesses;
    for (size_t i = 0; i < batch->n_accesses && !error; i++) {
        const struct memtrace_access *access = &batch->accesses[i];

        if (!spins->n_times ||
            access->time !=
                spins->times[(spins->n_times - 1) % RACE_SPIN_TIMES]) {
            spins->times[spins->n_times++ % RACE_SPIN_TIMES] = access->time;
            end_open(spins, access->time);
        }
        error = add(spins, access, batch->first + i,
                    spins->before ? spins->before : access->time);
        spins->before = access->time;
    }
    return error;
}

int race_spins_finish(struct race_spins *spins)
{
    return leave_all(spins);
}

int race_spins_merge(struct race_spins *to, struct race_spins *from)
{
    int error = leave_all(from);

    for (size_t i = 0; i < from->n && !error; i++) {
        error = keep(to, &from->spins[i]);
    }
    return error;
}

void race_spins_close(struct race_spins *spins)
{
    free(spins->spins);
    free(spins->counts);
    key_map_free(&spins->keys);
}
