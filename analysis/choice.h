/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * choice.h - which accesses of a trace are looked at, as data.
 *
 * Each part of a choice that says something narrows it; the ranges of one
 * part are alternatives.  All zero lets everything pass.  Fill it, then call
 * choice_ready(); from then on any number of threads may ask it.
 */
#ifndef CHOICE_H
#define CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memtrace.h"
#include "range.h"

struct symbols;

enum choice_kind {
    CHOICE_ALL,
    CHOICE_LOADS,
    CHOICE_STORES,
    CHOICE_ATOMICS,
};

struct choice_ranges {
    struct range *ranges;
    size_t n;
    size_t room;
};

/**
 * struct choice_place - memory of a process for some of the time
 * @pid: whose
 * @from, @to: in ticks, both belong to it
 * @first, @last: addresses, both belong to it
 */
struct choice_place {
    uint64_t pid;
    uint64_t from;
    uint64_t to;
    uint64_t first;
    uint64_t last;
};

/**
 * struct choice_set - places of which accesses must be, or must not be
 * @is_code: the place of the instruction counts, else that of the data
 * @is_excluding: what is there does not pass
 * @places: n of them
 * @highest: choice_ready()'s: the highest @last up to each place
 * @insns: choice_ready()'s: a bit for each instruction that is, at some
 *         time, in one of the places
 */
struct choice_set {
    bool is_code;
    bool is_excluding;
    struct choice_place *places;
    size_t n;
    size_t room;
    uint64_t *highest;
    uint64_t *insns;
};

#define CHOICE_SETS 16

/**
 * struct choice - what passes
 * @threads: numbers of threads
 * @addresses: an access passes that touches a byte of one
 * @times: in ticks, as the accesses have them
 * @kind: enum choice_kind
 * @insns: a bit an instruction number, n_insns of them; NULL: all pass
 * @memory: bits of enum trace_place_kind; 0: all pass
 * @symbols: prepared, for @memory
 * @sets: n_sets of them
 * @reader: choice_ready()'s
 */
struct choice {
    struct choice_ranges threads;
    struct choice_ranges addresses;
    struct choice_ranges times;
    enum choice_kind kind;
    uint64_t *insns;
    uint32_t n_insns;
    unsigned memory;
    struct symbols *symbols;
    struct choice_set sets[CHOICE_SETS];
    size_t n_sets;
    const struct memtrace_reader *reader;
};

/**
 * choice_add() - one more alternative
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int choice_add(struct choice_ranges *ranges, uint64_t first, uint64_t last);

/** choice_tidy() - sort, and make one of those that overlap or touch. */
void choice_tidy(struct choice_ranges *ranges);

/**
 * choice_add_insn() - instruction @number passes, others no longer do
 * @n_insns: highest number in the trace
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int choice_add_insn(struct choice *choice, uint32_t number, uint32_t n_insns);

/**
 * choice_add_set() - one more condition, a set without places as yet
 *
 * Return: the set, or NULL after CHOICE_SETS of them.
 */
struct choice_set *choice_add_set(struct choice *choice, bool is_code,
                                  bool is_excluding);

/** choice_add_place() - Return: 0, or MEMTRACE_ERR_NOMEM. */
int choice_add_place(struct choice_set *set, const struct choice_place *place);

/**
 * choice_ready() - to be called when all is said
 * @reader: whose accesses it will be asked about
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int choice_ready(struct choice *choice, const struct memtrace_reader *reader);
void choice_free(struct choice *choice);

/** choice_is_all() - Return: true if nothing is left out. */
bool choice_is_all(const struct choice *choice);

/** choice_has_thread() - Return: true if the thread's accesses may pass. */
bool choice_has_thread(const struct choice *choice, uint32_t thread);

/** choice_only_thread() - Return: the one that passes, if it is one. */
uint32_t choice_only_thread(const struct choice *choice);

/** choice_has_block() - Return: false if none of the block can pass. */
bool choice_has_block(const struct choice *choice,
                      const struct memtrace_block *block);

/** choice_looks_inside() - Return: true if not all of a thread pass. */
bool choice_looks_inside(const struct choice *choice);

/**
 * choice_accesses() - copy the accesses of a batch that pass
 * @out: room for batch->n_accesses
 * @values_out: the same for values, where the batch has some
 *
 * Does not look at the thread.  Return: how many were copied.
 */
size_t choice_accesses(const struct choice *choice,
                       const struct memtrace_batch *batch,
                       struct memtrace_access *out,
                       struct memtrace_value *values_out);

/**
 * choice_kernel_access() - does a MEMTRACE_EVENT_KERNEL_ACCESS pass?
 *
 * It has no instruction.  Does not look at the thread.
 */
bool choice_kernel_access(const struct choice *choice,
                          const struct memtrace_event *event);

#endif /* CHOICE_H */
