/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * selection.h - which accesses of a trace are looked at, as data.
 *
 * Each part of a selection that says something narrows it; the ranges of one
 * part are alternatives.  All zero lets everything pass.  Fill it, then call
 * selection_ready(); from then on any number of threads may ask it.
 */
#ifndef SELECTION_H
#define SELECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memtrace.h"

enum selection_kind {
    SELECTION_ALL,
    SELECTION_LOADS,
    SELECTION_STORES,
    SELECTION_ATOMICS,
};

/* Both ends belong to the range. */
struct selection_range {
    uint64_t first;
    uint64_t last;
};

struct selection_ranges {
    struct selection_range *ranges;
    size_t n;
    size_t room;
};

/**
 * struct selection - what passes
 * @threads: numbers of threads
 * @addresses: an access passes that touches a byte of one
 * @times: in ticks, as the accesses have them
 * @kind: enum selection_kind
 * @insns: a bit an instruction number, n_insns of them; NULL: all pass
 */
struct selection {
    struct selection_ranges threads;
    struct selection_ranges addresses;
    struct selection_ranges times;
    enum selection_kind kind;
    uint64_t *insns;
    uint32_t n_insns;
};

/**
 * selection_add() - one more alternative
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int selection_add(struct selection_ranges *ranges, uint64_t first,
                  uint64_t last);

/**
 * selection_add_insn() - instruction @number passes, others no longer do
 * @n_insns: highest number in the trace
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int selection_add_insn(struct selection *selection, uint32_t number,
                       uint32_t n_insns);

/** selection_ready() - to be called when all is said. */
void selection_ready(struct selection *selection);
void selection_free(struct selection *selection);

/** selection_is_all() - Return: true if nothing is left out. */
bool selection_is_all(const struct selection *selection);

/** selection_has_thread() - Return: true if the thread's accesses may pass. */
bool selection_has_thread(const struct selection *selection, uint32_t thread);

/** selection_only_thread() - Return: the one that passes, if it is one. */
uint32_t selection_only_thread(const struct selection *selection);

/** selection_has_block() - Return: false if none of the block can pass. */
bool selection_has_block(const struct selection *selection,
                         const struct memtrace_block *block);

/** selection_looks_inside() - Return: true if not all of a thread pass. */
bool selection_looks_inside(const struct selection *selection);

/**
 * selection_accesses() - copy the accesses of a batch that pass
 * @out: room for batch->n_accesses
 * @values_out: the same for values, where the batch has some
 *
 * Does not look at the thread.  Return: how many were copied.
 */
size_t selection_accesses(const struct selection *selection,
                          const struct memtrace_batch *batch,
                          struct memtrace_access *out,
                          struct memtrace_value *values_out);

/**
 * selection_kernel_access() - does a MEMTRACE_EVENT_KERNEL_ACCESS pass?
 *
 * It has no instruction.  Does not look at the thread.
 */
bool selection_kernel_access(const struct selection *selection,
                             const struct memtrace_event *event);

#endif /* SELECTION_H */
