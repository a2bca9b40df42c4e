/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pages.c - the map of writable pages.
 */
#include "pages.h"

#include <string.h>
#include <sys/mman.h>

#define MAP_BYTES ((uint64_t)1 << (PAGES_VADDR_BITS - PAGE_SHIFT))
#define BIG_CLEAR_BYTES (64u << 10) /* given back instead of overwritten */

uint8_t *pages_writable;

int pages_init(void)
{
    void *map = mmap(NULL, MAP_BYTES, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (map == MAP_FAILED) {
        return -1;
    }
    pages_writable = map;
    return 0;
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
    madvise(pages_writable + aligned, aligned_end - aligned, MADV_DONTNEED);
    memset(pages_writable + aligned_end, 0, end - aligned_end);
}

void pages_set(uint64_t start, uint64_t size, bool is_writable)
{
    uint64_t first = (start >> PAGE_SHIFT) & (MAP_BYTES - 1);
    uint64_t n;

    if (size == 0 || size - 1 > UINT64_MAX - start) {
        return;
    }
    n = ((start + size - 1) >> PAGE_SHIFT) - (start >> PAGE_SHIFT) + 1;
    if (n > MAP_BYTES - first) {
        n = MAP_BYTES - first;
    }
    set_bytes(first, first + n, is_writable);
}
