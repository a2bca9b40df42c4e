/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory_cells.c - see memory_cells.h.
 *
 * Small ones have counts of 2 to 32 bits, and who loads and stores a line is
 * the number of a thread in a short list: 0 is nobody, the highest number that
 * the bits have is several.
 *
 *   | threads | who loaded, who stored, each line | loads, stores, each line |
 *     u32       2 or 4 bits                         2 to 32 bits
 *
 * Where a count or the list has no room the bits are doubled.  96 bytes do for
 * a page whose lines two threads access up to three times each.
 */
#include "memory_cells.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "memtrace.h"

#define LEAST_BITS 2
#define MOST_WHO_BITS 4
#define MOST_COUNT_BITS 32

/* As long as they are fewer, busy ones may be the largest, which are fast. */
#define MOST_TO_BE_FAST 8192

static unsigned most_threads(unsigned who_bits)
{
    return (1u << who_bits) - 2;
}

static size_t bytes_of(unsigned bits)
{
    return (size_t)MEMORY_LINES * bits / 8;
}

static uint32_t *threads_of(const struct memory_cells *cells)
{
    return (uint32_t *)cells->data;
}

static uint8_t *who_of(const struct memory_cells *cells, bool is_store)
{
    return (uint8_t *)(threads_of(cells) + most_threads(cells->who_bits)) +
           is_store * bytes_of(cells->who_bits);
}

static uint8_t *counts_of(const struct memory_cells *cells, bool is_store)
{
    return who_of(cells, false) + 2 * bytes_of(cells->who_bits) +
           is_store * bytes_of(cells->count_bits);
}

/* The number of a line, of a row of numbers of so many bits. */
static inline uint32_t get(const uint8_t *row, unsigned bits, unsigned line)
{
    uint32_t value = 0;

    if (bits < 8) {
        return (uint32_t)row[line * bits / 8] >> line * bits % 8 &
               ((1u << bits) - 1);
    }
    for (unsigned i = 0; i < bits / 8; i++) {
        value |= (uint32_t)row[line * bits / 8 + i] << 8 * i;
    }
    return value;
}

static void put(uint8_t *row, unsigned bits, unsigned line, uint32_t value)
{
    uint8_t *at = &row[line * bits / 8];

    if (bits < 8) {
        unsigned shift = line * bits % 8;
        uint8_t mask = (uint8_t)(((1u << bits) - 1) << shift);

        *at = (uint8_t)((*at & ~mask) | value << shift);
        return;
    }
    for (unsigned i = 0; i < bits / 8; i++) {
        at[i] = (uint8_t)(value >> 8 * i);
    }
}

static struct memory_cells *new_cells(unsigned count_bits, unsigned who_bits)
{
    size_t size = count_bits == MEMORY_CELLS_LARGEST
                      ? MEMORY_LINES * sizeof(struct memory_count)
                      : most_threads(who_bits) * sizeof(uint32_t) +
                            2 * (bytes_of(who_bits) + bytes_of(count_bits));
    struct memory_cells *cells = calloc(1, sizeof(*cells) + size);

    if (cells) {
        cells->count_bits = (uint8_t)count_bits;
        cells->who_bits = (uint8_t)who_bits;
    }
    return cells;
}

struct memory_cells *memory_cells_new(void)
{
    return new_cells(LEAST_BITS, LEAST_BITS);
}

/* All numbers of a row; with the bits known, without a shift that is not. */
static inline void unpack(const uint8_t *row, unsigned bits,
                          uint32_t out[MEMORY_LINES])
{
    for (unsigned line = 0; line < MEMORY_LINES; line++) {
        out[line] = get(row, bits, line);
    }
}

static void unpack_row(const uint8_t *row, unsigned bits,
                       uint32_t out[MEMORY_LINES])
{
    switch (bits) {
    case 2:
        unpack(row, 2, out);
        break;
    case 4:
        unpack(row, 4, out);
        break;
    case 8:
        unpack(row, 8, out);
        break;
    default:
        unpack(row, bits, out);
        break;
    }
}

/* Who each number of a thread is, as struct memory_count says it. */
static void list_names(const struct memory_cells *cells,
                       uint32_t names[1u << MOST_WHO_BITS])
{
    names[0] = MEMORY_NOBODY;
    memcpy(names + 1, threads_of(cells),
           most_threads(cells->who_bits) * sizeof(*names));
    names[most_threads(cells->who_bits) + 1] = MEMORY_SEVERAL;
}

void memory_cells_get(const struct memory_cells *cells,
                      struct memory_count lines[MEMORY_LINES])
{
    uint32_t names[1u << MOST_WHO_BITS];
    uint32_t counts[MEMORY_LINES], who[MEMORY_LINES];

    if (cells->count_bits == MEMORY_CELLS_LARGEST) {
        memcpy(lines, cells->data, MEMORY_LINES * sizeof(*lines));
        return;
    }
    list_names(cells, names);
    for (unsigned kind = 0; kind < 2; kind++) {
        unpack_row(counts_of(cells, kind), cells->count_bits, counts);
        unpack_row(who_of(cells, kind), cells->who_bits, who);
        for (unsigned line = 0; line < MEMORY_LINES; line++) {
            lines[line].n[kind] = counts[line];
            lines[line].who[kind] = names[who[line]];
            lines[line].n_atomics = 0;
        }
    }
}

int memory_cells_enlarge(struct memory_cells **cells, size_t *n_largest)
{
    struct memory_cells *larger;

    if ((*cells)->count_bits == MEMORY_CELLS_LARGEST) {
        return 0;
    }
    larger = new_cells(MEMORY_CELLS_LARGEST, LEAST_BITS);
    if (!larger) {
        return MEMTRACE_ERR_NOMEM;
    }
    memory_cells_get(*cells, (struct memory_count *)larger->data);
    free(*cells);
    *cells = larger;
    ++*n_largest;
    return 0;
}

/* The same numbers, with more bits. */
static int widen(struct memory_cells **cells, unsigned count_bits,
                 unsigned who_bits)
{
    const struct memory_cells *old = *cells;
    struct memory_cells *larger = new_cells(count_bits, who_bits);
    uint32_t several = most_threads(who_bits) + 1;

    if (!larger) {
        return MEMTRACE_ERR_NOMEM;
    }
    larger->n_threads = old->n_threads;
    memcpy(threads_of(larger), threads_of(old),
           old->n_threads * sizeof(uint32_t));
    for (unsigned i = 0; i < 2 * MEMORY_LINES; i++) {
        bool is_store = i >= MEMORY_LINES;
        unsigned line = i % MEMORY_LINES;
        uint32_t who = get(who_of(old, is_store), old->who_bits, line);

        who = who > most_threads(old->who_bits) ? several : who;
        put(who_of(larger, is_store), who_bits, line, who);
        put(counts_of(larger, is_store), count_bits, line,
            get(counts_of(old, is_store), old->count_bits, line));
    }
    free(*cells);
    *cells = larger;
    return 0;
}

/* The number of a thread in the list, 0 where there is no room for it. */
static uint32_t number_of(struct memory_cells *cells, uint32_t who)
{
    uint32_t *threads = threads_of(cells);
    uint32_t i = 0;

    if (who == MEMORY_SEVERAL) {
        return most_threads(cells->who_bits) + 1;
    }
    while (i < cells->n_threads && threads[i] != who) {
        i++;
    }
    if (i == cells->n_threads) {
        if (i == most_threads(cells->who_bits)) {
            return 0;
        }
        threads[i] = who;
        cells->n_threads++;
    }
    return i + 1;
}

static void mark(struct memory_cells *cells, bool is_store, unsigned line,
                 uint32_t number)
{
    uint8_t *row = who_of(cells, is_store);
    uint32_t before = get(row, cells->who_bits, line);

    if (before != number) {
        put(row, cells->who_bits, line,
            before == 0 ? number : most_threads(cells->who_bits) + 1);
    }
}

/* Only with enough bits. Return: whether these are. */
static bool add_small(struct memory_cells *cells,
                      const struct memory_cells_add *add, bool *lacks_threads)
{
    uint8_t *counts = counts_of(cells, add->is_store);
    uint64_t n = (uint64_t)get(counts, cells->count_bits, add->line) + add->n;
    uint32_t number = number_of(cells, add->who);

    *lacks_threads = number == 0;
    if (number == 0 || n >> cells->count_bits) {
        return false;
    }
    put(counts, cells->count_bits, add->line, (uint32_t)n);
    mark(cells, add->is_store, add->line, number);
    return true;
}

int memory_cells_add(struct memory_cells **cells,
                     const struct memory_cells_add *add, size_t *n_largest)
{
    bool lacks_threads;
    int error = 0;

    check(add->line < MEMORY_LINES && add->who != MEMORY_NOBODY,
          "somebody accesses a line of the page");
    while (error == 0) {
        struct memory_count *lines = memory_cells_lines(*cells);
        unsigned count_bits = (*cells)->count_bits;
        unsigned who_bits = (*cells)->who_bits;

        if (lines) {
            lines[add->line].n[add->is_store] += add->n;
            memory_mark(&lines[add->line], add->is_store, add->who);
            return 0;
        }
        if (add_small(*cells, add, &lacks_threads)) {
            return 0;
        }
        if (lacks_threads) {
            who_bits *= 2;
        } else {
            count_bits *= 2;
        }
        error = who_bits > MOST_WHO_BITS || count_bits > MOST_COUNT_BITS ||
                        (count_bits > MEMORY_BUSY_BITS &&
                         *n_largest < MOST_TO_BE_FAST)
                    ? memory_cells_enlarge(cells, n_largest)
                    : widen(cells, count_bits, who_bits);
    }
    return error;
}

void memory_add(struct memory_count *sum, const struct memory_count *count)
{
    sum->n_atomics += count->n_atomics;
    for (int k = 0; k < 2; k++) {
        sum->n[k] += count->n[k];
        if (count->who[k] != MEMORY_NOBODY) {
            memory_mark(sum, k, count->who[k]);
        }
    }
}

int memory_cells_merge(struct memory_cells **cells,
                       const struct memory_cells *others, size_t *n_largest)
{
    struct memory_count lines[MEMORY_LINES];
    struct memory_count *largest;
    int error = 0;

    memory_cells_get(others, lines);
    if (others->count_bits == MEMORY_CELLS_LARGEST) {
        error = memory_cells_enlarge(cells, n_largest);
    }
    largest = error == 0 ? memory_cells_lines(*cells) : NULL;
    for (unsigned i = 0; error == 0 && i < 2 * MEMORY_LINES; i++) {
        struct memory_cells_add add = {.line = i % MEMORY_LINES,
                                       .is_store = i >= MEMORY_LINES};

        if (largest) {
            break;
        }
        add.who = lines[add.line].who[add.is_store];
        add.n = (uint32_t)lines[add.line].n[add.is_store];
        if (add.who != MEMORY_NOBODY) {
            error = memory_cells_add(cells, &add, n_largest);
        }
    }
    for (unsigned line = 0; largest && line < MEMORY_LINES; line++) {
        memory_add(&largest[line], &lines[line]);
    }
    return error;
}
