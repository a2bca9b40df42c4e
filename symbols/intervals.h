/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * intervals.h - ranges of addresses with a number each, and which of them
 * an address is in.
 */
#ifndef INTERVALS_H
#define INTERVALS_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct interval - a range of addresses
 * @start, @end: the first address, and that behind the last
 * @max_end: the highest @end of it and all before it
 * @item: what it stands for
 * @rank: of those that start at one address, the highest is found
 */
struct interval {
    uint64_t start;
    uint64_t end;
    uint64_t max_end;
    uint32_t item;
    uint32_t rank;
};

/* All 0 is an empty one. */
struct intervals {
    struct interval *array;
    size_t n;
    size_t room;
};

/** intervals_add() - an empty one is left out. Return: 0, or -ENOMEM. */
int intervals_add(struct intervals *intervals, uint64_t start, uint64_t end,
                  size_t item, uint32_t rank);

/** intervals_sort() - after the last was added, before the first is sought. */
void intervals_sort(struct intervals *intervals);

/**
 * intervals_behind() - the first that starts behind an address
 *
 * Return: its number, n where there is none.
 */
size_t intervals_behind(const struct intervals *intervals, uint64_t address);

/**
 * intervals_find() - the interval that an address is in
 *
 * Return: of those around it the one that starts last, or NULL.
 */
const struct interval *intervals_find(const struct intervals *intervals,
                                      uint64_t address);

void intervals_free(struct intervals *intervals);

#endif /* INTERVALS_H */
