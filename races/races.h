/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races.h - finds the data races of a trace; see race.h for what they are.
 *
 * docs/races.md has the argument why none is invented.
 */
#ifndef RACES_H
#define RACES_H

#include "memtrace.h"
#include "race.h"

struct code_rules;
struct symbols;

/**
 * struct races_config - how to find them
 * @n_workers: threads that read, one of which checks for races in the second
 *             reading; 0: one a processor
 * @progress: called now and then with accesses read and how many there are
 *            to read; or NULL
 * @context: for @progress
 * @symbols: says which accesses are atomic that no atomic instruction makes, so
 *           that they synchronise; or NULL
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
 * races_find() - find the races of a trace
 * @reader: the trace; the caller's
 * @races: set to what was found
 *
 * Reads the trace twice, and once more where threads wait on plain memory; and
 * twice more each time that @symbols tell of atomic accesses that were unknown.
 *
 * Return: 0, or a negative error, MEMTRACE_ERR_LIMIT where the trace has more
 * threads or processes than can be numbered, or a thread that releases more
 * often than its clock counts; @races is to be freed also then.
 */
int races_find(struct memtrace_reader *reader,
               const struct races_config *config, struct races *races);
void races_free(struct races *races);

#endif /* RACES_H */
