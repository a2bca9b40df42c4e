/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spaces.h - address spaces over time: what was where in which process, when.
 *
 * Changes are told in the order of time.  A place and a time are then found
 * in time that grows with the square of the logarithm of their number.
 */
#ifndef SPACES_H
#define SPACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SPACES_NONE UINT32_MAX

struct space;

/* All 0 is an empty one. */
struct spaces {
    struct space *array;
    size_t n;
    size_t room;
    size_t latest; /* the one found last */
};

/**
 * struct spaces_piece - what is at a place
 * @first, @last: the addresses around it that are part of the same
 * @from, @to: from when until when, both belong to it; of a guess the time
 *             that was asked for
 * @item: as it was told
 * @space: place of the process below spaces.n
 * @is_guess: nothing was there at that time; it is what was there before, or
 *            else what came next
 */
struct spaces_piece {
    uint64_t first;
    uint64_t last;
    uint64_t from;
    uint64_t to;
    uint32_t item;
    uint32_t space;
    bool is_guess;
};

/** spaces_start() - a process starts, with nothing. Return: 0, -ENOMEM. */
int spaces_start(struct spaces *spaces, uint64_t pid, uint64_t time);

/** spaces_fork() - a process starts as @parent is. Return: 0, -ENOMEM. */
int spaces_fork(struct spaces *spaces, uint64_t pid, uint64_t parent,
                uint64_t time);

/**
 * spaces_map() - what is from @first to @last from now on
 * @item: a number below SPACES_NONE, or that for nothing
 *
 * A process that did not start yet starts with it.
 *
 * Return: 0, or -ENOMEM.
 */
int spaces_map(struct spaces *spaces, uint64_t pid, uint64_t time,
               uint64_t first, uint64_t last, uint32_t item);

/**
 * spaces_prepare() - all has been told
 *
 * From now on spaces_find() may be called by several threads at once.
 *
 * Return: 0, or -ENOMEM.
 */
int spaces_prepare(struct spaces *spaces);

/**
 * spaces_find() - what is at a place
 *
 * Return: 1 with *@out, 0 where nothing is, or -ENOMEM.
 */
int spaces_find(struct spaces *spaces, uint64_t pid, uint64_t time,
                uint64_t vaddr, struct spaces_piece *out);

/**
 * spaces_find_latest() - the same as of the last that was told
 *
 * Needs no preparation, however much is told in between.
 */
int spaces_find_latest(const struct spaces *spaces, uint64_t pid,
                       uint64_t vaddr, struct spaces_piece *out);

/**
 * spaces_latest() - the process of that number that started last
 *
 * Return: its place below spaces.n, or spaces.n where there is none.
 */
size_t spaces_latest(const struct spaces *spaces, uint64_t pid);

/** spaces_pid() - Return: the number of a process by its place. */
uint64_t spaces_pid(const struct spaces *spaces, size_t space);

/**
 * spaces_present() - what was there last in a process
 * @space: its place below spaces.n: processes are in the order of their start
 * @first, @last: pieces with one of these addresses, whole
 * @each: called with each in the order of addresses; what is not 0 ends it.
 *        It must not tell of changes
 *
 * Needs no preparation.  Of a process that has ended, or executed another
 * program, it is what there was at its end.
 *
 * Return: 0, or what @each returned.
 */
int spaces_present(const struct spaces *spaces, size_t space, uint64_t first,
                   uint64_t last,
                   int (*each)(void *context, const struct spaces_piece *piece),
                   void *context);

/**
 * spaces_each() - all that ever was at an address, in all processes
 * @each: called with each item; what is not 0 ends it
 *
 * Return: 0, what @each returned, or -ENOMEM.
 */
int spaces_each(struct spaces *spaces, uint64_t vaddr,
                int (*each)(void *context, const struct spaces_piece *piece),
                void *context);

/**
 * spaces_all() - all that ever was, in all processes
 * @each: called with each piece; what is not 0 ends it
 *
 * Return: 0, what @each returned, or -ENOMEM.
 */
int spaces_all(struct spaces *spaces,
               int (*each)(void *context, uint64_t pid,
                           const struct spaces_piece *piece),
               void *context);

void spaces_free(struct spaces *spaces);

#endif /* SPACES_H */
