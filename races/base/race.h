/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * race.h - what a race is: accesses of two threads to the same byte, one of
 * them a store, that nothing ordered; and the list of those that were found.
 */
#ifndef RACE_H
#define RACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum race_kind {
    RACE_PLAIN,
    RACE_AD_HOC, /* on memory that threads wait on by loading it */
};

/* What threads synchronise through. */
enum race_sync_kind {
    RACE_SYNC_NONE = 0,
    RACE_SYNC_WORD,    /* memory */
    RACE_SYNC_OBJECT,  /* what a descriptor is: a pipe, a socket, a file */
    RACE_SYNC_OBJECTS, /* any of them */
    RACE_SYNC_START,   /* of a thread */
    RACE_SYNC_SIGNAL,
    RACE_SYNC_KINDS, /* their number */
};

/**
 * struct race_side - one of the two accesses of a race
 * @thread: that made it
 * @insn: number of the instruction; of the system call, if @is_kernel
 * @size: in bytes
 * @is_store: or else a load
 * @is_kernel: made by the kernel for a system call
 */
struct race_side {
    uint32_t thread;
    uint32_t insn;
    uint16_t size;
    bool is_store;
    bool is_kernel;
};

/**
 * struct race_last_sync - through what two threads last synchronised
 * @kind: RACE_SYNC_NONE: they never did
 * @space, @vaddr: of a RACE_SYNC_WORD, see struct race_place; in a list of
 *                 races @vaddr is an address of the later access's thread
 */
struct race_last_sync {
    enum race_sync_kind kind;
    uint32_t space;
    uint64_t vaddr;
};

/**
 * struct race - two instructions that race
 * @sides: of the first time it was seen, the later one second
 * @vaddr: of the lowest byte of both, then
 * @other_vaddr: another address at which the first access's process has that
 *               byte, which is shared memory; 0: it has none
 * @time: of the second access, then
 * @count: how often it was seen. An access that a thread repeats while it
 *         synchronises with nobody counts once
 * @is_beside_sync: @vaddr lies not far from memory that synchronises, as in a
 *                  mutex
 * @is_in_condition: it is where glibc's condition variables have a counter of
 *                   their own that no atomic instruction touches
 * @is_in_rwlock: it is where glibc's locks for readers and writers have the
 *                writer, which no atomic instruction touches
 * @last_sync: before the race, of the second access's thread with the first's
 */
struct race {
    enum race_kind kind;
    struct race_side sides[2];
    uint64_t vaddr;
    uint64_t other_vaddr;
    uint64_t time;
    uint64_t count;
    bool is_beside_sync;
    bool is_in_condition;
    bool is_in_rwlock;
    struct race_last_sync last_sync;
};

/**
 * struct races - the races of a trace
 * @races: n_races of them, in the order in which they were found
 * @n_lost: places where accesses are missing: what was before is forgotten
 * @has_calls: all calls are in the trace that order threads by something else
 *             than memory
 */
struct races {
    struct race *races;
    size_t n_races;
    uint64_t n_lost;
    bool has_calls;
};

#endif /* RACE_H */
