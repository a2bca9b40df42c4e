/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races.h - data races of a trace: accesses of two threads to the same byte,
 * one of them a store, that nothing ordered.
 *
 * docs/races.md has the argument why none is invented.
 */
#ifndef RACES_H
#define RACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memtrace.h"

struct code_rules;
struct symbols;

enum race_kind {
    RACE_PLAIN,
    RACE_AD_HOC, /* on memory that threads wait on by loading it */
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

/* What two threads met on last, before a race. */
enum race_meeting_kind {
    RACE_MET_NOWHERE,
    RACE_MET_WORD,   /* of memory, at race_meeting.vaddr */
    RACE_MET_OBJECT, /* a pipe, a socket, a file */
    RACE_MET_START,  /* of the thread */
    RACE_MET_END,    /* of a process */
    RACE_MET_SIGNAL,
};

struct race_meeting {
    enum race_meeting_kind kind;
    uint64_t vaddr;
};

/**
 * struct race - two instructions that race
 * @sides: of the first time it was seen, the later one second
 * @vaddr: of the lowest byte of both, then
 * @time: of the second access, then
 * @count: how often it was seen. An access that a thread repeats while it
 *         synchronises with nobody counts once
 * @is_beside_sync: @vaddr lies not far from memory that synchronises, as in a
 *                  mutex
 * @is_in_condition: it is where glibc's condition variables have a counter of
 *                   their own that no atomic instruction touches
 * @met: what the threads had synchronised on last, then
 */
struct race {
    enum race_kind kind;
    struct race_side sides[2];
    uint64_t vaddr;
    uint64_t time;
    uint64_t count;
    bool is_beside_sync;
    bool is_in_condition;
    struct race_meeting met;
};

/**
 * struct races_config - how to look
 * @n_workers: threads that read, and of the second reading one that looks for
 *             races; 0: one a processor
 * @progress: called now and then with accesses read and how many there are
 *            to read; or NULL
 * @context: for @progress
 * @symbols: what tells atomic accesses that no atomic instruction makes, so
 * that they synchronise; or NULL
 * @rules: with @symbols: whose code is whose
 */
struct races_config {
    unsigned n_workers;
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *context;
    struct symbols *symbols;
    const struct code_rules *rules;
};

/**
 * struct races - what was found
 * @races: n_races of them, in the order in which they were seen
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

/**
 * races_find() - find the races of a trace
 *
 * Reads the trace twice, and once more where threads wait on plain memory; and
 * twice more for each time that it learns of atomic accesses.
 *
 * Return: 0, or a negative error (MEMTRACE_ERR_LIMIT where threads have numbers
 * above a million); @races is to be freed also then.
 */
int races_find(struct memtrace_reader *reader,
               const struct races_config *config, struct races *races);
void races_free(struct races *races);

#endif /* RACES_H */
