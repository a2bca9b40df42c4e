/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_bytes.c - a byte for each page of the address space.
 */
#include "page_bytes.h"

#include <string.h>
#include <sys/mman.h>

/* What becomes writable at once: the bytes of 8 GiB of address space. */
#define PART_BITS 21
#define PART_N ((uint64_t)1 << PART_BITS)
#define N_PARTS (PAGES_N / PART_N)

#define N_LEAVES (PAGES_N / PAGE_LEAF_N)

#define BIG_CLEAR_BYTES (64u << 10) /* given back instead of overwritten */

static void *reserve(uint64_t size, int prot)
{
    void *map = mmap(NULL, size, prot,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return map == MAP_FAILED ? NULL : map;
}

int page_bytes_init(struct page_bytes *bytes)
{
    *bytes = (struct page_bytes){
        .flat = reserve(PAGES_N, PROT_READ),
        .writable = reserve(N_PARTS / 8, PROT_READ | PROT_WRITE),
    };
    if (bytes->flat != NULL && bytes->writable != NULL) {
        return 0;
    }
    if (bytes->flat != NULL) {
        munmap(bytes->flat, PAGES_N);
    }
    *bytes = (struct page_bytes){
        .leaves =
            reserve(N_LEAVES * sizeof(*bytes->leaves), PROT_READ | PROT_WRITE),
    };
    return bytes->leaves != NULL ? 0 : -1;
}

/* Give whole pages of bytes back to the kernel, clear the others. */
static void clear(uint8_t *from, uint64_t n)
{
    uint8_t *aligned;
    uint64_t n_aligned;
    uint64_t head;

    if (n < BIG_CLEAR_BYTES) {
        memset(from, 0, n);
        return;
    }
    head = -(uint64_t)(uintptr_t)from & (PAGE_BYTES - 1);
    aligned = from + head;
    n_aligned = (n - head) & -PAGE_BYTES;
    memset(from, 0, head);
    /* The kernel refuses that where the guest has locked all memory. */
    if (madvise(aligned, n_aligned, MADV_DONTNEED) != 0) {
        memset(aligned, 0, n_aligned);
    }
    memset(aligned + n_aligned, 0, n - head - n_aligned);
}

static bool part_is_writable(const struct page_bytes *bytes, uint64_t part)
{
    return bytes->writable[part / 64] >> (part % 64) & 1;
}

/* Of one part. */
static int set_in_part(struct page_bytes *bytes, uint64_t first, uint64_t end,
                       uint8_t value)
{
    uint64_t part = first >> PART_BITS;

    if (!part_is_writable(bytes, part)) {
        if (value == 0) {
            return 0;
        }
        if (mprotect(bytes->flat + (part << PART_BITS), PART_N,
                     PROT_READ | PROT_WRITE) != 0) {
            return -1;
        }
        bytes->writable[part / 64] |= (uint64_t)1 << (part % 64);
    }
    if (end - first == 1 && bytes->flat[first] == value) {
        return 0; /* a page that nothing is written to takes no memory */
    }
    if (value == 0) {
        clear(bytes->flat + first, end - first);
    } else {
        memset(bytes->flat + first, value, end - first);
    }
    return 0;
}

/* Of one leaf. */
static int set_in_leaf(struct page_bytes *bytes, uint64_t first, uint64_t end,
                       uint8_t value)
{
    uint8_t **place = &bytes->leaves[first >> PAGE_LEAF_BITS];
    uint8_t *leaf = *place;

    if (leaf == NULL) {
        if (value == 0) {
            return 0;
        }
        leaf = reserve(PAGE_LEAF_N, PROT_READ | PROT_WRITE);
        if (leaf == NULL) {
            return -1;
        }
        __atomic_store_n(place, leaf, __ATOMIC_RELEASE);
    }
    memset(leaf + (first & (PAGE_LEAF_N - 1)), value, end - first);
    return 0;
}

int page_bytes_set(struct page_bytes *bytes, uint64_t first, uint64_t end,
                   uint8_t value)
{
    uint64_t step = bytes->flat != NULL ? PART_N : PAGE_LEAF_N;

    while (first < end) {
        uint64_t next = (first | (step - 1)) + 1;
        uint64_t to = next < end ? next : end;
        int error = bytes->flat != NULL ? set_in_part(bytes, first, to, value)
                                        : set_in_leaf(bytes, first, to, value);

        if (error != 0) {
            return error;
        }
        first = to;
    }
    return 0;
}
