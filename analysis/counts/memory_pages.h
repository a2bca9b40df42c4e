/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory_pages.h - the pages of memory that were accessed, by which memory they
 * are.
 */
#ifndef MEMORY_PAGES_H
#define MEMORY_PAGES_H

#include "memory_cells.h"
#include "memory_place.h"
#include "symbols.h"
#include "variable_table.h"

/**
 * struct memory_page_variables - those that begin or go on in a page
 * @part: of the page's file
 * @first, @end: their numbers in variable_table.list
 * @counts: of each; an access counts for the variable that it starts in
 */
struct memory_page_variables {
    const struct variable_part *part;
    size_t first;
    size_t end;
    struct memory_count counts[];
};

/**
 * struct memory_page - a page that is one memory, whoever has it
 * @object, @offset: which memory (memory_map.h); of the page's first byte
 * @vaddr: where that was, in a process and at a time; the lowest process and
 *         address
 * @pid: that process
 * @time: that time, in ticks
 * @windows: bit I: it was accessed in the Ith part of the time
 * @cells: an access counts for the line that it starts in; whose bytes it also
 *         touches knows who it was
 * @variables: or NULL
 * @mapping: of private memory that of struct symbols_part; UINT32_MAX where
 *           nothing is known
 * @part_offset: where in the page that part begins
 * @is_of_several: more than one process accessed it
 * @is_guess: nothing was at @vaddr at that time, but before or after
 */
struct memory_page {
    uint64_t object;
    uint64_t offset;
    uint64_t vaddr;
    uint64_t time;
    uint64_t windows;
    struct memory_cells *cells;
    struct memory_page_variables *variables;
    uint32_t mapping;
    uint32_t pid;
    uint16_t part_offset;
    bool is_of_several;
    bool is_guess;
};

/**
 * struct memory_pages - a hash table of them; all 0 is an empty one
 * @n_largest: for memory_cells.h
 */
struct memory_pages {
    struct memory_page **table; /* n_table, a power of 2 */
    size_t n_table;
    size_t n;
    struct memory_chunk *chunks; /* in which they live */
    size_t n_largest;
};

void memory_pages_close(struct memory_pages *pages);

/**
 * memory_pages_get() - the page of that memory, made if need be
 * @like: its object, offset and mapping tell which; it is made like this, with
 *        cells of its own
 * @is_new: set
 *
 * Return: it, valid till the close; NULL out of memory.
 */
struct memory_page *memory_pages_get(struct memory_pages *pages,
                                     const struct memory_page *like,
                                     bool *is_new);

/** memory_page_hash() - of which memory it is: good from bit 20 on. */
uint64_t memory_page_hash(const struct memory_page *page);

/** memory_pages_find() - Return: the page of that memory, or NULL. */
struct memory_page *memory_pages_find(const struct memory_pages *pages,
                                      const struct memory_page *like);

#define MEMORY_PAGES_STEPS 3

/**
 * memory_pages_prefetch() - ask for the memory of a page that will be needed
 * @step: from 0, below MEMORY_PAGES_STEPS: what is found in one is asked for in
 *        the next
 */
void memory_pages_prefetch(const struct memory_pages *pages,
                           const struct memory_page *like, unsigned step);

/** memory_page_seen() - it was seen at another place, too. */
void memory_page_seen(struct memory_page *page,
                      const struct memory_page *other);

/**
 * memory_pages_put() - add what a page has
 * @page: of other pages; only to be closed from now on
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int memory_pages_put(struct memory_pages *pages, struct memory_page *page);

/** memory_pages_merge() - add those of others. Return: as above. */
int memory_pages_merge(struct memory_pages *pages, struct memory_pages *others);

/** memory_pages_list() - all into @list, which has room. Return: how many. */
size_t memory_pages_list(const struct memory_pages *pages,
                         struct memory_page **list);

/** memory_pages_sort() - by process, address and which memory it is. */
void memory_pages_sort(struct memory_page **list, size_t n);

#endif /* MEMORY_PAGES_H */
