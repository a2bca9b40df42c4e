/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * feed_reference.h - holds what a feed hands over against the plain stream of
 * each thread: nothing is missing that could race.
 */
#ifndef FEED_REFERENCE_H
#define FEED_REFERENCE_H

#include "feed_traces.h"

/* How each page is used, by the test's own account of the trace. */
struct page {
    uint64_t threads[(MOST_THREADS + 63) / 64];
    bool is_stored;
    bool is_sync;
};

struct reference {
    struct page pages[N_PAGES];
};

static inline void refer_touch(struct reference *r, uint32_t thread,
                               uint64_t vaddr, uint64_t size, bool is_store,
                               bool is_sync)
{
    for (uint64_t at = vaddr; at < vaddr + size; at++) {
        struct page *page = &r->pages[(at - PAGES) / RACE_PAGE_BYTES];

        assert_true(at >= PAGES && at < page_at(N_PAGES));
        page->threads[thread / 64] |= (uint64_t)1 << thread % 64;
        page->is_stored |= is_store || is_sync;
        page->is_sync |= is_sync;
    }
}

static inline void refer_pages(struct reference *r,
                               const struct feed_trace *trace)
{
    memset(r, 0, sizeof(*r));
    for (uint32_t i = 0; i < trace->spaces.n_threads; i++) {
        struct memtrace_cursor *cursor;
        struct memtrace_batch batch;

        assert_int_equal(memtrace_cursor_open_thread(trace->reader, i, &cursor),
                         0);
        while (memtrace_cursor_next(cursor, &batch) > 0) {
            for (size_t k = 0; k < batch.n_accesses; k++) {
                const struct memtrace_access *a = &batch.accesses[k];

                refer_touch(r, i, a->vaddr, a->size, a->flags & MEMTRACE_STORE,
                            a->flags & MEMTRACE_ATOMIC);
            }
        }
        memtrace_cursor_close(cursor);
        for (size_t k = trace->first_event[i]; k < trace->first_event[i + 1];
             k++) {
            const struct memtrace_event *event = trace->events[k];

            if (event->type == MEMTRACE_EVENT_KERNEL_ACCESS) {
                refer_touch(r, i, event->args[0], event->args[1],
                            event->args[2], false);
            }
        }
    }
}

static inline bool is_shared(const struct page *page)
{
    unsigned n = 0;

    for (size_t i = 0; i < (MOST_THREADS + 63) / 64; i++) {
        n += (unsigned)__builtin_popcountll(page->threads[i]);
    }
    return n > 1;
}

/* Is a byte of it where a race could be? */
static inline bool matters(const struct reference *r,
                           const struct memtrace_access *a)
{
    for (uint64_t at = a->vaddr; at < a->vaddr + a->size; at++) {
        const struct page *page = &r->pages[(at - PAGES) / RACE_PAGE_BYTES];

        if (page->is_stored && is_shared(page)) {
            return true;
        }
    }
    return false;
}

static inline bool synchronises(const struct reference *r,
                                const struct memtrace_access *a)
{
    uint64_t end = a->vaddr + a->size - 1;

    return matters(r, a) &&
           (r->pages[(a->vaddr - PAGES) / RACE_PAGE_BYTES].is_sync ||
            r->pages[(end - PAGES) / RACE_PAGE_BYTES].is_sync);
}

static inline bool is_same(const struct memtrace_access *a,
                           const struct memtrace_access *b)
{
    return a->vaddr == b->vaddr && a->size == b->size && a->insn == b->insn &&
           a->flags == b->flags;
}

/* Accesses handed over in a round, which ends where the thread may synchronise.
 */
#define ROUND (1u << 13)

struct follower {
    struct race_stream stream;
    uint32_t thread;
    bool is_after_sync;
    bool has_gone_on;
    struct memtrace_access *round; /* a table by hash, of places */
    uint32_t *rounds;              /* in which each of them was */
    uint32_t number;
    uint64_t n_read, n_kept, n_pieces, n_repeated_kept;
};

static inline struct memtrace_access *
find_seen(struct follower *f, const struct memtrace_access *a, bool *is_seen)
{
    size_t i = (a->vaddr * 31 + a->insn * 7919 + a->size) % ROUND;

    while (f->rounds[i] == f->number && !is_same(&f->round[i], a)) {
        i = (i + 1) % ROUND;
    }
    *is_seen = f->rounds[i] == f->number;
    f->rounds[i] = f->number;
    return &f->round[i];
}

/*
 * A piece of the stream against what was handed over of it: nothing that
 * matters is missing but for what was handed over in the same round.
 */
static inline void check_piece(struct follower *f, const struct reference *r,
                               const struct race_piece *whole,
                               const struct race_piece *handed,
                               bool keeps_repeated)
{
    size_t at = 0;
    bool is_sync = whole->event != NULL;

    if (is_sync || f->is_after_sync) {
        f->number++;
    }
    for (size_t i = 0; i < whole->n; i++) {
        const struct memtrace_access *a = &whole->accesses[i];
        bool is_handed = handed && at < handed->n &&
                         is_same(a, &handed->accesses[at]) &&
                         a->time == handed->accesses[at].time;
        bool is_seen;
        struct memtrace_access *seen;

        if (!matters(r, a)) {
            continue;
        }
        if (synchronises(r, a)) {
            f->number++;
            is_sync = true;
            assert_true(is_handed);
            at++;
            continue;
        }
        seen = find_seen(f, a, &is_seen);
        *seen = *a;
        assert_true(is_handed || (is_seen && !keeps_repeated));
        f->n_repeated_kept += is_handed && is_seen;
        at += is_handed;
    }
    assert_int_equal(at, handed ? handed->n : 0);
    f->is_after_sync = is_sync;
    f->n_read += whole->n;
    f->n_kept += at;
    f->n_pieces += handed != NULL;
}

static inline bool is_piece(const struct race_piece *whole,
                            const struct race_piece *handed)
{
    return whole->event == handed->event && whole->time == handed->time &&
           whole->end_time == handed->end_time;
}

/* @handed: the feed's next piece; NULL: it has no more. */
static inline void follow(struct follower *f, const struct reference *r,
                          const struct race_piece *handed, bool keeps_repeated)
{
    for (;;) {
        int result = race_stream_next(&f->stream);
        const struct race_piece *whole = &f->stream.piece;

        assert_true(result >= 0);
        if (!result) {
            assert_null(handed);
            return;
        }
        if (handed && is_piece(whole, handed) &&
            (handed->n || handed->event || f->is_after_sync)) {
            assert_int_equal(handed->n_loads, whole->n_loads);
            assert_true(!handed->n_loads || handed->loads == whole->loads);
            check_piece(f, r, whole, handed, keeps_repeated);
            return;
        }
        /* It was skipped, which it may be if nothing is in it. */
        assert_null(whole->event);
        assert_false(f->is_after_sync);
        check_piece(f, r, whole, NULL, keeps_repeated);
    }
}

struct totals {
    uint64_t n_read, most_kept, most_pieces, most_read, n_repeated_kept;
    uint64_t n_reported; /* read, by the feed's account */
};

static inline void open_followers(struct follower *all,
                                  const struct feed_trace *trace)
{
    for (uint32_t i = 0; i < trace->spaces.n_threads; i++) {
        all[i] = (struct follower){
            .stream =
                {
                    .reader = trace->reader,
                    .thread = i,
                    .events = &trace->events[trace->first_event[i]],
                    .n_events = n_events_of(trace, i),
                },
            .thread = i,
            .is_after_sync = true,
            .round = calloc(ROUND, sizeof(*all[i].round)),
            .rounds = calloc(ROUND, sizeof(*all[i].rounds)),
        };
        assert_non_null(all[i].round);
        assert_non_null(all[i].rounds);
    }
}

static inline void close_follower(struct follower *f, struct totals *totals)
{
    totals->n_read += f->n_read;
    totals->n_repeated_kept += f->n_repeated_kept;
    if (f->n_kept > totals->most_kept) {
        totals->most_kept = f->n_kept;
    }
    if (f->n_pieces > totals->most_pieces) {
        totals->most_pieces = f->n_pieces;
    }
    if (f->n_read > totals->most_read) {
        totals->most_read = f->n_read;
    }
    race_stream_close(&f->stream);
    free(f->round);
    free(f->rounds);
}

/*
 * Asks for pieces of all threads by turns.  A piece is compared when the
 * thread's next one is asked for: until then it has to be valid.
 */
static inline struct totals check_feed(const struct feed_trace *trace,
                                       unsigned n_workers, bool keeps_repeated)
{
    size_t n = trace->spaces.n_threads, n_left = n;
    struct race_feed *feed = new_feed(trace, n_workers, keeps_repeated);
    struct reference *r = malloc(sizeof(*r));
    struct follower *followers = calloc(n, sizeof(*followers));
    struct race_piece *pieces = calloc(n, sizeof(*pieces));
    bool *is_over = calloc(n, sizeof(*is_over));
    struct totals totals = {.n_read = 0};
    uint64_t random = 7;

    assert_true(r && followers && pieces && is_over);
    refer_pages(r, trace);
    open_followers(followers, trace);
    while (n_left) {
        uint32_t thread = (uint32_t)(next_random(&random) % n);
        uint64_t n_pieces = 1 + next_random(&random) % 50;

        for (uint64_t i = 0; i < n_pieces && !is_over[thread]; i++) {
            struct follower *f = &followers[thread];
            uint64_t n_read;
            int result;

            if (f->has_gone_on) {
                follow(f, r, &pieces[thread], keeps_repeated);
            }
            f->has_gone_on = true;
            result = race_feed_next(feed, thread, &pieces[thread], &n_read);
            assert_true(result >= 0);
            totals.n_reported += n_read;
            if (!result) {
                follow(f, r, NULL, keeps_repeated);
                is_over[thread] = true;
                n_left--;
            }
        }
    }
    race_feed_free(feed);
    for (size_t i = 0; i < n; i++) {
        close_follower(&followers[i], &totals);
    }
    free(r);
    free(followers);
    free(pieces);
    free(is_over);
    return totals;
}

#endif /* FEED_REFERENCE_H */
