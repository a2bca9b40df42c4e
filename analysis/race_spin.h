/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * race_spin.h - finds plain memory that threads wait on by loading it again
 * and again: synchronisation that no atomic instruction shows.
 *
 * What looks like waiting is collected in a first reading (struct race_spins,
 * part of struct race_scan), the stores to such memory in a second one
 * (analysis_race_stores).  It was waiting if it ended with a store of another
 * thread.
 */
#ifndef RACE_SPIN_H
#define RACE_SPIN_H

#include "analysis.h"
#include "digest.h"
#include "key_map.h"

struct race_scan;

/**
 * struct race_spin - a thread loaded the same by one instruction, several
 *                    times, and meanwhile did nothing else that was new
 * @start_time: of the first load, @last_time that of the last; @before_time of
 *              the one before it; @end_time is after the last
 */
struct race_spin {
    uint64_t vaddr;
    uint32_t insn;
    uint32_t thread;
    uint64_t start_time, before_time, last_time, end_time;
    uint16_t size;
};

#define RACE_SPIN_TURNS 1024
#define RACE_SPIN_TIMES 1024

/*
 * The turn of an instruction, or the place of a store by its address.  Of two
 * instructions that share a turn each is new to the other: in a loop of both
 * nothing is found.
 */
static inline size_t race_spins_place(uint64_t n)
{
    return (n ^ n >> 10) & (RACE_SPIN_TURNS - 1);
}

/* All zero has seen nothing. */
struct race_spins {
    struct race_spin *spins;
    size_t n;
    size_t room;
    struct key_map keys; /* of instruction and address, to a count */
    uint32_t *counts;
    size_t room_counts;
    uint32_t thread;
    uint64_t next;     /* number of the access that would go on */
    uint64_t progress; /* the last one that was new, plus 1 */
    size_t open;       /* of spins: from here on end_time is to come */
    uint64_t times[RACE_SPIN_TIMES]; /* stamps: a ring, n_times came by */
    uint64_t n_times;
    uint64_t before; /* the last access's stamp */
    /* What each instruction did last: all that most accesses need. */
    struct race_turn {
        uint64_t vaddr;
        uint64_t last; /* number of that access, plus 1 */
        uint64_t time; /* from which on it may have been made */
        uint32_t insn;
        uint16_t size;
        bool is_store;
        bool is_open; /* it may be waiting: see waits */
    } turns[RACE_SPIN_TURNS];
    struct race_wait {
        struct race_spin spin;
        uint64_t n;      /* loads */
        uint64_t stamp;  /* of the last one */
        bool is_stored;  /* by the thread itself, so that it is no waiting */
        bool has_waited; /* before it did other work and came back */
    } waits[RACE_SPIN_TURNS];
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
 * Of what an instruction loads at one address only so many are kept.
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

#endif /* RACE_SPIN_H */
