/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races_feed.c - what the feed hands to the engine: the pieces of the
 * plain stream, in their order, without what can tell nothing, however many
 * workers read ahead.
 */
#include "pass.h"
#include "feed.h"
#include "trace_helpers.h"

#define PAGES 0x10000
#define N_PAGES 64
#define BLOCK 3000
#define MOST_THREADS 400

/* --- traces that are made up --------------------------------------------- */

struct maker {
    struct memtrace_writer *writer;
    struct memtrace_encoder *encoder;
    uint32_t thread;
    uint64_t n; /* accesses of the thread */
    uint64_t time;
    uint64_t random;
};

static void make_access(struct maker *m, uint64_t vaddr, uint32_t tag)
{
    struct memtrace_packed packed = {vaddr, tag};

    if (memtrace_encoder_count(m->encoder) == BLOCK) {
        end_block(m->encoder, m->writer);
        memtrace_encoder_begin(m->encoder, m->thread, m->n, m->time);
    }
    assert_int_equal(memtrace_encoder_accesses(m->encoder, &packed, 1), 1);
    m->n++;
}

static void make_stamp(struct maker *m, uint64_t time)
{
    m->time = time;
    memtrace_encoder_stamp(m->encoder, time);
}

static void make_event(struct maker *m, unsigned type, uint64_t vaddr,
                       uint64_t is_store)
{
    struct memtrace_event event = {
        .type = type,
        .n_args = type == MEMTRACE_EVENT_SYSCALL ? 7 : 4,
        .args = {vaddr, 8, is_store, 1},
        .text = type == MEMTRACE_EVENT_SYSCALL ? "write" : "",
    };

    assert_int_equal(memtrace_encoder_event(m->encoder, &event), 0);
}

static uint64_t page_at(unsigned page)
{
    return PAGES + (uint64_t)page * RACE_PAGE_BYTES;
}

static uint32_t load(uint32_t insn)
{
    return make_tag(insn, false, false, 3);
}

static uint32_t store(uint32_t insn)
{
    return make_tag(insn, true, false, 3);
}

typedef void make_thread(struct maker *m);

static struct memtrace_reader *make_trace(uint32_t n_threads, make_thread *make)
{
    struct memtrace_thread threads[MOST_THREADS];
    struct maker m = {.encoder = memtrace_encoder_new()};
    struct memtrace_reader *reader;
    char path[64];

    assert_non_null(m.encoder);
    temp_path(path);
    m.writer = open_writer(path);
    for (uint32_t i = 0; i < n_threads; i++) {
        threads[i] = (struct memtrace_thread){
            .number = i,
            .pid = 1,
            .tid = 1 + i,
            .parent = i ? 0 : MEMTRACE_NO_THREAD,
        };
        m.thread = i;
        m.n = 0;
        m.time = 10 + i;
        m.random = 0x9e3779b97f4a7c15u * (i + 1);
        memtrace_encoder_begin(m.encoder, i, 0, m.time);
        make(&m);
        end_block(m.encoder, m.writer);
    }
    assert_int_equal(memtrace_writer_finish(m.writer, threads, n_threads, true),
                     0);
    memtrace_encoder_free(m.encoder);
    assert_int_equal(memtrace_open(path, &reader), 0);
    unlink(path);
    return reader;
}

/* --- what the feed is given ---------------------------------------------- */

struct given {
    struct memtrace_reader *reader;
    struct race_spaces spaces;
    struct race_scan *scan;
    const struct memtrace_event **events; /* of thread after thread */
    size_t first_event[MOST_THREADS + 1];
};

static void give_events(struct given *given)
{
    const struct memtrace_event *all;
    int64_t n = memtrace_events(given->reader, &all);
    size_t at = 0;

    assert_true(n >= 0);
    given->events = calloc((size_t)n + 1, sizeof(*given->events));
    assert_non_null(given->events);
    for (size_t thread = 0; thread < given->spaces.n_threads; thread++) {
        given->first_event[thread] = at;
        for (int64_t i = 0; i < n; i++) {
            if (all[i].thread == thread) {
                given->events[at++] = &all[i];
            }
        }
    }
    given->first_event[given->spaces.n_threads] = at;
}

static void give(struct given *given, uint32_t n_threads, make_thread *make)
{
    const struct pass_config pass = {.n_workers = 1};

    *given = (struct given){.reader = make_trace(n_threads, make)};
    assert_int_equal(race_spaces_open(&given->spaces, given->reader), 0);
    assert_int_equal(given->spaces.n_threads, n_threads);
    assert_int_equal(
        race_scan_run(given->reader, &given->spaces, &pass, &given->scan), 0);
    give_events(given);
}

static void give_end(struct given *given)
{
    race_scan_free(given->scan);
    race_spaces_close(&given->spaces);
    memtrace_close(given->reader);
    free(given->events);
}

static size_t n_events_of(const struct given *given, uint32_t thread)
{
    return given->first_event[thread + 1] - given->first_event[thread];
}

static struct race_feed *new_feed(const struct given *given, unsigned n_workers,
                                  bool keeps_repeated)
{
    const struct race_feed_config config = {
        .reader = given->reader,
        .scan = given->scan,
        .n_threads = given->spaces.n_threads,
        .n_workers = n_workers,
        .keeps_repeated = keeps_repeated,
    };
    struct race_feed *feed = race_feed_new(&config);

    assert_non_null(feed);
    for (uint32_t i = 0; i < config.n_threads; i++) {
        race_feed_events(feed, i, &given->events[given->first_event[i]],
                         n_events_of(given, i));
    }
    return feed;
}

/* --- the reference ------------------------------------------------------- */

/* What every page is, by the test's own account of the trace. */
struct page {
    uint64_t threads[(MOST_THREADS + 63) / 64];
    bool is_stored;
    bool is_sync;
};

struct reference {
    struct page pages[N_PAGES];
};

static void refer_touch(struct reference *r, uint32_t thread, uint64_t vaddr,
                        uint64_t size, bool is_store, bool is_sync)
{
    for (uint64_t at = vaddr; at < vaddr + size; at++) {
        struct page *page = &r->pages[(at - PAGES) / RACE_PAGE_BYTES];

        assert_true(at >= PAGES && at < page_at(N_PAGES));
        page->threads[thread / 64] |= (uint64_t)1 << thread % 64;
        page->is_stored |= is_store || is_sync;
        page->is_sync |= is_sync;
    }
}

static void refer_pages(struct reference *r, const struct given *given)
{
    memset(r, 0, sizeof(*r));
    for (uint32_t i = 0; i < given->spaces.n_threads; i++) {
        struct memtrace_cursor *cursor;
        struct memtrace_batch batch;

        assert_int_equal(memtrace_cursor_open_thread(given->reader, i, &cursor),
                         0);
        while (memtrace_cursor_next(cursor, &batch) > 0) {
            for (size_t k = 0; k < batch.n_accesses; k++) {
                const struct memtrace_access *a = &batch.accesses[k];

                refer_touch(r, i, a->vaddr, a->size, a->flags & MEMTRACE_STORE,
                            a->flags & MEMTRACE_ATOMIC);
            }
        }
        memtrace_cursor_close(cursor);
        for (size_t k = given->first_event[i]; k < given->first_event[i + 1];
             k++) {
            const struct memtrace_event *event = given->events[k];

            if (event->type == MEMTRACE_EVENT_KERNEL_ACCESS) {
                refer_touch(r, i, event->args[0], event->args[1],
                            event->args[2], false);
            }
        }
    }
}

static bool is_shared(const struct page *page)
{
    unsigned n = 0;

    for (size_t i = 0; i < (MOST_THREADS + 63) / 64; i++) {
        n += (unsigned)__builtin_popcountll(page->threads[i]);
    }
    return n > 1;
}

/* Is a byte of it where a race could be? */
static bool matters(const struct reference *r, const struct memtrace_access *a)
{
    for (uint64_t at = a->vaddr; at < a->vaddr + a->size; at++) {
        const struct page *page = &r->pages[(at - PAGES) / RACE_PAGE_BYTES];

        if (page->is_stored && is_shared(page)) {
            return true;
        }
    }
    return false;
}

static bool synchronises(const struct reference *r,
                         const struct memtrace_access *a)
{
    uint64_t end = a->vaddr + a->size - 1;

    return matters(r, a) &&
           (r->pages[(a->vaddr - PAGES) / RACE_PAGE_BYTES].is_sync ||
            r->pages[(end - PAGES) / RACE_PAGE_BYTES].is_sync);
}

static bool is_same(const struct memtrace_access *a,
                    const struct memtrace_access *b)
{
    return a->vaddr == b->vaddr && a->size == b->size && a->insn == b->insn &&
           a->flags == b->flags;
}

/* What was handed over of the round, which ends where the thread may meet. */
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

static struct memtrace_access *
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
static void check_piece(struct follower *f, const struct reference *r,
                        const struct race_piece *whole,
                        const struct race_piece *given, bool keeps_repeated)
{
    size_t at = 0;
    bool is_sync = whole->event != NULL;

    if (is_sync || f->is_after_sync) {
        f->number++;
    }
    for (size_t i = 0; i < whole->n; i++) {
        const struct memtrace_access *a = &whole->accesses[i];
        bool is_given = given && at < given->n &&
                        is_same(a, &given->accesses[at]) &&
                        a->time == given->accesses[at].time;
        bool is_seen;
        struct memtrace_access *seen;

        if (!matters(r, a)) {
            continue;
        }
        if (synchronises(r, a)) {
            f->number++;
            is_sync = true;
            assert_true(is_given);
            at++;
            continue;
        }
        seen = find_seen(f, a, &is_seen);
        *seen = *a;
        assert_true(is_given || (is_seen && !keeps_repeated));
        f->n_repeated_kept += is_given && is_seen;
        at += is_given;
    }
    assert_int_equal(at, given ? given->n : 0);
    f->is_after_sync = is_sync;
    f->n_read += whole->n;
    f->n_kept += at;
    f->n_pieces += given != NULL;
}

static bool is_piece(const struct race_piece *whole,
                     const struct race_piece *given)
{
    return whole->event == given->event && whole->time == given->time &&
           whole->end_time == given->end_time;
}

/* @given: what came of the feed; NULL: there is no more. */
static void follow(struct follower *f, const struct reference *r,
                   const struct race_piece *given, bool keeps_repeated)
{
    for (;;) {
        int result = race_stream_next(&f->stream);
        const struct race_piece *whole = &f->stream.piece;

        assert_true(result >= 0);
        if (!result) {
            assert_null(given);
            return;
        }
        if (given && is_piece(whole, given) &&
            (given->n || given->event || f->is_after_sync)) {
            assert_int_equal(given->n_loads, whole->n_loads);
            assert_true(!given->n_loads || given->loads == whole->loads);
            check_piece(f, r, whole, given, keeps_repeated);
            return;
        }
        /* It was passed over, which it may be if nothing is in it. */
        assert_null(whole->event);
        assert_false(f->is_after_sync);
        check_piece(f, r, whole, NULL, keeps_repeated);
    }
}

struct totals {
    uint64_t n_read, most_kept, most_pieces, most_read, n_repeated_kept;
    uint64_t n_told; /* read, by the feed's account */
};

static void open_followers(struct follower *all, const struct given *given)
{
    for (uint32_t i = 0; i < given->spaces.n_threads; i++) {
        all[i] = (struct follower){
            .stream =
                {
                    .reader = given->reader,
                    .thread = i,
                    .events = &given->events[given->first_event[i]],
                    .n_events = n_events_of(given, i),
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

static void close_follower(struct follower *f, struct totals *totals)
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
 * Takes pieces of all threads by turns, and looks at each only when the
 * thread's next one is to come: till then it is valid.
 */
static struct totals check(const struct given *given, unsigned n_workers,
                           bool keeps_repeated)
{
    size_t n = given->spaces.n_threads, n_left = n;
    struct race_feed *feed = new_feed(given, n_workers, keeps_repeated);
    struct reference *r = malloc(sizeof(*r));
    struct follower *followers = calloc(n, sizeof(*followers));
    struct race_piece *pieces = calloc(n, sizeof(*pieces));
    bool *is_over = calloc(n, sizeof(*is_over));
    struct totals totals = {.n_read = 0};
    uint64_t random = 7;

    assert_true(r && followers && pieces && is_over);
    refer_pages(r, given);
    open_followers(followers, given);
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
            totals.n_told += n_read;
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

/* --- tests --------------------------------------------------------------- */

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
    struct given given;

    (void)state;
    give(&given, 2, make_long);
    for (size_t i = 0; i < sizeof(workers) / sizeof(workers[0]); i++) {
        struct totals totals = check(&given, workers[i], false);

        assert_int_equal(totals.n_read,
                         memtrace_summary(given.reader)->n_accesses);
        assert_int_equal(totals.n_told, totals.n_read);
        assert_true(totals.most_kept > 2 * 16384);
        assert_true(totals.most_pieces > 2 * 4096);
        assert_true(totals.most_read > 3u << 20);
        assert_true(totals.most_kept < totals.most_read / 10);
    }
    give_end(&given);
}

static void repeated_ones_are_kept(void **state)
{
    struct given given;
    struct totals totals;

    (void)state;
    give(&given, 2, make_many);
    totals = check(&given, 1, true);
    assert_int_equal(totals.most_kept, totals.most_read);
    totals = check(&given, 1, false);
    assert_true(totals.most_kept < totals.most_read);
    give_end(&given);
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
    struct given given;

    (void)state;
    give(&given, MOST_THREADS, make_crowd);
    for (size_t i = 0; i < sizeof(workers) / sizeof(workers[0]); i++) {
        struct totals totals = check(&given, workers[i], false);

        assert_int_equal(totals.n_read, 1000 * MOST_THREADS);
        assert_int_equal(totals.most_kept, 1000);
    }
    give_end(&given);
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
    struct given given;

    (void)state;
    give(&given, 5, make_random);
    for (size_t i = 0; i < sizeof(workers) / sizeof(workers[0]); i++) {
        struct totals totals = check(&given, workers[i], false);

        assert_true(totals.most_kept < totals.most_read * 2 / 3);
        /* What is kept for want of room in a table is little. */
        assert_true(totals.n_repeated_kept < totals.n_read / 50);
        check(&given, workers[i], true);
    }
    give_end(&given);
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
    struct given given;
    struct race_feed *feed;
    struct race_piece piece;
    uint64_t n_read;

    (void)state;
    give(&given, 2, make_few);
    feed = new_feed(&given, 0, false);
    next_piece(feed, 100, first, 5);
    next_piece(feed, 300, atomic, 1);
    next_piece(feed, 400, NULL, 0);
    next_piece(feed, 500, last, 1);
    assert_int_equal(race_feed_next(feed, 0, &piece, &n_read), 0);
    race_feed_free(feed);
    give_end(&given);
}

/* Ended before all was taken, while workers read. */
static void ended_early(void **state)
{
    struct given given;

    (void)state;
    give(&given, 4, make_many);
    for (unsigned i = 0; i < 20; i++) {
        struct race_feed *feed = new_feed(&given, 3, false);

        for (uint32_t k = 0; k < i * 100; k++) {
            struct race_piece piece;
            uint64_t n_read;

            assert_int_equal(race_feed_next(feed, k % 4, &piece, &n_read), 1);
        }
        race_feed_free(feed);
    }
    give_end(&given);
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
