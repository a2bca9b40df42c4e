/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * range_set.h - sets of numbers as ranges: united, cut, taken away.
 *
 * A set that could not be held in memory says so from then on.
 */
#ifndef RANGE_SET_H
#define RANGE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "range.h"

/* All zero is the empty set. */
struct range_set {
    struct range *ranges;
    size_t n;
    size_t room;
    bool is_short; /* out of memory: ranges are missing */
};

/** range_set_add() - in any order; what ends before it starts is left out. */
void range_set_add(struct range_set *set, uint64_t first, uint64_t last);

/** range_set_sort() - sort, and make one of those that touch. */
void range_set_sort(struct range_set *set);

/**
 * range_set_keep() - only what is in another set stays
 * @set, @other: sorted
 */
void range_set_keep(struct range_set *set, const struct range_set *other);

/** range_set_remove() - only what is not in the other set stays. */
void range_set_remove(struct range_set *set, const struct range_set *other);

void range_set_free(struct range_set *set);

#endif /* RANGE_SET_H */
