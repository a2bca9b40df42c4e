/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * code_counts.h - how many accesses each instruction made.
 */
#ifndef CODE_COUNTS_H
#define CODE_COUNTS_H

#include "analysis.h"

/**
 * struct code_count - an instruction's accesses
 * @n: how many, by flags: loads, stores, and those that are atomic
 * @bytes: sum of their sizes
 * @time, @thread: of the first one, to name the instruction as it was then;
 *                 @thread is MEMTRACE_NO_THREAD where there is none
 */
struct code_count {
    uint64_t n[4];
    uint64_t bytes;
    uint64_t time;
    uint32_t thread;
};

/* Indices of struct code_count.n are flags. */
_Static_assert((MEMTRACE_STORE | MEMTRACE_ATOMIC) == 3, "two lowest bits");

/**
 * struct code_counts - the results
 * @chunks: see code_count()
 * @n_insns: the highest number
 */
struct code_counts {
    struct code_count **chunks;
    uint32_t n_insns;
};

extern const struct analysis analysis_code;

#define CODE_CHUNK 1024u

/**
 * code_count() - of an instruction, by number; 0 stands for all that the trace
 * does not hold
 * @number: at most n_insns
 *
 * Return: NULL where it made no access.
 */
static inline const struct code_count *
code_count(const struct code_counts *counts, uint32_t number)
{
    const struct code_count *chunk = counts->chunks[number / CODE_CHUNK];
    const struct code_count *count = chunk ? &chunk[number % CODE_CHUNK] : NULL;

    return count && count->thread != MEMTRACE_NO_THREAD ? count : NULL;
}

/** code_counts() - the results of a finished state. */
const struct code_counts *code_counts(const void *state);

#endif /* CODE_COUNTS_H */
