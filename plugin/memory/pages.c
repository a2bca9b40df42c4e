/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pages.c - the map of writable pages.
 */
#include "pages.h"

#include <string.h>
#include <sys/mman.h>

#include "check.h"

#define MAP_BYTES ((uint64_t)1 << (PAGES_VADDR_BITS - PAGE_SHIFT))
#define BIG_CLEAR_BYTES (64u << 10) /* given back instead of overwritten */

uint8_t *pages_writable;

/*
 * What is true of each page, where not all writable ones count: its region,
 * and whether it is writable.  NULL: all count.  Writer: as of the other.
 */
#define WRITABLE 0x80u
static uint8_t *known;
static uint32_t selected;
static bool takes_read_only;

static uint8_t *reserve(void)
{
    void *map = mmap(NULL, MAP_BYTES, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return map == MAP_FAILED ? NULL : map;
}

int pages_init(void)
{
    pages_writable = reserve();
    return pages_writable == NULL ? -1 : 0;
}

int pages_select(uint32_t regions, bool read_only_too)
{
    check(pages_writable != NULL, "the map comes before the selection");
    known = reserve();
    selected = regions;
    takes_read_only = read_only_too;
    return known == NULL ? -1 : 0;
}

static uint64_t page_of(uint64_t vaddr)
{
    return (vaddr >> PAGE_SHIFT) & (MAP_BYTES - 1);
}

static void set_bytes(uint64_t first, uint64_t end, bool is_writable)
{
    uint64_t aligned = (first + PAGE_BYTES - 1) & -PAGE_BYTES;
    uint64_t aligned_end = end & -PAGE_BYTES;

    if (is_writable || end - first < BIG_CLEAR_BYTES) {
        memset(pages_writable + first, is_writable, end - first);
        return;
    }
    memset(pages_writable + first, 0, aligned - first);
    /* The kernel refuses that where the guest has locked all memory. */
    if (madvise(pages_writable + aligned, aligned_end - aligned,
                MADV_DONTNEED) != 0) {
        memset(pages_writable + aligned, 0, aligned_end - aligned);
    }
    memset(pages_writable + aligned_end, 0, end - aligned_end);
}

/* How many pages a range has; 0 where it is none. */
static uint64_t count_pages(uint64_t start, uint64_t size)
{
    uint64_t first = page_of(start);
    uint64_t n;

    if (size == 0 || size - 1 > UINT64_MAX - start) {
        return 0;
    }
    n = ((start + size - 1) >> PAGE_SHIFT) - (start >> PAGE_SHIFT) + 1;
    return n > MAP_BYTES - first ? MAP_BYTES - first : n;
}

static void set_known(uint64_t page, uint8_t value)
{
    bool counts = ((value & WRITABLE) != 0 || takes_read_only) &&
                  (selected >> (value & ~WRITABLE) & 1) != 0;

    /* A page of the map that nothing is written to takes no memory. */
    if (known[page] != value || pages_writable[page] != counts) {
        known[page] = value;
        pages_writable[page] = counts;
    }
}

void pages_set(uint64_t start, uint64_t size, bool is_writable)
{
    uint64_t first = page_of(start);
    uint64_t n = count_pages(start, size);

    if (known == NULL) {
        set_bytes(first, first + n, is_writable);
        return;
    }
    for (uint64_t i = first; i < first + n; i++) {
        set_known(i, (known[i] & ~WRITABLE) | (is_writable ? WRITABLE : 0));
    }
}

void pages_set_region(uint64_t start, uint64_t size,
                      enum selection_region region)
{
    uint64_t first = page_of(start);
    uint64_t n = known != NULL ? count_pages(start, size) : 0;

    for (uint64_t i = first; i < first + n; i++) {
        set_known(i, (known[i] & WRITABLE) | region);
    }
}

enum selection_region pages_region(uint64_t vaddr)
{
    return known != NULL ? known[page_of(vaddr)] & ~WRITABLE : SELECTION_MMAP;
}

bool pages_are_writable(uint64_t vaddr)
{
    return known != NULL ? (known[page_of(vaddr)] & WRITABLE) != 0
                         : pages_contain(vaddr);
}
