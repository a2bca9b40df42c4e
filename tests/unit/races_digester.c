/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races_digester.c - the digests of random blocks against what the blocks
 * have: pages, atomic accesses, what is listed and where threads wait.
 */
#include "digest_helpers.h"
#include "digester.h"
#include "memory_spaces.h"
#include "spin.h"

#define N_THREADS 3
#define N_BLOCKS 4 /* of a thread */
#define BLOCK 20000
#define N_SEEDS 24

/* A thread's hot pages; those before and behind them are shared. */
#define OWN_PAGES 6
#define OWN(thread) (0x100000 * (1 + (uint64_t)(thread)))
#define COLD(thread) (OWN(thread) + 0x40000)
#define SHARED 0x8000
#define LOCKS 0xa000
#define FLAGS 0xb000

/* --- blocks that are made up --------------------------------------------- */

struct maker {
    struct stream stream;
    uint64_t random;
    uint32_t thread;
    uint64_t n;
    uint64_t time;
    uint64_t hot;
    unsigned density; /* accesses of a stamp; 0: any number */
    uint64_t n_turns; /* of loops that wait */
};

static uint64_t below(struct maker *m, uint64_t n)
{
    return next_random(&m->random) % n;
}

static void put_stamp(struct maker *m)
{
    m->time += below(m, 4);
    stream_add(&m->stream, STAMP, m->time);
}

static void put(struct maker *m, uint64_t vaddr, uint32_t tag)
{
    if (m->density ? m->n % m->density == 0 : below(m, 40) == 0) {
        for (uint64_t n = below(m, 8) ? 1 : 3; n; n--) {
            put_stamp(m);
        }
    }
    stream_add(&m->stream, tag, vaddr);
    m->n++;
}

/* Work of its own, elsewhere each time. */
static void put_hot(struct maker *m)
{
    uint32_t insn = 10 + (uint32_t)below(m, 5);

    put(m, OWN(m->thread) + 8 * (m->hot++ % (OWN_PAGES * 128)),
        make_tag(insn, insn == 11, false, 3));
}

static void put_crossing(struct maker *m)
{
    uint64_t page = below(m, OWN_PAGES + 1);
    unsigned size_log2 = 2 + (unsigned)below(m, 5);

    put(m, OWN(m->thread) + page * RACE_PAGE_BYTES - 1 - below(m, 3),
        make_tag(20, below(m, 2), false, size_log2));
}

static void put_atomic(struct maker *m)
{
    uint64_t vaddr = LOCKS + 4 * below(m, 600);
    unsigned size_log2 = 2 + (unsigned)below(m, 2);

    put_stamp(m);
    put(m, vaddr, make_tag(30, false, true, size_log2));
    put(m, vaddr, make_tag(30, true, true, size_log2));
    put_stamp(m);
}

/* In pages of its own, in those beside another thread's own ones, in a few. */
static void put_shared(struct maker *m)
{
    uint64_t vaddr = SHARED + below(m, 4 * RACE_PAGE_BYTES);
    uint64_t other = OWN(below(m, N_THREADS));
    uint32_t tag = make_tag(40 + (uint32_t)below(m, 4), below(m, 2), false,
                            (unsigned)below(m, 7));

    if (below(m, 4) == 0) {
        vaddr = other + (below(m, 2) ? OWN_PAGES : -1) * RACE_PAGE_BYTES +
                8 * below(m, 100);
    }
    put(m, vaddr, tag);
}

enum waiting {
    WAIT_PLAINLY,
    WAIT_WITH_LOADS,
    WAIT_WITH_PROGRESS,
    WAIT_LONG,
    WAIT_FOR_TWO, /* by instructions that are far apart */
    WAIT_FOR_NOBODY,
    WAIT_AND_COME_BACK,
    N_WAITING,
};

/* One turn of a loop that loads a flag. */
static void put_turn(struct maker *m, enum waiting waiting, uint64_t flag)
{
    uint64_t n_others = waiting == WAIT_LONG         ? 150
                        : waiting == WAIT_WITH_LOADS ? 2
                                                     : 0;

    put(m, flag, make_tag(50, false, false, 2));
    for (uint32_t i = 0; i < n_others; i++) {
        put(m, OWN(m->thread) + 8 * (uint64_t)i,
            make_tag(100 + i, false, false, 3));
    }
    if (waiting == WAIT_WITH_PROGRESS) {
        put_hot(m);
    } else if (waiting == WAIT_FOR_TWO) {
        put(m, flag + 16, make_tag(50 + 257, false, false, 2));
    } else if (waiting == WAIT_FOR_NOBODY) {
        put(m, flag, make_tag(51, true, false, 2));
    }
}

static void put_waiting(struct maker *m, enum waiting waiting)
{
    uint64_t flag = (below(m, 4) ? FLAGS : OWN(m->thread)) + 4 * below(m, 250);

    for (uint64_t i = 0; i < m->n_turns; i++) {
        put_turn(m, waiting, flag);
        if (waiting == WAIT_AND_COME_BACK && i % 4 == 3) {
            put_hot(m);
        }
    }
}

/* Of one way to wait, so that none hides another; or of none. */
static void make_block(struct maker *m, bool is_shared)
{
    enum waiting waiting = (enum waiting)below(m, N_WAITING + 2);

    m->n_turns = 2 + below(m, below(m, 2) ? 2 : 12);
    for (m->n = 0; m->n < BLOCK;) {
        uint64_t kind = below(m, 1000);

        if (kind < (is_shared ? 400 : 5)) {
            put_shared(m);
        } else if (kind < 900) {
            put_hot(m);
        } else if (kind < 902) {
            put_crossing(m);
        } else if (kind < 903) {
            put_atomic(m);
        } else if (kind < 904) {
            put(m, COLD(m->thread) + 16 * below(m, 40 * 2000),
                make_tag(45, below(m, 2), false, 3));
        } else if (kind < 905 && waiting < N_WAITING) {
            put_waiting(m, waiting);
        } else {
            put_hot(m);
        }
    }
}

static void encode_block(struct maker *m, struct memtrace_encoder *encoder,
                         struct memtrace_writer *writer, uint64_t *first)
{
    struct stream *s = &m->stream;

    memtrace_encoder_begin(encoder, m->thread, *first, m->time);
    make_block(m, below(m, 6) == 0);
    for (size_t i = 0; i < s->n;) {
        size_t n = memtrace_encoder_accesses(encoder, s->entries + i, s->n - i);

        assert_true(n > 0);
        i += n;
    }
    *first += m->n;
    s->n = 0;
    end_block(encoder, writer);
}

/* Of threads by turns, by two encoders. */
static struct memtrace_reader *make_trace(uint64_t seed)
{
    static const unsigned densities[] = {0, 1, 2, 7, 64, BLOCK};
    struct memtrace_digester digester;
    struct memtrace_encoder *encoders[2];
    struct maker m = {.random = seed * 0x9e3779b97f4a7c15u, .time = 100};
    uint64_t firsts[N_THREADS] = {0};
    struct memtrace_writer *writer;
    struct memtrace_reader *reader;
    char path[64];

    temp_path(path);
    writer = open_writer(path);
    assert_int_equal(race_digester_open(&digester), 0);
    for (size_t i = 0; i < 2; i++) {
        encoders[i] = memtrace_encoder_new();
        assert_non_null(encoders[i]);
        assert_int_equal(memtrace_encoder_digest(encoders[i], &digester), 0);
    }
    for (uint32_t i = 0; i < N_BLOCKS * N_THREADS; i++) {
        m.density = densities[below(&m, sizeof(densities) / sizeof(unsigned))];
        m.thread = i % N_THREADS;
        encode_block(&m, encoders[i / 2 % 2], writer, &firsts[m.thread]);
    }
    memtrace_encoder_free(encoders[0]);
    memtrace_encoder_free(encoders[1]);
    race_digester_close(&digester);
    free(m.stream.entries);
    assert_int_equal(memtrace_writer_finish(writer, NULL, 0, true), 0);
    assert_int_equal(memtrace_open(path, &reader), 0);
    unlink(path);
    return reader;
}

/* --- what a block has ---------------------------------------------------- */

#define TABLE (1u << 13)

struct page {
    uint64_t number; /* 0: none */
    uint32_t flags;  /* in the digest, and by the accesses */
    bool is_digested;
};

static struct {
    const struct memtrace_block *block;
    struct memtrace_access *accesses;
    size_t n;
    struct page pages[TABLE];
    size_t n_pages;
    struct memtrace_digest digest;
} whole;

static struct page *find_page(uint64_t number)
{
    size_t i = number % TABLE;

    assert_true(number > 0);
    while (whole.pages[i].number && whole.pages[i].number != number) {
        i = (i + 1) % TABLE;
    }
    return &whole.pages[i];
}

static uint64_t first_page(const struct memtrace_access *a)
{
    return a->vaddr >> RACE_PAGE_BITS;
}

static uint64_t last_page(const struct memtrace_access *a)
{
    return (a->vaddr + a->size - 1) >> RACE_PAGE_BITS;
}

static void touch(const struct memtrace_access *a)
{
    for (uint64_t i = first_page(a); i <= last_page(a); i++) {
        struct page *page = find_page(i);

        whole.n_pages += !page->number;
        assert_true(whole.n_pages < TABLE);
        page->number = i;
        page->flags |= a->flags & MEMTRACE_STORE ? MEMTRACE_DIGEST_STORED : 0;
    }
}

static void read_whole(const struct memtrace_reader *reader,
                       struct memtrace_cursor *cursor, uint64_t number)
{
    struct memtrace_batch batch;

    whole.block = memtrace_block(reader, number);
    whole.n = whole.n_pages = 0;
    memset(whole.pages, 0, sizeof(whole.pages));
    whole.accesses = realloc(whole.accesses,
                             whole.block->n_accesses * sizeof(*whole.accesses));
    assert_non_null(whole.accesses);
    assert_int_equal(memtrace_cursor_seek(cursor, number), 0);
    while (memtrace_cursor_next(cursor, &batch) > 0) {
        for (size_t i = 0; i < batch.n_accesses; i++) {
            whole.accesses[whole.n++] = batch.accesses[i];
            touch(&batch.accesses[i]);
        }
    }
    assert_int_equal(whole.n, whole.block->n_accesses);
    assert_int_equal(memtrace_digest_read(reader, number, true, &whole.digest),
                     1);
}

/* --- checks -------------------------------------------------------------- */

/* What came up, so that no check passes by never being made. */
static struct {
    size_t n_lists, n_without, n_crossing, n_atomics, n_waits, n_not_waiting;
    size_t n_own_pages, n_listed;
} seen;

static void check_pages(void)
{
    assert_int_equal(whole.digest.n_pages, whole.n_pages);
    for (size_t i = 0; i < whole.digest.n_pages; i++) {
        const struct memtrace_digest_page *digested = &whole.digest.pages[i];
        struct page *page = find_page(digested->number);

        assert_int_equal(page->number, digested->number);
        assert_false(page->is_digested);
        assert_int_equal(digested->flags & MEMTRACE_DIGEST_STORED, page->flags);
        page->is_digested = true;
        page->flags = digested->flags;
        seen.n_own_pages += whole.digest.n_listed &&
                            !(digested->flags & MEMTRACE_DIGEST_LISTED);
        assert_true(whole.digest.n_listed ||
                    !(digested->flags & MEMTRACE_DIGEST_LISTED));
    }
}

/* Each is there, and nothing else is. */
static void check_atomics(void)
{
    const struct memtrace_digest *digest = &whole.digest;
    bool *is_made = calloc(digest->n_atomics + 1, sizeof(*is_made));

    assert_non_null(is_made);
    for (size_t i = 0; i < whole.n; i++) {
        const struct memtrace_access *a = &whole.accesses[i];
        bool is_there = false;

        for (size_t k = 0; a->flags & MEMTRACE_ATOMIC && k < digest->n_atomics;
             k++) {
            const struct memtrace_digest_atomic *atomic = &digest->atomics[k];

            is_there |= atomic->vaddr == a->vaddr && atomic->size >= a->size;
            is_made[k] |= atomic->vaddr == a->vaddr && atomic->size == a->size;
        }
        assert_true(is_there || !(a->flags & MEMTRACE_ATOMIC));
        seen.n_atomics += is_there;
    }
    for (size_t k = 0; k < digest->n_atomics; k++) {
        assert_true(is_made[k]);
    }
    free(is_made);
}

static bool is_listed(const struct memtrace_access *a)
{
    uint32_t flags =
        find_page(first_page(a))->flags | find_page(last_page(a))->flags;

    return flags & MEMTRACE_DIGEST_LISTED;
}

/* The accesses that digest.h promises: each is marked. */
static void promise(bool *marks)
{
    unsigned n_first = 3;

    for (size_t from = 0, to; from < whole.n; from = to) {
        bool has_any = false;

        for (to = from; to < whole.n &&
                        whole.accesses[to].time == whole.accesses[from].time;
             to++) {
            marks[to] = is_listed(&whole.accesses[to]);
            has_any |= marks[to];
        }
        if (has_any) {
            marks[from] = marks[to - 1] = true;
            marks[from ? from - 1 : 0] = true;
        }
        for (size_t i = from; i < to && i < from + 2; i++) {
            marks[i] |= n_first > 0;
        }
        n_first = has_any ? 2 : n_first ? n_first - 1 : 0;
    }
    marks[whole.n - 1] = true;
}

static void check_list(void)
{
    const struct memtrace_digest *digest = &whole.digest;
    bool *marks = calloc(whole.n, sizeof(*marks));
    size_t at = 0;

    assert_non_null(marks);
    promise(marks);
    for (size_t i = 0; i < whole.n && digest->n_listed; i++) {
        const struct memtrace_access *a = &whole.accesses[i], *b;

        if (!marks[i]) {
            continue;
        }
        assert_true(at < digest->n_listed);
        b = &digest->listed[at];
        assert_int_equal(digest->listed_at[at++], i);
        assert_int_equal(b->vaddr, a->vaddr);
        assert_int_equal(b->time, a->time);
        assert_int_equal(b->insn, a->insn);
        assert_int_equal(b->size, a->size);
        assert_int_equal(b->flags, a->flags);
        seen.n_crossing += is_listed(a) && first_page(a) != last_page(a);
        seen.n_listed += is_listed(a);
    }
    assert_int_equal(at, digest->n_listed);
    seen.n_lists += digest->n_listed > 0;
    seen.n_without += digest->n_listed == 0;
    free(marks);
}

static void check_waits(void)
{
    const struct memtrace_digest *digest = &whole.digest;
    struct race_spins *spins = calloc(1, sizeof(*spins));
    const struct memtrace_batch batch = {
        .accesses = whole.accesses,
        .n_accesses = whole.n,
        .first = whole.block->first,
        .thread = whole.block->thread,
    };

    assert_non_null(spins);
    assert_int_equal(race_spins_accesses(spins, &batch), 0);
    assert_int_equal(race_spins_finish(spins), 0);
    assert_true(digest->n_listed || digest->has_waits);
    assert_int_equal(digest->n_waits, digest->has_waits ? spins->n : 0);
    for (size_t i = 0; i < spins->n; i++) {
        const struct race_spin *spin = &spins->spins[i];
        const struct page *page = find_page(spin->wait.vaddr >> RACE_PAGE_BITS);

        if (digest->has_waits) {
            same_wait(&digest->waits[i], &spin->wait);
        } else {
            assert_false(page->flags & MEMTRACE_DIGEST_LISTED);
        }
    }
    seen.n_waits += digest->n_listed ? digest->n_waits : 0;
    seen.n_not_waiting += !digest->has_waits;
    race_spins_close(spins);
    free(spins);
}

static void random_blocks(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= N_SEEDS; seed++) {
        struct memtrace_reader *reader = make_trace(seed);
        struct memtrace_cursor *cursor;

        assert_int_equal(memtrace_cursor_open_block(reader, &cursor), 0);
        for (uint64_t i = 0; i < N_BLOCKS * N_THREADS; i++) {
            read_whole(reader, cursor, i);
            check_pages();
            check_atomics();
            check_list();
            check_waits();
        }
        memtrace_cursor_close(cursor);
        memtrace_close(reader);
    }
    memtrace_digest_free(&whole.digest);
    free(whole.accesses);
    assert_true(seen.n_lists > N_SEEDS * 4 && seen.n_without > N_SEEDS);
    assert_true(seen.n_crossing > 10 && seen.n_atomics > 1000);
    assert_true(seen.n_waits > 100 && seen.n_not_waiting > N_SEEDS);
    assert_true(seen.n_own_pages > 500 && seen.n_listed > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_blocks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
