/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races_listed.c - with digests in place of blocks the engine is given
 * the same, and finds the same races.
 */
#include "pass.h"
#include "feed.h"
#include "wait_judge.h"
#include "wait_search.h"
#include "race_programs.h"
#include "sampled.h"

/* In some of these threads wait while one block ends and the next begins. */
#define FIRST_SEED 1001
#define N_SEEDS sampled_rounds(30)

/* --- what the engine is given -------------------------------------------- */

struct given {
    struct memtrace_reader *reader;
    struct race_spaces spaces;
    struct race_scan *scan;
    const struct memtrace_event *events;
    size_t n_needed[3]; /* blocks, by enum race_block_need */
};

/* As races_find() does before it looks for races. */
static void scan(struct given *given, struct memtrace_reader *reader,
                 unsigned n_workers)
{
    const struct pass_config pass = {.n_workers = n_workers};
    struct race_scan *scanned;

    *given = (struct given){.reader = reader};
    must(race_spaces_open(&given->spaces, reader));
    must(race_scan_run(reader, &given->spaces, &pass, &given->scan));
    scanned = given->scan;
    must(race_scan_choose(scanned));
    must(race_waits_search(scanned, reader, n_workers));
    must(race_waits_judge(scanned, reader, n_workers));
    assert_int_equal(scanned->blocks.n, memtrace_summary(reader)->n_blocks);
    for (size_t i = 0; i < scanned->blocks.n; i++) {
        given->n_needed[scanned->blocks.all[i].need]++;
    }
}

static void scan_end(struct given *given)
{
    race_scan_free(given->scan);
    race_spaces_close(&given->spaces);
}

struct feed {
    struct race_feed *feed;
    const struct memtrace_event **events;
    uint32_t thread;
};

/* A feed of a thread's pieces: the other threads' are not asked for. */
static void open_feed(struct feed *f, const struct given *given,
                      uint32_t thread, unsigned n_workers)
{
    const struct race_feed_config config = {
        .reader = given->reader,
        .scan = given->scan,
        .n_threads = N_THREADS,
        .n_workers = n_workers,
    };
    const struct memtrace_event *all;
    int64_t n = memtrace_events(given->reader, &all);
    size_t at = 0;

    assert_true(n > 0);
    *f = (struct feed){.feed = race_feed_new(&config), .thread = thread};
    f->events = calloc((size_t)n, sizeof(*f->events));
    assert_true(f->feed && f->events);
    for (int64_t i = 0; i < n; i++) {
        if (all[i].thread == thread) {
            f->events[at++] = &all[i];
        }
    }
    race_feed_events(f->feed, thread, f->events, at);
}

static void close_feed(struct feed *f)
{
    race_feed_free(f->feed);
    free(f->events);
}

static bool next_piece(struct feed *f, struct race_piece *piece)
{
    uint64_t n_read;
    int result = race_feed_next(f->feed, f->thread, piece, &n_read);

    must(result);
    return result > 0;
}

static void same_event(const struct memtrace_event *a,
                       const struct memtrace_event *b)
{
    assert_int_equal(a != NULL, b != NULL);
    if (a) {
        assert_int_equal(a->type, b->type);
        assert_int_equal(a->position, b->position);
        assert_int_equal(a->time, b->time);
    }
}

static void same_piece(const struct race_piece *a, const struct race_piece *b)
{
    same_event(a->event, b->event);
    assert_int_equal(a->time, b->time);
    assert_int_equal(a->end_time, b->end_time);
    assert_int_equal(a->n_loads, b->n_loads);
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++) {
        assert_int_equal(a->accesses[i].vaddr, b->accesses[i].vaddr);
        assert_int_equal(a->accesses[i].time, b->accesses[i].time);
        assert_int_equal(a->accesses[i].insn, b->accesses[i].insn);
        assert_int_equal(a->accesses[i].size, b->accesses[i].size);
        assert_int_equal(a->accesses[i].flags, b->accesses[i].flags);
    }
}

/* Return: pieces. */
static size_t same_feed(const struct given *without, const struct given *with,
                        uint32_t thread, unsigned n_workers)
{
    struct feed a, b;
    struct race_piece whole, listed;
    size_t n = 0;

    open_feed(&a, without, thread, 0);
    open_feed(&b, with, thread, n_workers);
    while (next_piece(&a, &whole)) {
        assert_true(next_piece(&b, &listed));
        same_piece(&whole, &listed);
        n++;
    }
    assert_false(next_piece(&b, &listed));
    close_feed(&a);
    close_feed(&b);
    return n;
}

static void pieces_are_the_same(void **state)
{
    size_t n_pieces = 0, n_with_lists = 0, n_whole = 0;

    (void)state;
    for (uint64_t seed = FIRST_SEED; seed < FIRST_SEED + N_SEEDS; seed++) {
        struct memtrace_reader *readers[2];
        struct given without, with;

        make_program(seed, readers);
        scan(&without, readers[0], 1);
        scan(&with, readers[1], 1 + seed % 3);
        assert_int_equal(without.n_needed[RACE_BLOCK_LISTED], 0);
        n_with_lists += with.n_needed[RACE_BLOCK_LISTED] > 0;
        n_whole += with.n_needed[RACE_BLOCK_ALL];
        for (uint32_t thread = 0; thread < N_THREADS; thread++) {
            n_pieces += same_feed(&without, &with, thread, 0);
            n_pieces += same_feed(&without, &with, thread, 2);
        }
        scan_end(&without);
        scan_end(&with);
        memtrace_close(readers[0]);
        memtrace_close(readers[1]);
    }
    assert_true(n_pieces > 1000 * N_SEEDS);
    assert_true(n_with_lists > N_SEEDS / 2 && n_whole > N_SEEDS);
}

/* --- races --------------------------------------------------------------- */

static void same_race(const struct race *a, const struct race *b)
{
    assert_int_equal(a->kind, b->kind);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(a->sides[i].thread, b->sides[i].thread);
        assert_int_equal(a->sides[i].insn, b->sides[i].insn);
        assert_int_equal(a->sides[i].size, b->sides[i].size);
        assert_int_equal(a->sides[i].is_store, b->sides[i].is_store);
        assert_int_equal(a->sides[i].is_kernel, b->sides[i].is_kernel);
    }
    assert_int_equal(a->vaddr, b->vaddr);
    assert_int_equal(a->time, b->time);
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->is_beside_sync, b->is_beside_sync);
    assert_int_equal(a->is_in_condition, b->is_in_condition);
    assert_int_equal(a->is_in_rwlock, b->is_in_rwlock);
    assert_int_equal(a->last_sync.kind, b->last_sync.kind);
    assert_int_equal(a->last_sync.vaddr, b->last_sync.vaddr);
}

static void races_are_the_same(void **state)
{
    size_t n_plain = 0, n_ad_hoc = 0;

    (void)state;
    for (uint64_t seed = FIRST_SEED; seed < FIRST_SEED + N_SEEDS; seed++) {
        const struct races_config one = {.n_workers = 1};
        const struct races_config some = {.n_workers = 1 + seed % 3};
        struct memtrace_reader *readers[2];
        struct races without, with;

        make_program(seed, readers);
        must(races_find(readers[0], &one, &without));
        must(races_find(readers[1], &some, &with));
        if (without.n_races != with.n_races) {
            fail_msg("seed %llu: %zu races, and %zu with digests",
                     (unsigned long long)seed, without.n_races, with.n_races);
        }
        for (size_t i = 0; i < with.n_races; i++) {
            same_race(&without.races[i], &with.races[i]);
            n_plain += with.races[i].kind == RACE_PLAIN;
            n_ad_hoc += with.races[i].kind == RACE_AD_HOC;
        }
        races_free(&without);
        races_free(&with);
        memtrace_close(readers[0]);
        memtrace_close(readers[1]);
    }
    assert_true(n_plain > 3 * N_SEEDS && n_ad_hoc > N_SEEDS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_the_same),
        cmocka_unit_test(races_are_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
