/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * digest.h - what who looks for races wants to know of a block without
 * decoding it: the pages that its accesses touch, what atomic instructions
 * touch, where the thread seems to have waited, and a list of the accesses to
 * some of the pages.
 *
 * The recorder has it made while the accesses are at hand, and the encoder
 * puts it into the block; see memtrace.data(5).
 */
#ifndef MEMTRACE_DIGEST_H
#define MEMTRACE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "memtrace.h"

/* A page of a digest has so many bytes, as a power of 2. */
#define MEMTRACE_DIGEST_PAGE_BITS 10

/* struct memtrace_digest_page.flags */
#define MEMTRACE_DIGEST_STORED 1 /* one of the accesses is a store */
#define MEMTRACE_DIGEST_LISTED 2 /* all accesses to it are in the list */

struct memtrace_digest_page {
    uint64_t number; /* its address, shifted */
    uint32_t flags;
};

/* What an atomic instruction accessed. */
struct memtrace_digest_atomic {
    uint64_t vaddr;
    uint16_t size;
};

/**
 * struct memtrace_digest_wait - the same loads, over and over
 * @n_loads: how many, at most UINT32_MAX; where the thread had waited there
 *           before and came back, no fewer than the time before
 * @start_time: stamp of the first, @before_time of the last but one,
 *              @last_time of the last one
 * @end_time: a stamp behind the last one; UINT64_MAX: none in the block
 */
struct memtrace_digest_wait {
    uint64_t vaddr;
    uint32_t insn;
    uint32_t n_loads;
    uint16_t size;
    uint64_t start_time, before_time, last_time, end_time;
};

/**
 * struct memtrace_digest - all zero is one of nothing
 * @pages, @atomics: in any order
 * @waits: where @has_waits, all; else those on pages that are listed
 * @listed: @n_listed accesses in their order: all to pages that are listed, and
 *          of each stamp that applies to one of these the first and the last;
 *          of the stamp before the last, of the two behind it the first two; of
 *          the first stamp behind an event and the two behind that one the
 *          first two; those of the block's first three stamps, and its last one
 * @listed_at: accesses of the block before each of these
 */
struct memtrace_digest {
    struct memtrace_digest_page *pages;
    size_t n_pages, room_pages;
    struct memtrace_digest_atomic *atomics;
    size_t n_atomics, room_atomics;
    struct memtrace_digest_wait *waits;
    size_t n_waits, room_waits;
    bool has_waits;
    struct memtrace_access *listed;
    uint32_t *listed_at;
    size_t n_listed, room_listed, room_listed_at;
};

/**
 * struct memtrace_run - accesses of a block, one after another, of one stamp
 * @vaddrs, @tags: @n of them, see writer.h; valid till the block is finished
 * @at: accesses of the block before them
 * @time: their stamp
 * @is_behind_event: an event stands between the first one and the access before
 */
struct memtrace_run {
    const uint64_t *vaddrs;
    const uint32_t *tags;
    size_t n;
    uint32_t at;
    uint64_t time;
    bool is_behind_event;
};

/**
 * struct memtrace_digester - who makes digests, while blocks are encoded
 * @shared: of all encoders
 * @open: the state of one encoder, on its thread; NULL: out of memory
 * @begin: a block begins; its facts as for memtrace_encoder_begin()
 * @see: its accesses, in their order
 * @finish: the block's digest, valid till the next begin; NULL: out of memory
 * @close: the state is not needed any more
 */
struct memtrace_digester {
    void *shared;
    void *(*open)(void *shared);
    void (*begin)(void *state, uint32_t thread, uint64_t first, uint64_t time);
    void (*see)(void *state, const struct memtrace_run *run);
    const struct memtrace_digest *(*finish)(void *state);
    void (*close)(void *state);
};

/**
 * memtrace_digest_read() - the digest of a block
 * @block: below summary.n_blocks
 * @has_listed: with its list of accesses; without it n_listed is 0
 * @digest: what it had is replaced, by nothing where there is none or this
 *          fails; to be freed in any case
 *
 * A block whose digest is not right counts as damaged.  Thread safe.
 *
 * Return: 1; 0 where the block has none; or CORRUPT, CHECKSUM, IO, NOMEM, or
 * TRUNCATED where the file has become shorter.
 */
int memtrace_digest_read(const struct memtrace_reader *reader, uint64_t block,
                         bool has_listed, struct memtrace_digest *digest);

/** memtrace_digest_clear() - nothing is in it, but what it has room for. */
void memtrace_digest_clear(struct memtrace_digest *digest);

void memtrace_digest_free(struct memtrace_digest *digest);

#endif /* MEMTRACE_DIGEST_H */
