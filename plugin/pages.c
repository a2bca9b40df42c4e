/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pages.c - the map of writable pages.
 */
#include "pages.h"

#include <string.h>
#include <sys/mman.h>

#define MAP_BYTES ((uint64_t)1 << 32)
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

/* Whole bytes of the map. */
static void set_bytes(uint64_t first, uint64_t end, bool is_writable)
{
    uint64_t aligned = (first + PAGE_BYTES - 1) & -PAGE_BYTES;
    uint64_t aligned_end = end & -PAGE_BYTES;

    if (is_writable || end - first < BIG_CLEAR_BYTES) {
        memset(pages_writable + first, is_writable ? 0xff : 0, end - first);
        return;
    }
    memset(pages_writable + first, 0, aligned - first);
    madvise(pages_writable + aligned, aligned_end - aligned, MADV_DONTNEED);
    memset(pages_writable + aligned_end, 0, end - aligned_end);
}

static void set_bit(uint64_t page, bool is_writable)
{
    uint8_t *byte = &pages_writable[(uint32_t)(page >> 3)];
    uint8_t bit = 1u << (page & 7);

    *byte = is_writable ? *byte | bit : *byte & ~bit;
}

void pages_set(uint64_t start, uint64_t size, bool is_writable)
{
    uint64_t page = start >> PAGE_SHIFT;
    uint64_t end;

    if (size == 0 || size - 1 > UINT64_MAX - start) {
        return;
    }
    end = ((start + size - 1) >> PAGE_SHIFT) + 1;
    for (; page < end && page % 8 != 0; page++) {
        set_bit(page, is_writable);
    }
    if (end - page >= 8) {
        uint64_t first = (uint32_t)(page >> 3);
        uint64_t n = (end - page) / 8;

        if (n > MAP_BYTES - first) {
            n = MAP_BYTES - first;
        }
        set_bytes(first, first + n, is_writable);
        page += (end - page) / 8 * 8;
    }
    for (; page < end; page++) {
        set_bit(page, is_writable);
    }
}
