/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thread_totals.h - how many accesses of which kind each thread made, how
 * many bytes, and from when to when.
 */
#ifndef THREAD_TOTALS_H
#define THREAD_TOTALS_H

#include "analysis.h"

/**
 * struct thread_total - a thread's accesses
 * @n_loads, @n_stores: their sum is all of them
 * @n_atomics: those of them by atomic instructions
 * @n_kernel_loads, @n_kernel_stores: made by system calls, beside the others
 * @bytes: sum of the sizes
 * @first_time, @last_time: of accesses, in ticks; 0 where there is none
 */
struct thread_total {
    uint64_t n_loads;
    uint64_t n_stores;
    uint64_t n_atomics;
    uint64_t n_kernel_loads;
    uint64_t n_kernel_stores;
    uint64_t bytes;
    uint64_t first_time;
    uint64_t last_time;
};

/**
 * struct thread_totals - the results
 * @threads: by number; n of them
 */
struct thread_totals {
    struct thread_total *threads;
    size_t n;
};

extern const struct analysis analysis_threads;

/** thread_totals() - the results of a finished state. */
const struct thread_totals *thread_totals(const void *state);

#endif /* THREAD_TOTALS_H */
