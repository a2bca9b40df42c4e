/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pages.c - the map of writable pages.
 */
#include "pages.h"

#include "check.h"
#include "plugin_recording.h"

struct page_bytes pages_counting;

/*
 * What is true of each page, where not all writable ones count: its region,
 * and whether it is writable.  Not there: all count.  Writer: as of the other.
 */
#define WRITABLE 0x80u
static struct page_bytes known;
static uint32_t selected;
static bool takes_read_only;

int pages_init(void)
{
    return page_bytes_init(&pages_counting);
}

int pages_select(uint32_t regions, bool read_only_too)
{
    check(page_bytes_are_there(&pages_counting),
          "the map comes before the selection");
    selected = regions;
    takes_read_only = read_only_too;
    return page_bytes_init(&known);
}

/* How many pages a range has; 0 where it is none. */
static uint64_t count_pages(uint64_t start, uint64_t size)
{
    uint64_t first = page_number(start);
    uint64_t n;

    if (size == 0 || size - 1 > UINT64_MAX - start) {
        return 0;
    }
    n = ((start + size - 1) >> PAGE_SHIFT) - (start >> PAGE_SHIFT) + 1;
    return n > PAGES_N - first ? PAGES_N - first : n;
}

static void set_bytes(struct page_bytes *bytes, uint64_t first, uint64_t end,
                      uint8_t value)
{
    if (page_bytes_set(bytes, first, end, value) != 0) {
        plugin_recording_stop(CHANNEL_STOP_MEMORY, 0);
    }
}

static void set_known(uint64_t page, uint8_t value)
{
    bool counts = ((value & WRITABLE) != 0 || takes_read_only) &&
                  (selected >> (value & ~WRITABLE) & 1) != 0;

    set_bytes(&known, page, page + 1, value);
    set_bytes(&pages_counting, page, page + 1, counts);
}

void pages_set(uint64_t start, uint64_t size, bool is_writable)
{
    uint64_t first = page_number(start);
    uint64_t n = count_pages(start, size);

    if (!page_bytes_are_there(&known)) {
        set_bytes(&pages_counting, first, first + n, is_writable);
        return;
    }
    for (uint64_t i = first; i < first + n; i++) {
        set_known(i, (page_bytes_get(&known, i) & ~WRITABLE) |
                         (is_writable ? WRITABLE : 0));
    }
}

void pages_set_region(uint64_t start, uint64_t size,
                      enum selection_region region)
{
    bool is_used = page_bytes_are_there(&known);
    uint64_t first = page_number(start);
    uint64_t n = is_used ? count_pages(start, size) : 0;

    for (uint64_t i = first; i < first + n; i++) {
        set_known(i, (page_bytes_get(&known, i) & WRITABLE) | region);
    }
}

enum selection_region pages_region(uint64_t vaddr)
{
    return page_bytes_are_there(&known)
               ? page_bytes_get(&known, page_number(vaddr)) & ~WRITABLE
               : SELECTION_MMAP;
}

bool pages_are_writable(uint64_t vaddr)
{
    return page_bytes_are_there(&known)
               ? (page_bytes_get(&known, page_number(vaddr)) & WRITABLE) != 0
               : pages_contain(vaddr);
}
