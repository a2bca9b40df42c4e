/* SPDX-License-Identifier: GPL-2.0-or-later */
/* digest_bytes.c - digests to bytes and back; see digest_bytes.h. */
#include "digest_bytes.h"

#include "array.h"

/* The digest's flags. */
#define HAS_WAITS 1

/* A page's flags. */
#define FLAG_BITS 2
#define FLAGS (MEMTRACE_DIGEST_STORED | MEMTRACE_DIGEST_LISTED)

/* An element of each list takes no more bytes than this. */
#define WAIT_NUMBERS 8
#define ELEMENT_MAX (WAIT_NUMBERS * VARINT_MAX)

/* An access is in no more pages, also where it and an atomic's end wrap. */
#define PAGES_MAX 4

static uint8_t *put_wait(uint8_t *p, const struct memtrace_digest_wait *wait,
                         uint64_t vaddr, uint64_t start_time)
{
    p = put_varint(p, zigzag(wait->vaddr - vaddr));
    p = put_varint(p, wait->insn);
    p = put_varint(p, wait->size);
    p = put_varint(p, wait->n_loads);
    p = put_varint(p, zigzag(wait->start_time - start_time));
    p = put_varint(p, zigzag(wait->before_time - wait->start_time));
    p = put_varint(p, zigzag(wait->last_time - wait->before_time));
    return put_varint(p, wait->end_time == UINT64_MAX
                             ? 0
                             : wait->end_time - wait->last_time + 1);
}

int digest_put(const struct memtrace_digest *digest, uint64_t start_time,
               struct buffer *out)
{
    size_t n = digest->n_pages + digest->n_atomics + digest->n_waits + 2;
    uint64_t before = 0;
    uint8_t *p;

    out->used = 0;
    if (buffer_reserve(out, n * ELEMENT_MAX) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    p = out->data;
    p = put_varint(p, digest->has_waits ? HAS_WAITS : 0);
    p = put_varint(p, digest->n_listed);
    p = put_varint(p, digest->n_pages);
    for (size_t i = 0; i < digest->n_pages; i++) {
        const struct memtrace_digest_page *page = &digest->pages[i];

        p = put_varint(p, zigzag(page->number - before) << FLAG_BITS |
                              (page->flags & FLAGS));
        before = page->number;
    }
    before = 0;
    p = put_varint(p, digest->n_atomics);
    for (size_t i = 0; i < digest->n_atomics; i++) {
        p = put_varint(p, zigzag(digest->atomics[i].vaddr - before));
        p = put_varint(p, digest->atomics[i].size);
        before = digest->atomics[i].vaddr;
    }
    before = 0;
    p = put_varint(p, digest->n_waits);
    for (size_t i = 0; i < digest->n_waits; i++) {
        p = put_wait(p, &digest->waits[i], before, start_time);
        before = digest->waits[i].vaddr;
    }
    out->used = (size_t)(p - out->data);
    return 0;
}

/*
 * How many elements a list has: at most most, each of which takes least bytes
 * or more.  Return: 0, or CORRUPT.
 */
static int get_count(struct bytes_in *in, uint64_t most, size_t least,
                     size_t *n)
{
    uint64_t count = get_varint(in);

    *n = 0;
    if (in->is_bad || count > most || count > bytes_left(in) / least) {
        return MEMTRACE_ERR_CORRUPT;
    }
    *n = (size_t)count;
    return 0;
}

static int reserved(int error)
{
    return error < 0 ? MEMTRACE_ERR_NOMEM : 0;
}

static int get_pages(struct bytes_in *in, uint32_t n_accesses,
                     struct memtrace_digest *digest)
{
    uint64_t number = 0;
    int error =
        get_count(in, (uint64_t)PAGES_MAX * n_accesses, 1, &digest->n_pages);

    if (!error) {
        error = reserved(
            array_reserve(digest->pages, digest->room_pages, digest->n_pages));
    }
    for (size_t i = 0; i < digest->n_pages && !error; i++) {
        uint64_t v = get_varint(in);

        number += unzigzag(v >> FLAG_BITS);
        digest->pages[i] = (struct memtrace_digest_page){
            .number = number,
            .flags = v & FLAGS,
        };
    }
    return error;
}

static int get_atomics(struct bytes_in *in, uint32_t n_accesses,
                       struct memtrace_digest *digest)
{
    uint64_t vaddr = 0;
    int error = get_count(in, n_accesses, 2, &digest->n_atomics);

    if (!error) {
        error = reserved(array_reserve(digest->atomics, digest->room_atomics,
                                       digest->n_atomics));
    }
    for (size_t i = 0; i < digest->n_atomics && !error; i++) {
        vaddr += unzigzag(get_varint(in));
        digest->atomics[i].vaddr = vaddr;
        digest->atomics[i].size = (uint16_t)get_varint(in);
    }
    return error;
}

static void get_wait(struct bytes_in *in, struct memtrace_digest_wait *wait,
                     uint64_t vaddr, uint64_t start_time)
{
    uint64_t end;

    wait->vaddr = vaddr + unzigzag(get_varint(in));
    wait->insn = (uint32_t)get_varint(in);
    wait->size = (uint16_t)get_varint(in);
    wait->n_loads = (uint32_t)get_varint(in);
    wait->start_time = start_time + unzigzag(get_varint(in));
    wait->before_time = wait->start_time + unzigzag(get_varint(in));
    wait->last_time = wait->before_time + unzigzag(get_varint(in));
    end = get_varint(in);
    wait->end_time = end ? wait->last_time + end - 1 : UINT64_MAX;
}

static int get_waits(struct bytes_in *in, const struct access_head *head,
                     struct memtrace_digest *digest)
{
    uint64_t vaddr = 0;
    int error = get_count(in, head->n_accesses, WAIT_NUMBERS, &digest->n_waits);

    if (!error) {
        error = reserved(
            array_reserve(digest->waits, digest->room_waits, digest->n_waits));
    }
    for (size_t i = 0; i < digest->n_waits && !error; i++) {
        get_wait(in, &digest->waits[i], vaddr, head->start_time);
        vaddr = digest->waits[i].vaddr;
    }
    return error;
}

int digest_get(struct bytes_in *in, const struct access_head *head,
               struct memtrace_digest *digest)
{
    uint32_t n_accesses = (uint32_t)head->n_accesses;
    uint64_t n_listed;
    int error;

    digest->has_waits = get_varint(in) & HAS_WAITS;
    n_listed = get_varint(in);
    if (n_listed > n_accesses) {
        return MEMTRACE_ERR_CORRUPT;
    }
    digest->n_listed = (size_t)n_listed;
    error = get_pages(in, n_accesses, digest);
    if (!error) {
        error = get_atomics(in, n_accesses, digest);
    }
    if (!error) {
        error = get_waits(in, head, digest);
    }
    return !error && in->is_bad ? MEMTRACE_ERR_CORRUPT : error;
}
