/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * digest_helpers.h - a digester that gives what a test has made and keeps what
 * it was shown, for the tests of digests.
 */
#ifndef DIGEST_HELPERS_H
#define DIGEST_HELPERS_H

#include "digest.h"
#include "trace_helpers.h"

/* What begin() was told, and where the block's accesses are in seen. */
struct shown_block {
    uint32_t thread;
    uint64_t first;
    uint64_t time;
    size_t seen;
};

struct shown_access {
    uint64_t vaddr;
    uint32_t tag;
    uint64_t time;
};

/* Arrays that a run had, which last till the block is finished. */
struct shown_run {
    const uint64_t *vaddrs;
    const uint32_t *tags;
    size_t n;
    size_t seen;
};

struct fake_digester {
    const struct memtrace_digest *digests; /* of the blocks, in turn */
    size_t n_digests;
    size_t n_finished;
    struct shown_block *blocks;
    size_t n_blocks;
    struct shown_access *seen;
    size_t n_seen, room_seen;
    struct shown_run *runs; /* of this block */
    size_t n_runs;
    unsigned n_open;
};

static inline void *fake_open(void *shared)
{
    struct fake_digester *fake = shared;

    fake->n_open++;
    return fake;
}

static inline void fake_close(void *state)
{
    struct fake_digester *fake = state;

    fake->n_open--;
}

static inline void fake_begin(void *state, uint32_t thread, uint64_t first,
                              uint64_t time)
{
    struct fake_digester *fake = state;

    fake->blocks =
        reallocarray(fake->blocks, fake->n_blocks + 1, sizeof(*fake->blocks));
    assert_non_null(fake->blocks);
    fake->blocks[fake->n_blocks++] =
        (struct shown_block){thread, first, time, fake->n_seen};
    fake->n_runs = 0;
}

static inline void fake_keep_run(struct fake_digester *fake,
                                 const struct memtrace_run *run)
{
    if ((fake->n_runs & (fake->n_runs - 1)) == 0) {
        size_t room = fake->n_runs ? 2 * fake->n_runs : 1;

        fake->runs = reallocarray(fake->runs, room, sizeof(*fake->runs));
        assert_non_null(fake->runs);
    }
    fake->runs[fake->n_runs++] =
        (struct shown_run){run->vaddrs, run->tags, run->n, fake->n_seen};
}

static inline void fake_see(void *state, const struct memtrace_run *run)
{
    struct fake_digester *fake = state;

    assert_true(run->n > 0);
    assert_true(fake->n_blocks > 0);
    /* One run begins where the one before ended. */
    assert_int_equal(run->at,
                     fake->n_seen - fake->blocks[fake->n_blocks - 1].seen);
    fake_keep_run(fake, run);
    if (fake->n_seen + run->n > fake->room_seen) {
        fake->room_seen = 2 * (fake->n_seen + run->n);
        fake->seen =
            reallocarray(fake->seen, fake->room_seen, sizeof(*fake->seen));
        assert_non_null(fake->seen);
    }
    for (size_t i = 0; i < run->n; i++) {
        fake->seen[fake->n_seen++] =
            (struct shown_access){run->vaddrs[i], run->tags[i], run->time};
    }
}

static inline const struct memtrace_digest *fake_finish(void *state)
{
    static const struct memtrace_digest none;
    struct fake_digester *fake = state;

    for (size_t i = 0; i < fake->n_runs; i++) {
        const struct shown_run *run = &fake->runs[i];

        for (size_t k = 0; k < run->n; k++) {
            const struct shown_access *seen = &fake->seen[run->seen + k];

            assert_true(run->vaddrs[k] == seen->vaddr);
            assert_true(run->tags[k] == seen->tag);
        }
    }
    return fake->n_finished < fake->n_digests
               ? &fake->digests[fake->n_finished++]
               : &none;
}

static inline struct memtrace_digester fake_digester(struct fake_digester *fake)
{
    return (struct memtrace_digester){
        .shared = fake,
        .open = fake_open,
        .begin = fake_begin,
        .see = fake_see,
        .finish = fake_finish,
        .close = fake_close,
    };
}

static inline void fake_free(struct fake_digester *fake)
{
    assert_int_equal(fake->n_open, 0);
    free(fake->blocks);
    free(fake->seen);
    free(fake->runs);
}

static inline void same_listed(const struct memtrace_digest *got,
                               const struct memtrace_digest *want)
{
    assert_int_equal(got->n_listed, want->n_listed);
    for (size_t i = 0; i < want->n_listed; i++) {
        const struct memtrace_access *a = &got->listed[i];
        const struct memtrace_access *b = &want->listed[i];

        assert_int_equal(got->listed_at[i], want->listed_at[i]);
        assert_int_equal(a->vaddr, b->vaddr);
        assert_int_equal(a->time, b->time);
        assert_int_equal(a->insn, b->insn);
        assert_int_equal(a->size, b->size);
        assert_int_equal(a->flags, b->flags);
    }
}

static inline void same_wait(const struct memtrace_digest_wait *got,
                             const struct memtrace_digest_wait *want)
{
    assert_int_equal(got->vaddr, want->vaddr);
    assert_int_equal(got->insn, want->insn);
    assert_int_equal(got->n_loads, want->n_loads);
    assert_int_equal(got->size, want->size);
    assert_int_equal(got->start_time, want->start_time);
    assert_int_equal(got->before_time, want->before_time);
    assert_int_equal(got->last_time, want->last_time);
    assert_int_equal(got->end_time, want->end_time);
}

static inline void same_digest(const struct memtrace_digest *got,
                               const struct memtrace_digest *want,
                               bool has_listed)
{
    assert_int_equal(got->has_waits, want->has_waits);
    assert_int_equal(got->n_pages, want->n_pages);
    for (size_t i = 0; i < want->n_pages; i++) {
        assert_int_equal(got->pages[i].number, want->pages[i].number);
        assert_int_equal(got->pages[i].flags, want->pages[i].flags);
    }
    assert_int_equal(got->n_atomics, want->n_atomics);
    for (size_t i = 0; i < want->n_atomics; i++) {
        assert_int_equal(got->atomics[i].vaddr, want->atomics[i].vaddr);
        assert_int_equal(got->atomics[i].size, want->atomics[i].size);
    }
    assert_int_equal(got->n_waits, want->n_waits);
    for (size_t i = 0; i < want->n_waits; i++) {
        same_wait(&got->waits[i], &want->waits[i]);
    }
    if (has_listed) {
        same_listed(got, want);
    } else {
        assert_int_equal(got->n_listed, 0);
    }
}

#endif /* DIGEST_HELPERS_H */
