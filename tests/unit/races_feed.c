/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races_feed.c - what the feed hands to the engine: the pieces of the plain
 * stream, in their order, without accesses that can show no race, however many
 * workers read ahead.
 */
#include "feed_reference.h"

static const unsigned workers[] = {0, 1, 4};

/* Many pieces; some of what is in a round is repeated there. */
static void make_many(struct maker *m)
{
    for (uint64_t i = 0; i < 60000; i++) {
        if (i % 5 == 0) {
            make_stamp(m, 100 + i);
        }
        make_access(m, page_at(0) + 8 * (i % 500), store(1 + m->thread));
        if (i % 700 == 0) {
            make_access(m, page_at(20), make_tag(9, false, true, 2));
            make_access(m, page_at(20), make_tag(9, true, true, 2));
        }
        if (i % 900 == 0) {
            make_event(m, MEMTRACE_EVENT_SYSCALL, 1, 4);
            make_event(m, MEMTRACE_EVENT_KERNEL_ACCESS, page_at(21), 0);
            make_event(m, MEMTRACE_EVENT_KERNEL_ACCESS, page_at(22), 1);
        }
    }
}

/* Of one: two million of its own between two that matter; a large piece. */
static void make_long(struct maker *m)
{
    make_many(m);
    make_access(m, page_at(0), load(20));
    for (uint64_t i = 0; i < 2200000 && !m->thread; i++) {
        if (i % 64 == 0) {
            make_stamp(m, 100000 + i);
        }
        make_access(m, page_at(30 + m->thread) + i % 4000, load(21));
    }
    for (uint64_t i = 0; i < 1100000 && !m->thread; i++) {
        make_access(m, page_at(0) + 8 * (i % 300), store(22));
    }
    make_stamp(m, 3000000);
    make_access(m, page_at(0), load(23));
}

static void borders_of_portions(void **state)
{
    struct feed_trace trace;

    (void)state;
    open_trace(&trace, 2, make_long);
    for (size_t i = 0; i < sizeof(workers) / sizeof(workers[0]); i++) {
        struct totals totals = check_feed(&trace, workers[i], false);

        assert_int_equal(totals.n_read,
                         memtrace_summary(trace.reader)->n_accesses);
        assert_int_equal(totals.n_reported, totals.n_read);
        assert_true(totals.most_kept > 2 * 16384);
        assert_true(totals.most_pieces > 2 * 4096);
        assert_true(totals.most_read > 3u << 20);
        assert_true(totals.most_kept < totals.most_read / 10);
    }
    close_trace(&trace);
}

static void repeated_ones_are_kept(void **state)
{
    struct feed_trace trace;
    struct totals totals;

    (void)state;
    open_trace(&trace, 2, make_many);
    totals = check_feed(&trace, 1, true);
    assert_int_equal(totals.most_kept, totals.most_read);
    totals = check_feed(&trace, 1, false);
    assert_true(totals.most_kept < totals.most_read);
    close_trace(&trace);
}

static void make_crowd(struct maker *m)
{
    for (uint64_t i = 0; i < 1000; i++) {
        make_stamp(m, 100 + i);
        make_access(m, page_at(0) + 8 * i, store(1));
    }
}

/* With many threads alive portions are smaller. */
static void many_threads(void **state)
{
    struct feed_trace trace;

    (void)state;
    open_trace(&trace, MOST_THREADS, make_crowd);
    for (size_t i = 0; i < sizeof(workers) / sizeof(workers[0]); i++) {
        struct totals totals = check_feed(&trace, workers[i], false);

        assert_int_equal(totals.n_read, 1000 * MOST_THREADS);
        assert_int_equal(totals.most_kept, 1000);
    }
    close_trace(&trace);
}

/* Pages: shared, shared and read only, synchronising, and one a thread. */
static void make_random(struct maker *m)
{
    uint64_t *r = &m->random;

    for (uint64_t i = 0; i < 4000; i++) {
        uint64_t kind = next_random(r) % 100, slot = next_random(r) % 20;
        uint32_t insn = 1 + (uint32_t)(next_random(r) % 3);
        unsigned size = (unsigned)(next_random(r) % 4);
        bool is_store = next_random(r) % 2;
        uint32_t tag = make_tag(insn, is_store, false, size);

        if (next_random(r) % 4 == 0) {
            make_stamp(m, m->time + 1 + next_random(r) % 20);
        }
        if (kind < 50) {
            make_access(m, page_at(0) + 8 * slot, tag);
        } else if (kind < 60) {
            make_access(m, page_at(2) + 8 * slot,
                        make_tag(insn, false, false, size));
        } else if (kind < 75) {
            make_access(m, page_at(4 + 2 * m->thread) + 8 * slot, tag);
        } else if (kind < 85) {
            /* From the thread's own page into the next, and back. */
            make_access(m, page_at(4 + 2 * m->thread) - 3, tag);
        } else if (kind < 88) {
            make_access(m, page_at(20) + 8 * (slot % 4),
                        make_tag(insn, is_store, true, 2));
        } else if (kind < 92) {
            make_access(m, page_at(20) + 8 * (slot % 4), tag);
        } else if (kind < 93) {
            make_event(m, MEMTRACE_EVENT_KERNEL_ACCESS, page_at(0), is_store);
        } else {
            make_access(m, page_at(22) + 8 * m->thread, tag);
        }
    }
}

static void random_programs(void **state)
{
    struct feed_trace trace;

    (void)state;
    open_trace(&trace, 5, make_random);
    for (size_t i = 0; i < sizeof(workers) / sizeof(workers[0]); i++) {
        struct totals totals = check_feed(&trace, workers[i], false);

        assert_true(totals.most_kept < totals.most_read * 2 / 3);
        /* What is kept for want of room in a table is little. */
        assert_true(totals.n_repeated_kept < totals.n_read / 50);
        check_feed(&trace, workers[i], true);
    }
    close_trace(&trace);
}

/* Two threads alike; of the first's pages some are its own or read only. */
static void make_few(struct maker *m)
{
    bool is_first = m->thread == 0;

    make_stamp(m, 100);
    make_access(m, page_at(0), store(1)); /* kept */
    make_access(m, page_at(0), store(1)); /* repeated */
    make_access(m, page_at(0), load(1));
    make_access(m, page_at(0), store(2));
    make_access(m, page_at(0), make_tag(2, true, false, 2));
    make_access(m, page_at(2), load(3));              /* read only */
    make_access(m, page_at(4 + m->thread), store(4)); /* its own */
    make_access(m, page_at(7) - 4, load(5));          /* on 6 and 7 */
    make_access(m, is_first ? page_at(9) - 4 : page_at(9), store(6));
    make_stamp(m, 200);
    make_access(m, page_at(4 + m->thread), load(7));
    make_access(m, page_at(4 + m->thread), load(7));
    make_stamp(m, 300);
    make_access(m, page_at(20), make_tag(8, true, true, 3)); /* kept */
    make_stamp(m, 400);
    make_access(m, page_at(4 + m->thread), load(7));
    make_stamp(m, 500);
    make_access(m, page_at(4 + m->thread), load(7));
    make_stamp(m, 600);
    make_access(m, page_at(0), store(1)); /* of another round */
}

static void next_piece(struct race_feed *feed, uint64_t time,
                       const uint32_t *insns, size_t n)
{
    struct race_piece piece;
    uint64_t n_read;

    assert_int_equal(race_feed_next(feed, 0, &piece, &n_read), 1);
    assert_int_equal(piece.time, time);
    assert_null(piece.event);
    assert_int_equal(piece.n, n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(piece.accesses[i].insn, insns[i]);
    }
}

static void what_is_left_out(void **state)
{
    static const uint32_t first[] = {1, 1, 2, 2, 6}, atomic[] = {8},
                          last[] = {1};
    struct feed_trace trace;
    struct race_feed *feed;
    struct race_piece piece;
    uint64_t n_read;

    (void)state;
    open_trace(&trace, 2, make_few);
    feed = new_feed(&trace, 0, false);
    next_piece(feed, 100, first, 5);
    next_piece(feed, 300, atomic, 1);
    next_piece(feed, 400, NULL, 0);
    next_piece(feed, 500, last, 1);
    assert_int_equal(race_feed_next(feed, 0, &piece, &n_read), 0);
    race_feed_free(feed);
    close_trace(&trace);
}

/* Ended before all was taken, while workers read. */
static void ended_early(void **state)
{
    struct feed_trace trace;

    (void)state;
    open_trace(&trace, 4, make_many);
    for (unsigned i = 0; i < 20; i++) {
        struct race_feed *feed = new_feed(&trace, 3, false);

        for (uint32_t k = 0; k < i * 100; k++) {
            struct race_piece piece;
            uint64_t n_read;

            assert_int_equal(race_feed_next(feed, k % 4, &piece, &n_read), 1);
        }
        race_feed_free(feed);
    }
    close_trace(&trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_left_out),
        cmocka_unit_test(random_programs),
        cmocka_unit_test(borders_of_portions),
        cmocka_unit_test(repeated_ones_are_kept),
        cmocka_unit_test(many_threads),
        cmocka_unit_test(ended_early),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
