/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_digest.c - digests come back as they were made, who makes them sees
 * each access, and the accesses of a block are what they are without one.
 */
#include "digest_helpers.h"

#include "block.h"

#define ACCESSES 3000
#define THREAD 2

/* Lists as long as this are encoded in several pieces. */
static const size_t listed_lengths[] = {0,   1,   2,   255, 256,
                                        257, 511, 512, 513, ACCESSES};
#define N_LENGTHS (sizeof(listed_lengths) / sizeof(listed_lengths[0]))

/* As the encoder takes them: falling stamps are none. */
static struct memtrace_access *accesses_of(const struct stream *s, size_t *n)
{
    struct memtrace_access *accesses = calloc(s->n + 1, sizeof(*accesses));
    uint64_t time = 0;

    assert_non_null(accesses);
    *n = 0;
    for (size_t i = 0; i < s->n; i++) {
        const struct memtrace_packed *e = &s->entries[i];

        if (e->tag == STAMP) {
            time = e->vaddr > time ? e->vaddr : time;
        } else if (e->tag < MEMTRACE_TAG_CONTROL) {
            accesses[(*n)++] = (struct memtrace_access){
                .vaddr = e->vaddr,
                .time = time,
                .insn = e->tag >> MEMTRACE_TAG_INSN_SHIFT,
                .size = (uint16_t)(1u << (e->tag & MEMTRACE_TAG_SIZE_MASK)),
                .flags = (e->tag & MEMTRACE_TAG_STORE ? MEMTRACE_STORE : 0) |
                         (e->tag & MEMTRACE_TAG_ATOMIC ? MEMTRACE_ATOMIC : 0),
            };
        }
    }
    return accesses;
}

/* Up to the encoder to say when a block is full; a digester or none. */
static void write_digested(const char *path, const struct stream *s,
                           const struct memtrace_digester *digester)
{
    struct memtrace_writer *writer = open_writer(path);
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    struct memtrace_thread thread = {.number = THREAD,
                                     .parent = MEMTRACE_NO_THREAD};
    uint64_t first = 0;

    assert_non_null(encoder);
    if (digester) {
        assert_int_equal(memtrace_encoder_digest(encoder, digester), 0);
    }
    memtrace_encoder_begin(encoder, THREAD, 0, 0);
    for (size_t i = 0; i < s->n;) {
        size_t taken =
            memtrace_encoder_accesses(encoder, s->entries + i, s->n - i);

        if (taken == 0) {
            /* Among values it does not take them. */
            assert_int_equal(s->entries[i].tag, STAMP);
            memtrace_encoder_stamp(encoder, s->entries[i++].vaddr);
        }
        i += taken;
        if (memtrace_encoder_count(encoder) == MEMTRACE_BLOCK_ACCESSES) {
            uint64_t time = memtrace_encoder_time(encoder);

            first += MEMTRACE_BLOCK_ACCESSES;
            end_block(encoder, writer);
            memtrace_encoder_begin(encoder, THREAD, first, time);
        }
    }
    end_block(encoder, writer);
    memtrace_encoder_free(encoder);
    assert_int_equal(memtrace_writer_finish(writer, &thread, 1, true), 0);
}

static void *some(size_t n, size_t element_bytes)
{
    void *array = calloc(n + 1, element_bytes);

    assert_non_null(array);
    return array;
}

/* Times of a wait, at the ends of what there is and about anything. */
static uint64_t some_time(uint64_t *r)
{
    static const uint64_t times[] = {0, 1, 999, 1000, 1001, UINT64_MAX - 1};
    uint64_t i = next_random(r) % 8;

    return i < 6 ? times[i] : next_random(r);
}

static void make_waits(struct memtrace_digest *digest, size_t n, uint64_t *r)
{
    digest->waits = some(n, sizeof(*digest->waits));
    digest->n_waits = n;
    for (size_t i = 0; i < n; i++) {
        struct memtrace_digest_wait *wait = &digest->waits[i];

        *wait = (struct memtrace_digest_wait){
            .vaddr = next_random(r) >> next_random(r) % 64,
            .insn = (uint32_t)next_random(r) >> next_random(r) % 32,
            .n_loads = (uint32_t)next_random(r) >> next_random(r) % 32,
            .size = (uint16_t)(1u << next_random(r) % 8),
            .start_time = some_time(r),
            .before_time = some_time(r),
            .last_time = some_time(r),
            .end_time = UINT64_MAX,
        };
        if (next_random(r) & 1) {
            uint64_t later = next_random(r) >> next_random(r) % 64;

            wait->end_time = wait->last_time + later < wait->last_time
                                 ? wait->last_time
                                 : wait->last_time + later;
        }
    }
}

/* So many accesses of the block, in order. */
static void make_list(struct memtrace_digest *digest, size_t n_listed,
                      const struct memtrace_access *accesses, size_t n,
                      uint64_t *r)
{
    digest->listed = some(n_listed, sizeof(*digest->listed));
    digest->listed_at = some(n_listed, sizeof(*digest->listed_at));
    for (size_t i = 0; i < n && digest->n_listed < n_listed; i++) {
        size_t wanted = n_listed - digest->n_listed;

        if (next_random(r) % (n - i) < wanted) {
            digest->listed[digest->n_listed] = accesses[i];
            digest->listed_at[digest->n_listed++] = (uint32_t)i;
        }
    }
    assert_int_equal(digest->n_listed, n_listed);
}

static struct memtrace_digest
make_digest(const struct memtrace_access *accesses, size_t n, size_t n_listed,
            uint64_t *r)
{
    struct memtrace_digest digest = {.has_waits = next_random(r) & 1};

    digest.n_pages = next_random(r) % 400;
    digest.pages = some(digest.n_pages, sizeof(*digest.pages));
    for (size_t i = 0; i < digest.n_pages; i++) {
        digest.pages[i] = (struct memtrace_digest_page){
            .number = next_random(r) >> (10 + next_random(r) % 54),
            .flags = (uint32_t)next_random(r) & 3,
        };
    }
    digest.n_atomics = next_random(r) % 50;
    digest.atomics = some(digest.n_atomics, sizeof(*digest.atomics));
    for (size_t i = 0; i < digest.n_atomics; i++) {
        digest.atomics[i] = (struct memtrace_digest_atomic){
            .vaddr = next_random(r) >> next_random(r) % 64,
            .size = (uint16_t)(1u << next_random(r) % 8),
        };
    }
    make_waits(&digest, next_random(r) % 30, r);
    make_list(&digest, n_listed, accesses, n, r);
    return digest;
}

/* A block each, of the same accesses, but the last has next to none. */
struct digested {
    struct stream s;
    struct memtrace_access *accesses;
    size_t n;
    struct memtrace_digest digests[2 * N_LENGTHS + 1];
    size_t n_digests;
};

static struct digested make_digested(void)
{
    struct digested d = {.s = program_stream(ACCESSES + 2000, 5, 7)};
    uint64_t r = 99;

    d.accesses = accesses_of(&d.s, &d.n);
    for (size_t i = 0; i < 2 * N_LENGTHS; i++) {
        d.digests[d.n_digests++] =
            make_digest(d.accesses, d.n, listed_lengths[i % N_LENGTHS], &r);
    }
    d.digests[d.n_digests++] = (struct memtrace_digest){.n_pages = 0};
    return d;
}

static void free_digested(struct digested *d)
{
    for (size_t i = 0; i < d->n_digests; i++) {
        memtrace_digest_free(&d->digests[i]);
    }
    free(d->s.entries);
    free(d->accesses);
}

/* As many blocks of the stream as there are digests, kept or not. */
static void write_blocks(const char *path, const struct digested *d,
                         uint64_t max_bytes)
{
    struct fake_digester fake = {.digests = d->digests,
                                 .n_digests = d->n_digests};
    struct memtrace_digester digester = fake_digester(&fake);
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    struct memtrace_writer *writer = open_writer(path);
    struct memtrace_thread thread = {.number = THREAD,
                                     .parent = MEMTRACE_NO_THREAD};

    assert_int_equal(memtrace_encoder_digest(encoder, &digester), 0);
    if (max_bytes) {
        assert_int_equal(memtrace_writer_keep_last(writer, max_bytes), 0);
    }
    for (size_t i = 0; i < d->n_digests; i++) {
        memtrace_encoder_begin(encoder, THREAD, i * d->n, 0);
        for (size_t k = 0; k < d->s.n;) {
            k += memtrace_encoder_accesses(encoder, d->s.entries + k,
                                           d->s.n - k);
        }
        end_block(encoder, writer);
    }
    assert_int_equal(fake.n_finished, d->n_digests);
    memtrace_encoder_free(encoder);
    fake_free(&fake);
    assert_int_equal(memtrace_writer_finish(writer, &thread, 1, true), 0);
}

static void digests_come_back(void **state)
{
    struct digested d = make_digested();
    struct memtrace_digest digest = {.n_pages = 0};
    struct memtrace_reader *reader;
    char path[64];

    (void)state;
    temp_path(path);
    write_blocks(path, &d, 0);
    assert_int_equal(memtrace_open(path, &reader), 0);
    assert_int_equal(memtrace_summary(reader)->n_blocks, d.n_digests);
    /* Longer ones before and behind shorter ones, into the same digest. */
    for (size_t i = 0; i < 4 * d.n_digests; i++) {
        size_t block = i * 5 % d.n_digests;
        bool has_listed = i / d.n_digests & 1;

        assert_int_equal(
            memtrace_digest_read(reader, block, has_listed, &digest), 1);
        same_digest(&digest, &d.digests[block], has_listed);
    }
    assert_int_equal(memtrace_summary(reader)->n_damaged_blocks, 0);
    memtrace_digest_free(&digest);
    memtrace_close(reader);
    unlink(path);
    free_digested(&d);
}

static void a_trace_that_keeps_its_end_has_their_digests(void **state)
{
    struct digested d = make_digested();
    struct memtrace_digest digest = {.n_pages = 0};
    struct memtrace_reader *reader;
    uint64_t n_blocks;
    char path[64];

    (void)state;
    temp_path(path);
    write_blocks(path, &d, 100u << 10);
    assert_int_equal(memtrace_open(path, &reader), 0);
    n_blocks = memtrace_summary(reader)->n_blocks;
    assert_in_range(n_blocks, 2, d.n_digests - 2);
    for (uint64_t i = 0; i < n_blocks; i++) {
        size_t number = memtrace_block(reader, i)->first / d.n;

        assert_int_equal(memtrace_digest_read(reader, i, true, &digest), 1);
        same_digest(&digest, &d.digests[number], true);
    }
    memtrace_digest_free(&digest);
    memtrace_close(reader);
    unlink(path);
    free_digested(&d);
}

/* All of a block that is as long as can be. */
static void a_full_block_can_be_listed(void **state)
{
    struct stream s = {0};
    struct memtrace_digest want = {.has_waits = true}, got = {.n_pages = 0};
    struct fake_digester fake = {.digests = &want, .n_digests = 1};
    struct memtrace_digester digester = fake_digester(&fake);
    struct memtrace_reader *reader;
    uint64_t r = 4;
    char path[64];
    size_t n;

    (void)state;
    for (uint64_t i = 0; i < MEMTRACE_BLOCK_ACCESSES; i++) {
        if (i % 3 == 1) {
            stream_add(&s, STAMP, i);
        }
        stream_add(&s, make_tag(1 + i % 7, i & 1, false, 3), 8 * i);
    }
    want.listed = accesses_of(&s, &n);
    want.listed_at = some(n, sizeof(*want.listed_at));
    for (; want.n_listed < n; want.n_listed++) {
        want.listed_at[want.n_listed] = (uint32_t)want.n_listed;
    }
    make_waits(&want, 1000, &r);
    temp_path(path);
    write_digested(path, &s, &digester);
    assert_int_equal(memtrace_open(path, &reader), 0);
    assert_int_equal(memtrace_digest_read(reader, 0, true, &got), 1);
    same_digest(&got, &want, true);
    memtrace_digest_free(&got);
    memtrace_digest_free(&want);
    memtrace_close(reader);
    fake_free(&fake);
    unlink(path);
    free(s.entries);
}

/* Each access once, in order, with its stamp; each block with its facts. */
static void check_shown(const struct fake_digester *fake,
                        const struct stream *s)
{
    size_t n;
    struct memtrace_access *accesses = accesses_of(s, &n);

    assert_int_equal(fake->n_seen, n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(fake->seen[i].vaddr, accesses[i].vaddr);
        assert_int_equal(fake->seen[i].tag, memtrace_tag(&accesses[i]));
        assert_int_equal(fake->seen[i].time, accesses[i].time);
    }
    for (size_t i = 0; i < fake->n_blocks; i++) {
        const struct shown_block *block = &fake->blocks[i];

        assert_int_equal(block->thread, THREAD);
        assert_int_equal(block->first, block->seen);
        /* A stamp at its start may come before the first access. */
        assert_true(block->seen == n ||
                    block->time <= accesses[block->seen].time);
        assert_true(block->seen == 0 ||
                    block->time >= accesses[block->seen - 1].time);
    }
    free(accesses);
}

static void show(const struct stream *s, size_t block_accesses, size_t piece)
{
    struct fake_digester fake = {.n_open = 0};
    struct memtrace_digester digester = fake_digester(&fake);
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    struct memtrace_thread thread = {.parent = MEMTRACE_NO_THREAD};
    struct memtrace_writer *writer;
    char path[64];

    temp_path(path);
    writer = open_writer(path);
    assert_int_equal(memtrace_encoder_digest(encoder, &digester), 0);
    encode_stream(encoder, writer, THREAD, s, block_accesses, piece);
    memtrace_encoder_free(encoder);
    assert_int_equal(memtrace_writer_finish(writer, &thread, 1, true), 0);
    check_shown(&fake, s);
    fake_free(&fake);
    unlink(path);
}

/* Stamps in a row, equal ones, falling ones, at the end and at the start. */
static struct stream stamped_stream(size_t n)
{
    struct stream s = {0};
    uint64_t r = 8, time = 500;

    for (size_t i = 0; i < n; i++) {
        for (uint64_t k = next_random(&r) % 5; k > 2; k--) {
            time += next_random(&r) % 3;
            stream_add(&s, STAMP,
                       next_random(&r) % 10 ? time : time - 1 - k * 9);
        }
        stream_add(&s, make_tag(1 + i % 9, i & 1, i % 11 == 0, i & 3),
                   0x1000 + 8 * (i % 100));
    }
    stream_add(&s, STAMP, time + 100);
    return s;
}

static void who_makes_them_sees_all(void **state)
{
    struct stream program = program_stream(60000, 3, 5);
    struct stream stamped = stamped_stream(20000);

    (void)state;
    show(&program, MEMTRACE_BLOCK_ACCESSES, 65536);
    show(&program, 1000, 100);
    show(&program, 777, 3);
    show(&stamped, MEMTRACE_BLOCK_ACCESSES, 65536);
    show(&stamped, 64, 65536);
    show(&stamped, 10, 1);
    free(program.entries);
    free(stamped.entries);
}

/* Values, from the start or later on, and stamps between. */
static struct stream valued_stream(size_t n, size_t from)
{
    struct stream s = {0};

    for (uint64_t i = 0; i < n; i++) {
        if (i % 50 < 3) {
            stream_add(&s, STAMP, i);
        }
        stream_add(&s, make_tag(1 + i % 5, i & 1, false, i % 5), 16 * i);
        for (uint64_t k = 0; i >= from && i % 7 && k <= (i % 5 == 4); k++) {
            stream_add(&s, MEMTRACE_TAG_VALUE, i * 77 + k);
        }
    }
    return s;
}

/* Batch by batch the same, values too. */
static void same_accesses(const char *path, const char *other)
{
    const char *const paths[2] = {path, other};
    struct memtrace_reader *readers[2];
    struct memtrace_cursor *cursors[2];
    struct memtrace_batch a, b;

    for (int i = 0; i < 2; i++) {
        assert_int_equal(memtrace_open(paths[i], &readers[i]), 0);
        assert_int_equal(
            memtrace_cursor_open_thread(readers[i], THREAD, &cursors[i]), 0);
    }
    while (memtrace_cursor_next(cursors[0], &a) > 0) {
        assert_int_equal(memtrace_cursor_next(cursors[1], &b), 1);
        assert_int_equal(a.n_accesses, b.n_accesses);
        assert_int_equal(a.first, b.first);
        assert_memory_equal(a.accesses, b.accesses,
                            a.n_accesses * sizeof(*a.accesses));
        assert_int_equal(!a.values, !b.values);
        if (a.values) {
            assert_memory_equal(a.values, b.values,
                                a.n_accesses * sizeof(*a.values));
        }
    }
    assert_int_equal(memtrace_cursor_next(cursors[1], &b), 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(memtrace_summary(readers[i])->n_damaged_blocks, 0);
        memtrace_cursor_close(cursors[i]);
        memtrace_close(readers[i]);
    }
}

/* A stream with digests and without; each block's comes back. */
static void compare_with_none(const struct stream *s)
{
    struct memtrace_digest wanted[4], got = {.n_pages = 0};
    struct fake_digester fake = {.digests = wanted, .n_digests = 4};
    struct memtrace_digester digester = fake_digester(&fake);
    struct memtrace_reader *reader;
    char path[64], plain[64];
    uint64_t r = 6;
    size_t n;
    struct memtrace_access *accesses = accesses_of(s, &n);

    for (size_t i = 0; i < 4; i++) {
        size_t first = i * MEMTRACE_BLOCK_ACCESSES;

        wanted[i] =
            make_digest(accesses + (first < n ? first : 0), 400, 100, &r);
    }
    temp_path(path);
    temp_path(plain);
    write_digested(path, s, &digester);
    write_digested(plain, s, NULL);
    check_shown(&fake, s);
    same_accesses(path, plain);
    assert_int_equal(memtrace_open(path, &reader), 0);
    for (uint64_t i = 0; i < memtrace_summary(reader)->n_blocks; i++) {
        assert_int_equal(memtrace_digest_read(reader, i, true, &got), 1);
        same_digest(&got, &wanted[i], true);
    }
    memtrace_close(reader);
    for (size_t i = 0; i < 4; i++) {
        memtrace_digest_free(&wanted[i]);
    }
    memtrace_digest_free(&got);
    fake_free(&fake);
    free(accesses);
    unlink(path);
    unlink(plain);
}

static void accesses_are_as_without(void **state)
{
    const size_t full = MEMTRACE_BLOCK_ACCESSES;
    struct stream streams[] = {
        program_stream(2000, 4, 9),
        program_stream(2 * full + full / 3, 4, 100),
        valued_stream(5000, 0),
        valued_stream(full + 5000, 3000),
        valued_stream(full + 5000, full + 1000),
    };

    (void)state;
    for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
        compare_with_none(&streams[i]);
        free(streams[i].entries);
    }
}

/* An event alone, then accesses alone. */
static void write_events(const char *path, bool is_digested)
{
    struct fake_digester fake = {.n_open = 0};
    struct memtrace_digester digester = fake_digester(&fake);
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    struct memtrace_writer *writer = open_writer(path);
    struct memtrace_thread thread = {.parent = MEMTRACE_NO_THREAD};
    struct memtrace_packed entry = {0x1000, make_tag(1, true, false, 3)};
    struct memtrace_event event = {.type = MEMTRACE_EVENT_MAP, .text = "x"};

    if (is_digested) {
        assert_int_equal(memtrace_encoder_digest(encoder, &digester), 0);
    }
    memtrace_encoder_begin(encoder, 0, 0, 10);
    assert_int_equal(memtrace_encoder_event(encoder, &event), 0);
    end_block(encoder, writer);
    memtrace_encoder_begin(encoder, 0, 0, 10);
    assert_int_equal(memtrace_encoder_accesses(encoder, &entry, 1), 1);
    end_block(encoder, writer);
    memtrace_encoder_free(encoder);
    fake_free(&fake);
    assert_int_equal(memtrace_writer_finish(writer, &thread, 1, true), 0);
}

static void a_block_may_have_none(void **state)
{
    struct memtrace_reader *reader;
    char path[64];

    (void)state;
    temp_path(path);
    for (int is_digested = 0; is_digested < 2; is_digested++) {
        struct memtrace_digest digest = {.has_waits = true,
                                         .n_pages = 3,
                                         .n_atomics = 4,
                                         .n_waits = 5,
                                         .n_listed = 6};

        write_events(path, is_digested);
        assert_int_equal(memtrace_open(path, &reader), 0);
        assert_int_equal(memtrace_digest_read(reader, 0, true, &digest), 0);
        same_digest(&digest, &(struct memtrace_digest){.n_pages = 0}, true);
        assert_int_equal(memtrace_digest_read(reader, 1, true, &digest),
                         is_digested);
        assert_int_equal(memtrace_digest_read(reader, 2, true, &digest),
                         MEMTRACE_ERR_INVALID);
        assert_int_equal(memtrace_summary(reader)->n_damaged_blocks, 0);
        memtrace_digest_free(&digest);
        memtrace_close(reader);
    }
    unlink(path);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_come_back),
        cmocka_unit_test(a_trace_that_keeps_its_end_has_their_digests),
        cmocka_unit_test(a_full_block_can_be_listed),
        cmocka_unit_test(who_makes_them_sees_all),
        cmocka_unit_test(accesses_are_as_without),
        cmocka_unit_test(a_block_may_have_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
