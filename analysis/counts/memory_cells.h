/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory_cells.h - what was counted of the lines of a page, exact and as small
 * as it can be: most pages of a large program have few accesses by few threads.
 */
#ifndef MEMORY_CELLS_H
#define MEMORY_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MEMORY_PAGE_BITS 12
#define MEMORY_LINE_BITS 6
#define MEMORY_LINES (1u << (MEMORY_PAGE_BITS - MEMORY_LINE_BITS))

/* Who did something: a thread's number and 1, or one of these. */
#define MEMORY_NOBODY 0
#define MEMORY_SEVERAL UINT32_MAX

/**
 * struct memory_count - accesses to a range of memory
 * @n: loads and stores
 * @n_atomics: those of them by atomic instructions
 * @who: who loaded, who stored
 */
struct memory_count {
    uint64_t n[2];
    uint64_t n_atomics;
    uint32_t who[2];
};

/** memory_mark() - so did @who. */
static inline void memory_mark(struct memory_count *count, bool is_store,
                               uint32_t who)
{
    if (count->who[is_store] != who) {
        count->who[is_store] =
            count->who[is_store] == MEMORY_NOBODY ? who : MEMORY_SEVERAL;
    }
}

#define MEMORY_CELLS_LARGEST 64

/* Cells with more bits than this for a count are accessed often. */
#define MEMORY_BUSY_BITS 8

/**
 * struct memory_cells - of the lines of a page
 * @count_bits: of each count; MEMORY_CELLS_LARGEST: @data are MEMORY_LINES of
 *              struct memory_count
 * @who_bits: of each number of @data's list of threads
 * @n_threads: in that list
 */
struct memory_cells {
    uint8_t count_bits;
    uint8_t who_bits;
    uint8_t n_threads;
    uint64_t data[];
};

/** memory_cells_new() - Return: empty ones, to be freed; or NULL. */
struct memory_cells *memory_cells_new(void);

/**
 * memory_cells_lines() - Return: all lines as they are, to be counted in
 * directly; NULL where they are smaller
 */
static inline struct memory_count *
memory_cells_lines(struct memory_cells *cells)
{
    return cells->count_bits == MEMORY_CELLS_LARGEST
               ? (struct memory_count *)cells->data
               : NULL;
}

/**
 * struct memory_cells_add - accesses of a line
 * @line: below MEMORY_LINES
 * @n: how many; with 0 only @who counts
 */
struct memory_cells_add {
    unsigned line;
    bool is_store;
    uint32_t who;
    uint32_t n;
};

/**
 * memory_cells_add() - count accesses that are not atomic
 * @cells: may be made larger
 * @n_largest: how many of all are the largest, which are the fastest. Where
 *             that is low, they may become so to be fast, else only if they
 *             must
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int memory_cells_add(struct memory_cells **cells,
                     const struct memory_cells_add *add, size_t *n_largest);

/** memory_cells_enlarge() - the largest there are. Return: as above. */
int memory_cells_enlarge(struct memory_cells **cells, size_t *n_largest);

/** memory_cells_get() - all lines. */
void memory_cells_get(const struct memory_cells *cells,
                      struct memory_count lines[MEMORY_LINES]);

/** memory_cells_merge() - add what others have. Return: as above. */
int memory_cells_merge(struct memory_cells **cells,
                       const struct memory_cells *others, size_t *n_largest);

/** memory_add() - @sum becomes both ranges together. */
void memory_add(struct memory_count *sum, const struct memory_count *count);

#endif /* MEMORY_CELLS_H */
