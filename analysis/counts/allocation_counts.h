/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * allocation_counts.h - how often the blocks of each place that allocates were
 * accessed, and by whom.
 */
#ifndef ALLOCATION_COUNTS_H
#define ALLOCATION_COUNTS_H

#include "allocations.h"
#include "analysis.h"
#include "memory_use.h"

/**
 * struct allocation_counts - the results
 * @sites: for each of allocations_n_sites()
 * @n_outside: accesses to no block that was known
 */
struct allocation_counts {
    struct memory_count *sites;
    uint64_t n_outside;
};

/* Its settings are a const struct allocations; NULL: it reads its own. */
extern const struct analysis analysis_allocations;

/** allocation_counts() - the results of a finished state. */
const struct allocation_counts *allocation_counts(const void *state);

#endif /* ALLOCATION_COUNTS_H */
