/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spin.h - finds plain memory that threads wait on by loading it again
 * and again: synchronisation that no atomic instruction shows.
 *
 * What looks like waiting is collected in a first reading (struct race_spins,
 * part of struct race_scan), the stores to such memory in a second one
 * (analysis_race_stores).  It was waiting if it ended with a store of another
 * thread.
 */
#ifndef SPIN_H
#define SPIN_H

#include "analysis.h"
#include "digest.h"
#include "key_map.h"

struct race_scan;

/**
 * struct race_spin - a thread loaded the same by one instruction, several
 *                    times, and meanwhile did nothing else that was new
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

/* The turn of an instruction, or the place of a store by its address. */
static inline size_t race_spins_place(uint64_t n)
{
    return n * 0x9e3779b97f4a7c15u >> (64 - RACE_SPIN_BITS);
}

/*
 * An instruction may access several places in one go: registers in pairs or
 * more, the last one before the others perhaps, a vector in halves, two
 * operands, a copy.  A part of it is one of these, whose number stands above
 * the instruction's.  A loop of one instruction that goes through memory looks
 * alike; its parts are too many, and the last one is new at each turn.  It is
 * done once more where it comes back to its first part.
 */
#define RACE_PART_SHIFT 27
#define RACE_PART_INSN ((1u << RACE_PART_SHIFT) - 1)
#define RACE_PART_COPY 8 /* the store of what was loaded elsewhere */
#define RACE_PARTS 16

/* What of an access matters. */
struct race_seen {
    uint64_t vaddr;
    uint32_t insn;
    uint32_t part;
    unsigned size;
    uint64_t start; /* address of the first part */
    unsigned own;   /* 1: stores; more: loads what was so just stored */
    bool is_store;
    bool is_atomic;
};

/*
 * A function without accesses of its own is called from several depths of the
 * stack: what it loads there is what the call has just stored, as does what
 * tells position-independent code of i386 where it is.  Such loads, two at
 * most, are nothing new wherever they are.
 */
#define RACE_OWN_LOADS 2

/** race_see() - what @access is, behind @before: its part, start and own. */
static inline void race_see(const struct race_seen *before,
                            struct race_seen *access)
{
    bool is_behind = before->vaddr == access->vaddr;

    access->part = 0;
    access->start = access->vaddr;
    access->own = access->is_store;
    if (before->insn == access->insn) {
        if (before->is_store != access->is_store) {
            access->part = access->is_store && !is_behind ? RACE_PART_COPY : 0;
        } else if (!is_behind && before->start != access->vaddr) {
            access->part = before->part + (before->part < RACE_PARTS - 1);
            access->start = before->start;
        }
    } else if (is_behind && before->own && before->own <= RACE_OWN_LOADS &&
               before->size >= access->size && !access->is_store &&
               !access->is_atomic) {
        access->own = before->own + 1;
    }
}

/* All zero has seen nothing. */
struct race_spins {
    struct race_spin *spins;
    size_t n;
    size_t room;
    struct key_map keys; /* of instruction and address, to their number */
    struct race_spins_of {
        uint32_t n;
        uint32_t kept[RACE_SPINS_KEPT]; /* their places in @spins */
    } * of;
    size_t room_of;
    struct race_spin *ending; /* over, but no stamp has come since */
    size_t n_ending;
    size_t room_ending;
    uint32_t thread;
    uint64_t next;                   /* number of the access that would go on */
    uint64_t progress;               /* the last one that was new, plus 1 */
    uint64_t times[RACE_SPIN_TIMES]; /* stamps: a ring, n_times came by */
    uint64_t n_times;
    uint64_t before;       /* the last access's stamp */
    struct race_seen last; /* access */
    /*
     * What each instruction did last: all that most accesses need.  The second
     * half is of those whose place in the first one another has taken.  Of
     * those that have no place at all each is new to the others: in a loop of
     * them nothing is found.
     */
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
        uint64_t most;   /* of an earlier time, before it came back */
        uint64_t stamp;  /* of the last one */
        bool has_waited; /* before it did other work and came back */
    } waits[2 * RACE_SPIN_TURNS];
    /* The thread's own stores to where a turn is open, by address. */
    uint64_t watched[RACE_SPIN_TURNS / 64];
    struct race_own_store {
        uint64_t vaddr;
        uint64_t number;
        uint16_t size;
    } stores[RACE_SPIN_TURNS];
};

/* Return: 0, or MEMTRACE_ERR_NOMEM, as do the next ones. */
int race_spins_accesses(struct race_spins *spins,
                        const struct memtrace_batch *batch);

/**
 * race_spins_start() - accesses begin that do not go on where others ended
 * @first: accesses of the thread before them
 * @time: the stamp of the first one
 */
int race_spins_start(struct race_spins *spins, uint32_t thread, uint64_t first,
                     uint64_t time);

/* The same for a run, whose accesses go on. */
int race_spins_run(struct race_spins *spins, const struct memtrace_run *run);

/**
 * race_spins_add() - add one that was found elsewhere
 *
 * Which are kept does not depend on the order in which they come.
 */
int race_spins_add(struct race_spins *spins, const struct race_spin *spin);
int race_spins_merge(struct race_spins *to, struct race_spins *from);
/* What comes behind does not go on where this ends. */
int race_spins_finish(struct race_spins *spins);
/* Forget those that were found. */
void race_spins_clear(struct race_spins *spins);
void race_spins_close(struct race_spins *spins);

/**
 * race_spins_judge() - tell the scan which memory is waited on
 * @reader: is read once more, if there is anything to find out
 * @n_workers: as in struct pass_config
 */
int race_spins_judge(struct race_scan *scan, struct memtrace_reader *reader,
                     unsigned n_workers);

#endif /* SPIN_H */
