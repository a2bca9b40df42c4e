/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pages.h - the map of writable pages: to which pages accesses count at this
 * moment.  One byte a page, which the callback tests by one load and no lock.
 */
#ifndef PLUGIN_PAGES_H
#define PLUGIN_PAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "page_bytes.h"
#include "selection.h"

/*
 * 1 where accesses count.  It is a byte and not a bit, so that the test is one
 * comparison with memory.
 *
 * Writer: whoever holds guest_map_lock().  The callbacks read it without.
 */
extern __attribute__((visibility("hidden"))) struct page_bytes pages_counting;

/** pages_init() - reserve the map. Return: 0, or -1 with errno. */
int pages_init(void);

/**
 * pages_select() - only pages of some regions count
 * @regions: bits of enum selection_region
 * @read_only_too: pages that the guest may not write to count as well
 *
 * Called once, after pages_init() and before all others.
 *
 * Return: 0, or -1 with errno.
 */
int pages_select(uint32_t regions, bool read_only_too);

/**
 * pages_set_region() - what kind of memory pages are
 * @start, @size: in bytes; every page with a byte in the range is meant
 *
 * Does nothing unless pages_select() was called.  Where there is no memory for
 * the map the recording ends, and says so.
 */
void pages_set_region(uint64_t start, uint64_t size,
                      enum selection_region region);

/** pages_region() - Return: what was set, SELECTION_MMAP where nothing was. */
enum selection_region pages_region(uint64_t vaddr);

/** pages_are_writable() - may the guest write there? Also if no page counts. */
bool pages_are_writable(uint64_t vaddr);

/**
 * pages_set() - pages become writable, or cease to be
 * @start, @size: in bytes; every page with a byte in the range is meant
 *
 * Where there is no memory for the map the recording ends, and says so.
 */
void pages_set(uint64_t start, uint64_t size, bool is_writable);

/** pages_contain() - do accesses to the byte at @vaddr count? */
static inline bool pages_contain(uint64_t vaddr)
{
    return page_bytes_get(&pages_counting, page_number(vaddr)) != 0;
}

/** pages_are_flat() - is pages_contain_flat() allowed? The answer stays. */
static inline bool pages_are_flat(void)
{
    return pages_counting.flat != NULL;
}

/** pages_contain_flat() - as pages_contain(), by one load and no branch. */
static inline bool pages_contain_flat(uint64_t vaddr)
{
    return pages_counting.flat[page_number(vaddr)] != 0;
}

#endif /* PLUGIN_PAGES_H */
