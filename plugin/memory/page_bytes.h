/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_bytes.h - a byte for each page of the address space, all 0 at first.
 *
 * The bytes are one array of 32 GiB where the kernel reserves that much.  It is
 * reserved to be read, which no limit on committed memory counts, and parts of
 * it become writable when they are first written to.  Where the address space
 * is limited (RLIMIT_AS) they are a table of two levels instead.
 *
 * Writer: one thread at a time.  Any number of threads read meanwhile, without
 * a lock.  A fork copies it.
 */
#ifndef PLUGIN_PAGE_BYTES_H
#define PLUGIN_PAGE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_SHIFT 12
#define PAGE_BYTES ((uint64_t)1 << PAGE_SHIFT)

/*
 * Higher addresses use the byte of the address without its upper bits, so that
 * no address reads outside.
 */
#define PAGES_VADDR_BITS 47
#define PAGES_N ((uint64_t)1 << (PAGES_VADDR_BITS - PAGE_SHIFT))

#define PAGE_LEAF_BITS 17 /* pages of a leaf: 512 MiB */
#define PAGE_LEAF_N ((uint64_t)1 << PAGE_LEAF_BITS)

/**
 * struct page_bytes - the bytes
 * @flat: PAGES_N of them, or NULL
 * @writable: where @flat is set, a bit for each of its parts
 * @leaves: else, PAGES_N / PAGE_LEAF_N pointers; NULL where all are 0
 */
struct page_bytes {
    uint8_t *flat;
    uint64_t *writable;
    uint8_t **leaves;
};

/** page_bytes_init() - reserve them. Return: 0, or -1 with errno. */
int page_bytes_init(struct page_bytes *bytes);

/** page_bytes_are_there() - was page_bytes_init() called? */
static inline bool page_bytes_are_there(const struct page_bytes *bytes)
{
    return bytes->flat != NULL || bytes->leaves != NULL;
}

/**
 * page_bytes_set() - the bytes of some pages
 * @first, @end: numbers of pages up to PAGES_N; @end is not set
 *
 * Of value 0 it takes no memory, and gives some back.
 *
 * Return: 0, or -1 with errno: some may be set.
 */
int page_bytes_set(struct page_bytes *bytes, uint64_t first, uint64_t end,
                   uint8_t value);

/** page_number() - Return: the number of an address's page. */
static inline uint64_t page_number(uint64_t vaddr)
{
    return vaddr << (64 - PAGES_VADDR_BITS) >>
           (64 - PAGES_VADDR_BITS + PAGE_SHIFT);
}

/** page_bytes_get() - Return: the byte of a page. */
static inline uint8_t page_bytes_get(const struct page_bytes *bytes,
                                     uint64_t page)
{
    const uint8_t *leaf;

    if (bytes->flat != NULL) {
        return bytes->flat[page];
    }
    leaf = __atomic_load_n(&bytes->leaves[page >> PAGE_LEAF_BITS],
                           __ATOMIC_ACQUIRE);
    return leaf != NULL ? leaf[page & (PAGE_LEAF_N - 1)] : 0;
}

#endif /* PLUGIN_PAGE_BYTES_H */
