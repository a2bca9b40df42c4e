/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spin.h - finds loops that may wait: a thread loads the same plain memory
 * again and again, and does nothing else that is new meanwhile.
 *
 * Such a loop synchronises where it ended with a store of another thread.
 * Whether it did is judged later (scan/wait_judge.h), when all stores are
 * known.  What is found does not depend on how a thread's accesses are divided
 * into calls of the functions here.
 */
#ifndef SPIN_H
#define SPIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "digest.h"
#include "hash64.h"
#include "insn_parts.h"
#include "key_map.h"
#include "memtrace.h"

/**
 * struct race_spin - one instruction loaded the same address several times
 * @wait: the loads and their times
 * @thread: that made them
 */
struct race_spin {
    struct memtrace_digest_wait wait;
    uint32_t thread;
};

/* Of one instruction and address so many are kept, those of most loads. */
#define RACE_SPINS_KEPT 16

#define RACE_SPIN_BITS 10
#define RACE_SPIN_TURNS (1 << RACE_SPIN_BITS)
#define RACE_SPIN_TIMES 1024

/* The place of an instruction's turn, or of a store by its address. */
static inline size_t race_spins_place(uint64_t n)
{
    return hash64_bits(n, RACE_SPIN_BITS);
}

/**
 * struct race_spins - loops that may have waited; all zero has none
 * @spins: n of them, with room for more
 * @keys: of an instruction and address, to their number in @groups
 * @groups: what is kept of each instruction and address
 * @ending: loops that are over, while no stamp has come since
 * @thread: whose accesses come
 * @next: number of the access that would go on
 * @progress: number of the last access that was new, plus 1
 * @times: the last stamps, a ring; @n_times have come
 * @before: stamp of the last access
 * @last: the last access
 * @turns: what each instruction did last. The second half is for instructions
 *         whose place in the first half another one took. An instruction that
 *         has no place counts as new: in a loop with one nothing is found
 * @waits: of the turns that may be waiting
 * @watched: a bit for each place in @stores: a turn is open there
 * @stores: the thread's own last stores to where a turn is open, one a place. A
 *          store to another address with the same place replaces it: then a
 *          loop may be held for a wait that is none. That can hide a race, as
 *          what threads wait on orders them, and cannot invent one
 */
struct race_spins {
    struct race_spin *spins;
    size_t n;
    size_t room;
    struct key_map keys;
    struct race_spin_group {
        uint64_t vaddr;
        uint32_t insn;
        uint32_t n;
        uint32_t kept[RACE_SPINS_KEPT]; /* their places in @spins */
    } * groups;
    size_t room_groups;
    struct race_spin *ending;
    size_t n_ending;
    size_t room_ending;
    uint32_t thread;
    uint64_t next;
    uint64_t progress;
    uint64_t times[RACE_SPIN_TIMES];
    uint64_t n_times;
    uint64_t before;
    struct race_part last;
    struct race_turn {
        uint64_t vaddr;
        uint64_t last; /* number of that access, plus 1 */
        uint64_t time; /* from which on it may have been made */
        uint32_t insn; /* and part of it */
        uint16_t size;
        bool is_store;
        bool is_open; /* it may be waiting: see waits */
    } turns[2 * RACE_SPIN_TURNS];
    struct race_wait {
        struct race_spin spin;
        uint64_t n;      /* loads */
        uint64_t most;   /* before it did other work and came back */
        uint64_t stamp;  /* of the last load */
        bool has_waited; /* before it did other work and came back */
    } waits[2 * RACE_SPIN_TURNS];
    uint64_t watched[RACE_SPIN_TURNS / 64];
    struct race_own_store {
        uint64_t vaddr;
        uint64_t number;
        uint16_t size;
    } stores[RACE_SPIN_TURNS];
};

/* Each returns 0, or MEMTRACE_ERR_NOMEM, unless something else is said. */

/** race_spins_accesses() - the next accesses of a thread, or of another one */
int race_spins_accesses(struct race_spins *spins,
                        const struct memtrace_batch *batch);

/**
 * race_spins_start() - accesses begin that do not go on where others ended
 * @first: accesses of the thread before them
 * @time: the stamp of the first one
 */
int race_spins_start(struct race_spins *spins, uint32_t thread, uint64_t first,
                     uint64_t time);

/** race_spins_run() - the accesses that go on */
int race_spins_run(struct race_spins *spins, const struct memtrace_run *run);

/**
 * race_spins_add() - add one that was found elsewhere
 *
 * Which are kept does not depend on the order in which they come.
 */
int race_spins_add(struct race_spins *spins, const struct race_spin *spin);

/** race_spins_merge() - add all that @from has found, which ends there */
int race_spins_merge(struct race_spins *to, struct race_spins *from);

/** race_spins_finish() - what comes next does not go on where this ends */
int race_spins_finish(struct race_spins *spins);

/** race_spins_clear() - forget what was found */
void race_spins_clear(struct race_spins *spins);
void race_spins_close(struct race_spins *spins);

#endif /* SPIN_H */
