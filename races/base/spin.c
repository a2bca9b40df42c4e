/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spin.c - see spin.h.
 *
 * A loop that waits does the same at each turn: each of its instructions
 * accesses the same address, and the loop does not store to what it loads.  So
 * the last address of each instruction is kept.  The loads of a turn are
 * counted until an instruction comes that is new or accesses another address.
 */
#include "spin.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "writer.h"

/* So many loads may be waiting. */
#define LEAST_LOADS 3

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

/* Is @a the better one to keep? Any order does that is total. */
static bool is_better(const struct race_spin *a, const struct race_spin *b)
{
    if (a->wait.n_loads != b->wait.n_loads) {
        return a->wait.n_loads > b->wait.n_loads;
    }
    if (a->wait.start_time != b->wait.start_time) {
        return a->wait.start_time < b->wait.start_time;
    }
    if (a->wait.last_time != b->wait.last_time) {
        return a->wait.last_time < b->wait.last_time;
    }
    return a->thread < b->thread;
}

/* A full group keeps the better ones. */
static void replace_least(struct race_spins *spins,
                          const struct race_spin_group *group,
                          const struct race_spin *spin)
{
    struct race_spin *least = &spins->spins[group->kept[0]];

    for (uint32_t i = 1; i < group->n; i++) {
        struct race_spin *kept = &spins->spins[group->kept[i]];

        if (is_better(least, kept)) {
            least = kept;
        }
    }
    if (is_better(spin, least)) {
        *least = *spin;
    }
}

/*
 * The group of an instruction and address, a new one perhaps.  Both together
 * have more bits than a key: different ones may begin at the same key, and each
 * then goes on to the first key that is its own or nobody's.
 * Return: NULL out of memory.
 */
static struct race_spin_group *find_group(struct race_spins *spins,
                                          uint64_t vaddr, uint32_t insn)
{
    uint64_t key = vaddr * 31 ^ (uint64_t)insn << 40;
    size_t n = spins->keys.n;

    if (array_reserve(spins->groups, spins->room_groups, n + 1) < 0) {
        return NULL;
    }
    for (;; key++) {
        uint32_t number = key_map_add(&spins->keys, key, (uint32_t)n);
        struct race_spin_group *group = &spins->groups[number];

        if (number == KEY_MAP_NONE) {
            return NULL;
        }
        if (number == n) {
            *group = (struct race_spin_group){.vaddr = vaddr, .insn = insn};
        }
        if (group->vaddr == vaddr && group->insn == insn) {
            return group;
        }
    }
}

int race_spins_add(struct race_spins *spins, const struct race_spin *spin)
{
    struct race_spin_group *group =
        find_group(spins, spin->wait.vaddr, spin->wait.insn);
    struct race_spin *added;

    if (!group) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (group->n == RACE_SPINS_KEPT) {
        replace_least(spins, group, spin);
        return 0;
    }
    added = array_add(spins->spins, spins->n, spins->room);
    if (!added) {
        return MEMTRACE_ERR_NOMEM;
    }
    *added = *spin;
    group->kept[group->n++] = (uint32_t)(added - spins->spins);
    return 0;
}

/* The loop is over.  The time of the next stamp is not known yet. */
static int add_ending(struct race_spins *spins, const struct race_spin *spin)
{
    struct race_spin *added =
        array_add(spins->ending, spins->n_ending, spins->room_ending);

    if (!added) {
        return MEMTRACE_ERR_NOMEM;
    }
    *added = *spin;
    return 0;
}

/* A stamp: the time by which those loops had ended that wait for one. */
static int end_at(struct race_spins *spins, uint64_t time)
{
    int error = 0;

    for (size_t i = 0; i < spins->n_ending && !error; i++) {
        spins->ending[i].wait.end_time = time;
        error = race_spins_add(spins, &spins->ending[i]);
    }
    spins->n_ending = 0;
    return error;
}

/*
 * The first stamp after @time; UINT64_MAX where none has come yet.  Where that
 * was so long ago that it is not in the ring any more, the load's own stamp.
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

/* The instruction accesses another address: its loop is over. */
static int end_turn(struct race_spins *spins, struct race_turn *turn)
{
    struct race_wait *wait = &spins->waits[turn - spins->turns];
    int error = 0;

    if (turn->is_open && (wait->n >= LEAST_LOADS || wait->has_waited)) {
        uint64_t n = wait->n > wait->most ? wait->n : wait->most;

        wait->spin.wait.n_loads = n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
        wait->spin.wait.end_time =
            time_after(spins, wait->spin.wait.last_time, wait->stamp);
        error = wait->spin.wait.end_time == UINT64_MAX
                    ? add_ending(spins, &wait->spin)
                    : race_spins_add(spins, &wait->spin);
    }
    turn->is_open = false;
    return error;
}

static int end_all_turns(struct race_spins *spins)
{
    int error = 0;

    for (size_t i = 0; i < 2 * RACE_SPIN_TURNS && !error; i++) {
        error = end_turn(spins, &spins->turns[i]);
    }
    if (!error) {
        error = end_at(spins, UINT64_MAX);
    }
    memset(spins->turns, 0, sizeof(spins->turns));
    memset(spins->watched, 0, sizeof(spins->watched));
    memset(spins->stores, 0, sizeof(spins->stores));
    return error;
}

/* From here on the own stores to what the turn loads are kept. */
static void open_turn(struct race_spins *spins, struct race_turn *turn,
                      const struct race_wait *wait)
{
    size_t place = race_spins_place(turn->vaddr);

    spins->waits[turn - spins->turns] = *wait;
    spins->watched[place / 64] |= (uint64_t)1 << place % 64;
    turn->is_open = true;
}

/* Waiting may begin with the last load, which was made from @time on. */
static void begin_wait(struct race_spins *spins, struct race_turn *turn,
                       uint64_t time)
{
    open_turn(spins, turn,
              &(struct race_wait){
                  .spin =
                      {
                          .wait =
                              {
                                  .vaddr = turn->vaddr,
                                  .insn = turn->insn & RACE_PART_INSN,
                                  .size = turn->size,
                                  .start_time = time,
                                  .before_time = time,
                                  .last_time = time,
                              },
                          .thread = spins->thread,
                      },
                  .n = 1,
              });
}

/*
 * The same load once more, and nothing new in between.  Where the thread has
 * stored there itself that wait is over.  It may wait for the next store, as
 * threads do that run by turns.
 */
static int load_again(struct race_spins *spins, struct race_turn *turn,
                      uint64_t stamp, uint64_t time)
{
    struct race_wait *wait = &spins->waits[turn - spins->turns];
    int error = 0;

    if (!turn->is_open) {
        begin_wait(spins, turn, turn->time);
    } else if (is_stored(spins, turn)) {
        error = end_turn(spins, turn);
        begin_wait(spins, turn, time);
        wait->stamp = stamp;
        return error;
    }
    wait->n++;
    wait->spin.wait.before_time = wait->spin.wait.last_time;
    wait->spin.wait.last_time = time;
    wait->stamp = stamp;
    return 0;
}

/* The load again, after other work, as a thread does that waits often. */
static int come_back(struct race_spins *spins, struct race_turn *turn,
                     uint64_t stamp, uint64_t time)
{
    struct race_wait wait = spins->waits[turn - spins->turns];
    int error = 0;

    wait.has_waited =
        !is_stored(spins, turn) && (wait.n >= LEAST_LOADS || wait.has_waited);
    if (wait.n >= LEAST_LOADS) {
        error = end_turn(spins, turn);
    }
    turn->is_open = false;
    if (wait.has_waited) {
        struct memtrace_digest_wait *loads = &wait.spin.wait;

        loads->start_time = loads->last_time;
        loads->before_time = loads->last_time;
        loads->last_time = time;
        wait.stamp = stamp;
        wait.most = wait.n > wait.most ? wait.n : wait.most;
        wait.n = 1;
        open_turn(spins, turn, &wait);
    }
    return error;
}

/* The same address as last time. @stamp, @time: as in add(). */
static int same_again(struct race_spins *spins, struct race_turn *turn,
                      bool is_store, uint64_t stamp, uint64_t time)
{
    int error = 0;

    if (turn->last < spins->progress) {
        turn->is_store = is_store;
        return turn->is_open ? come_back(spins, turn, stamp, time) : 0;
    }
    if (turn->is_open || !(is_store || turn->is_store)) {
        error = load_again(spins, turn, stamp, time);
    }
    turn->is_store |= is_store;
    return error;
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
static int note_time(struct race_spins *spins, uint64_t time)
{
    spins->times[spins->n_times++ % RACE_SPIN_TIMES] = time;
    return spins->n_ending ? end_at(spins, time) : 0;
}

/* The second place of an instruction, in the second half. */
static struct race_turn *second_place(struct race_spins *spins, uint32_t insn)
{
    return &spins->turns[RACE_SPIN_TURNS +
                         (insn * 0x85ebca6bu >> (32 - RACE_SPIN_BITS))];
}

/*
 * The first place of @insn is another instruction's, which moves to its second
 * place.  Return: 0, and @turn is that of @insn or new; or NOMEM.
 */
static int claim_turn(struct race_spins *spins, struct race_turn *turn,
                      uint32_t insn)
{
    struct race_turn *found = second_place(spins, insn), own = {.insn = 0};
    struct race_turn *other = second_place(spins, turn->insn);
    struct race_wait *waits = spins->waits, wait = {.n = 0};
    int error = 0;

    if (found->insn == insn) {
        own = *found;
        if (own.is_open) {
            wait = waits[found - spins->turns];
        }
        *found = (struct race_turn){.insn = 0};
    }
    if (turn->insn) {
        error = end_turn(spins, other);
        *other = *turn;
        if (other->is_open) {
            waits[other - spins->turns] = waits[turn - spins->turns];
        }
    }
    *turn = own;
    if (own.is_open) {
        waits[turn - spins->turns] = wait;
    }
    return error;
}

/*
 * @stamp: of the access
 * @time: from which on it may have been made, the stamp of the access before
 * @progress: a copy of that in @spins, which is set where it is needed
 */
static inline int add(struct race_spins *spins, const struct race_part *access,
                      uint64_t number, uint64_t stamp, uint64_t time,
                      uint64_t *progress)
{
    uint32_t insn = race_part_number(access);
    struct race_turn *turn = &spins->turns[race_spins_place(insn)];
    bool is_store = access->is_store | access->is_atomic;
    int error = 0;

    if (access->is_store) {
        note_store(spins, access->vaddr, access->size, number + 1);
    }
    if (turn->insn != insn) {
        error = claim_turn(spins, turn, insn);
    }
    if (error) {
        return error;
    }
    if (turn->vaddr == access->vaddr && turn->insn == insn) {
        if (turn->last >= *progress || turn->is_open) {
            spins->progress = *progress;
            error = same_again(spins, turn, is_store, stamp, time);
        } else {
            turn->is_store = is_store;
        }
    } else {
        if (turn->is_open) {
            error = end_turn(spins, turn);
        }
        *progress = number + 1;
        turn->vaddr = access->vaddr;
        turn->insn = insn;
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
    int error = end_all_turns(spins);

    spins->n_times = 0;
    spins->thread = thread;
    spins->progress = first + 1;
    spins->next = first;
    spins->before = time;
    spins->last = (struct race_part){.insn = 0};
    return error ? error : note_time(spins, time);
}

int race_spins_accesses(struct race_spins *spins,
                        const struct memtrace_batch *batch)
{
    bool goes_on = spins->n_times && batch->thread == spins->thread &&
                   batch->first == spins->next;
    int error = 0;
    uint64_t before, progress;
    struct race_part last;

    /* Another thread, or accesses in between are missing. */
    if (!goes_on && batch->n_accesses) {
        error = race_spins_start(spins, batch->thread, batch->first,
                                 batch->accesses[0].time);
    }
    before = spins->before;
    progress = spins->progress;
    last = spins->last;
    for (size_t i = 0; i < batch->n_accesses && !error; i++) {
        const struct memtrace_access *access = &batch->accesses[i];
        struct race_part part = {
            .vaddr = access->vaddr,
            .insn = access->insn,
            .size = access->size,
            .is_store = access->flags & MEMTRACE_STORE,
            .is_atomic = access->flags & MEMTRACE_ATOMIC,
        };
        uint64_t time = access->time;

        race_part_follow(&last, &part);
        if (time != before) {
            error = note_time(spins, time);
        }
        if (!error && !race_part_is_own_load(&part)) {
            error =
                add(spins, &part, batch->first + i, time, before, &progress);
        }
        before = time;
        last = part;
    }
    spins->last = last;
    spins->next = batch->first + batch->n_accesses;
    spins->before = before;
    spins->progress = progress;
    return error;
}

int race_spins_run(struct race_spins *spins, const struct memtrace_run *run)
{
    uint64_t before = spins->before, progress = spins->progress;
    uint64_t number = spins->next;
    struct race_part last = spins->last;
    int error = 0;

    if (run->time != before) {
        error = note_time(spins, run->time);
    }
    for (size_t i = 0; i < run->n && !error; i++) {
        uint32_t tag = run->tags[i];
        struct race_part part = {
            .vaddr = run->vaddrs[i],
            .insn = tag >> MEMTRACE_TAG_INSN_SHIFT,
            .size = 1u << (tag & MEMTRACE_TAG_SIZE_MASK),
            .is_store = tag & MEMTRACE_TAG_STORE,
            .is_atomic = tag & MEMTRACE_TAG_ATOMIC,
        };

        race_part_follow(&last, &part);
        if (!race_part_is_own_load(&part)) {
            error = add(spins, &part, number, run->time, before, &progress);
        }
        number++;
        before = run->time;
        last = part;
    }
    spins->last = last;
    spins->next = number;
    spins->before = run->time;
    spins->progress = progress;
    return error;
}

int race_spins_finish(struct race_spins *spins)
{
    int error = end_all_turns(spins);

    spins->n_times = 0;
    return error;
}

void race_spins_clear(struct race_spins *spins)
{
    spins->n = 0;
    spins->n_ending = 0;
    key_map_clear(&spins->keys);
}

int race_spins_merge(struct race_spins *to, struct race_spins *from)
{
    int error = end_all_turns(from);

    for (size_t i = 0; i < from->n && !error; i++) {
        error = race_spins_add(to, &from->spins[i]);
    }
    return error;
}

void race_spins_close(struct race_spins *spins)
{
    free(spins->spins);
    free(spins->groups);
    free(spins->ending);
    key_map_free(&spins->keys);
}
