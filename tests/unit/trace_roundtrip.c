/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_roundtrip.c - what is encoded comes back, access by access.
 */
#include "trace_helpers.h"

#define SIZE_MAX_LOG2 7

/* Through a file and back, with the totals. */
static void check(const struct stream *s, size_t block_accesses, size_t piece)
{
    char path[64];
    struct memtrace_writer *writer;
    struct memtrace_reader *reader;
    struct memtrace_cursor *cursor;
    const struct memtrace_summary *summary;
    uint64_t n_stores = 0, n_atomics = 0, n = 0, min = UINT64_MAX, max = 0;
    uint64_t got_min = UINT64_MAX, got_max = 0;
    struct memtrace_thread thread = {.parent = MEMTRACE_NO_THREAD};

    temp_path(path);
    writer = open_writer(path);
    write_stream(writer, 0, s, block_accesses, piece);
    assert_int_equal(memtrace_writer_finish(writer, &thread, 1, true), 0);

    for (size_t i = 0; i < s->n; i++) {
        const struct memtrace_packed *e = &s->entries[i];

        if (e->tag < MEMTRACE_TAG_CONTROL) {
            n++;
            n_stores += (e->tag & MEMTRACE_TAG_STORE) != 0;
            n_atomics += (e->tag & MEMTRACE_TAG_ATOMIC) != 0;
            min = e->vaddr < min ? e->vaddr : min;
            max = e->vaddr > max ? e->vaddr : max;
        }
    }
    assert_int_equal(memtrace_open(path, &reader), 0);
    assert_int_equal(memtrace_cursor_open_thread(reader, 0, &cursor), 0);
    assert_int_equal(compare_stream(cursor, s), n);
    memtrace_cursor_close(cursor);
    assert_int_equal(memtrace_cursor_open_time(reader, &cursor), 0);
    assert_int_equal(compare_stream(cursor, s), n);
    memtrace_cursor_close(cursor);

    summary = memtrace_summary(reader);
    assert_int_equal(summary->n_accesses, n);
    assert_int_equal(summary->n_stores, n_stores);
    assert_int_equal(summary->n_loads, n - n_stores);
    assert_int_equal(summary->n_atomics, n_atomics);
    assert_int_equal(summary->n_damaged_blocks, 0);
    assert_int_equal(summary->n_blocks,
                     (n + block_accesses - 1) / block_accesses);
    for (uint64_t i = 0; i < summary->n_blocks; i++) {
        const struct memtrace_block *b = memtrace_block(reader, i);

        got_min = b->min_vaddr < got_min ? b->min_vaddr : got_min;
        got_max = b->max_vaddr > got_max ? b->max_vaddr : got_max;
    }
    assert_null(memtrace_block(reader, summary->n_blocks));
    assert_int_equal(got_min, min);
    assert_int_equal(got_max, max);
    memtrace_close(reader);
    unlink(path);
}

static void random_stream_comes_back(void **state)
{
    struct stream s = {0};
    uint64_t r = 1;

    (void)state;
    for (int i = 0; i < 30000; i++) {
        uint32_t tag = (uint32_t)next_random(&r) % MEMTRACE_TAG_CONTROL;

        if (tag >> MEMTRACE_TAG_INSN_SHIFT == 0) {
            tag = make_tag(MEMTRACE_INSN_MAX, true, true, SIZE_MAX_LOG2);
        }
        stream_add(&s, tag, next_random(&r));
    }
    check(&s, MEMTRACE_BLOCK_ACCESSES, 30000);
    check(&s, 7000, 100);
    free(s.entries);
}

static void program_stream_comes_back(void **state)
{
    struct stream s = program_stream(400000, 7, 20);

    (void)state;
    check(&s, MEMTRACE_BLOCK_ACCESSES, 65536);
    check(&s, 50000, 777);
    check(&s, 1000, 3);
    free(s.entries);
}

static void a_full_block_ends_itself(void **state)
{
    struct stream s = program_stream(2 * MEMTRACE_BLOCK_ACCESSES + 5, 3, 0);

    (void)state;
    check(&s, MEMTRACE_BLOCK_ACCESSES, 1u << 20);
    free(s.entries);
}

static void every_small_length_comes_back(void **state)
{
    (void)state;
    for (size_t n = 1; n < 80; n++) {
        struct stream s = program_stream(n, n, 3);

        check(&s, n < 40 ? MEMTRACE_BLOCK_ACCESSES : 7, 1 + n % 5);
        free(s.entries);
    }
}

static void stamps_at_every_place_come_back(void **state)
{
    struct stream s = program_stream(5000, 11, 1), t = {0};

    (void)state;
    for (size_t i = 0; i < s.n; i++) {
        if (s.entries[i].tag < MEMTRACE_TAG_CONTROL) {
            stream_add(&t, STAMP, 5 * i + UINT64_C(0x100000000));
            stream_add(&t, s.entries[i].tag, s.entries[i].vaddr);
        }
    }
    stream_add(&t, STAMP, UINT64_MAX);
    check(&t, MEMTRACE_BLOCK_ACCESSES, 100);
    check(&t, 64, 100);
    free(s.entries);
    free(t.entries);
}

static void extreme_addresses_come_back(void **state)
{
    static const uint64_t ends[] = {0,        UINT64_MAX, 1,      1ull << 63,
                                    0xff,     0x100,      0xffff, 0x10000,
                                    0xffffff, 0x1000000};
    struct stream s = {0};
    uint64_t r = 5;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        uint32_t insn = 1 + (uint32_t)(next_random(&r) % 3);

        stream_add(&s, make_tag(insn, false, false, 0),
                   ends[next_random(&r) % 10] + next_random(&r) % 2);
    }
    check(&s, MEMTRACE_BLOCK_ACCESSES, 512);
    free(s.entries);
}

/* Long runs that are all predicted: over a ring's end, over 255. */
static void long_runs_come_back(void **state)
{
    struct stream s = {0};

    (void)state;
    for (uint64_t i = 0; i < 300000; i++) {
        stream_add(&s, make_tag(1 + i % 3, i % 3 == 2, false, 3),
                   (i % 3 + 1) * 0x1000000 + i / 3 * 8);
        if (i % 70001 == 70000) {
            stream_add(&s, make_tag(9, false, false, 3), i);
        }
    }
    check(&s, MEMTRACE_BLOCK_ACCESSES, 65536);
    free(s.entries);
}

/* The encoder's tables have to have room for it. */
static void a_block_of_new_instructions_comes_back(void **state)
{
    struct stream s = {0};

    (void)state;
    for (uint32_t i = 0; i < MEMTRACE_BLOCK_ACCESSES + 100; i++) {
        stream_add(&s, make_tag(i * 250 + 1, i & 1, false, i & 7),
                   (uint64_t)i << 32);
    }
    check(&s, MEMTRACE_BLOCK_ACCESSES, 1u << 20);
    free(s.entries);
}

static void encoder_stops_before_what_is_no_access(void **state)
{
    static const uint32_t others[] = {
        0, 1, 0x1f, MEMTRACE_TAG_CONTROL, STAMP + 1, UINT32_MAX};
    struct memtrace_encoder *encoder = memtrace_encoder_new();

    (void)state;
    assert_non_null(encoder);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        struct memtrace_packed entries[4] = {
            {0x1000, make_tag(1, false, false, 3)},
            {0x2000, make_tag(1, true, true, 3)},
            {0x3000, others[i]},
            {0x4000, make_tag(1, false, false, 3)},
        };

        memtrace_encoder_begin(encoder, 0, 0, 0);
        assert_int_equal(memtrace_encoder_accesses(encoder, entries + 2, 2), 0);
        assert_int_equal(memtrace_encoder_accesses(encoder, entries, 4), 2);
        assert_int_equal(memtrace_encoder_accesses(encoder, entries + 2, 2), 0);
        assert_int_equal(memtrace_encoder_accesses(encoder, entries + 3, 1), 1);
        assert_int_equal(memtrace_encoder_count(encoder), 3);
    }
    memtrace_encoder_free(encoder);
}

/* The last tag that is an access's: found by the fuzz target columns. */
static void the_highest_tag_comes_back(void **state)
{
    struct stream s = {0};

    (void)state;
    stream_add(&s, MEMTRACE_TAG_CONTROL - 1, 0x1000);
    stream_add(&s, make_tag(1, false, false, 3), 0x2000);
    stream_add(&s, MEMTRACE_TAG_CONTROL - 1, 0x3000);
    check(&s, MEMTRACE_BLOCK_ACCESSES, 512);
    free(s.entries);
}

static void an_empty_block_is_none(void **state)
{
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    const uint8_t *data;
    size_t size = 1;

    (void)state;
    memtrace_encoder_begin(encoder, 1, 2, 3);
    memtrace_encoder_stamp(encoder, 4);
    assert_int_equal(memtrace_encoder_finish(encoder, &data, &size), 0);
    assert_int_equal(size, 0);
    memtrace_encoder_free(encoder);
}

/* The figure that the codec is for: regular streams take almost nothing. */
static void regular_streams_are_small(void **state)
{
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    const uint8_t *data;
    size_t size;

    (void)state;
    memtrace_encoder_begin(encoder, 0, 0, 0);
    for (uint64_t i = 0; i < 100000; i++) {
        struct memtrace_packed entries[2] = {
            {0x1000 + 8 * i, make_tag(1, false, false, 3)},
            {0x9000000 + 4 * i, make_tag(2, true, false, 2)},
        };

        assert_int_equal(memtrace_encoder_accesses(encoder, entries, 2), 2);
    }
    assert_int_equal(memtrace_encoder_finish(encoder, &data, &size), 0);
    assert_true(size < 1000);
    memtrace_encoder_free(encoder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_stream_comes_back),
        cmocka_unit_test(program_stream_comes_back),
        cmocka_unit_test(a_full_block_ends_itself),
        cmocka_unit_test(every_small_length_comes_back),
        cmocka_unit_test(stamps_at_every_place_come_back),
        cmocka_unit_test(extreme_addresses_come_back),
        cmocka_unit_test(long_runs_come_back),
        cmocka_unit_test(a_block_of_new_instructions_comes_back),
        cmocka_unit_test(encoder_stops_before_what_is_no_access),
        cmocka_unit_test(the_highest_tag_comes_back),
        cmocka_unit_test(an_empty_block_is_none),
        cmocka_unit_test(regular_streams_are_small),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
