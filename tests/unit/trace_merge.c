/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_merge.c - the merged order is a stable sort by time and thread.
 */
#include "trace_helpers.h"

struct item {
    uint64_t time;
    uint32_t thread;
    uint64_t number; /* in the thread */
    uint64_t vaddr;
};

static int compare_items(const void *a, const void *b)
{
    const struct item *x = a, *y = b;

    if (x->time != y->time) {
        return x->time < y->time ? -1 : 1;
    }
    if (x->thread != y->thread) {
        return x->thread < y->thread ? -1 : 1;
    }
    return x->number < y->number ? -1 : x->number > y->number;
}

/* What one thread did: bursts between stamps, some of the same time. */
static struct stream make_thread(uint32_t thread, uint64_t start, size_t n,
                                 uint64_t *random, struct item *items,
                                 size_t *n_items)
{
    struct stream s = {0};
    uint64_t time = start;

    for (size_t i = 0; i < n; i++) {
        if (i == 0 || next_random(random) % 8 == 0) {
            time += next_random(random) % 4 * 10;
            stream_add(&s, STAMP, time);
        }
        items[(*n_items)++] = (struct item){
            time, thread, i, ((uint64_t)thread + 1) << 32 | i * 8};
        stream_add(&s, make_tag(1 + i % 5, i & 1, false, 3),
                   ((uint64_t)thread + 1) << 32 | i * 8);
    }
    return s;
}

static void check_merged(const char *path, const struct item *items, size_t n)
{
    struct memtrace_reader *reader;
    struct memtrace_cursor *cursor;
    struct memtrace_batch batch;
    size_t at = 0;
    int result;

    assert_int_equal(memtrace_open(path, &reader), 0);
    assert_int_equal(memtrace_cursor_open_time(reader, &cursor), 0);
    while ((result = memtrace_cursor_next(cursor, &batch)) > 0) {
        for (size_t i = 0; i < batch.n_accesses; i++, at++) {
            assert_true(at < n);
            assert_int_equal(batch.thread, items[at].thread);
            assert_int_equal(batch.first + i, items[at].number);
            assert_int_equal(batch.accesses[i].time, items[at].time);
            assert_int_equal(batch.accesses[i].vaddr, items[at].vaddr);
        }
    }
    assert_int_equal(result, 0);
    assert_int_equal(at, n);
    assert_int_equal(memtrace_cursor_next(cursor, &batch), 0);
    memtrace_cursor_close(cursor);
    memtrace_close(reader);
}

/* Threads of these starts and lengths, in blocks of that many accesses. */
static void merge(uint32_t n_threads, uint64_t apart, size_t length,
                  size_t block_accesses)
{
    char path[64];
    struct memtrace_writer *writer;
    struct item *items = malloc(n_threads * length * sizeof(*items));
    size_t n = 0;
    uint64_t random = 99;

    assert_non_null(items);
    temp_path(path);
    writer = open_writer(path);
    /* The last thread's blocks first: the order of blocks does not matter. */
    for (uint32_t t = n_threads; t-- > 0;) {
        struct stream s =
            make_thread(t, 1000 + t * apart, length, &random, items, &n);

        write_stream(writer, t, &s, block_accesses, 1000);
        free(s.entries);
    }
    assert_int_equal(memtrace_writer_finish(writer, NULL, 0, true), 0);
    qsort(items, n, sizeof(*items), compare_items);
    check_merged(path, items, n);
    free(items);
    unlink(path);
}

static void overlapping_threads(void **state)
{
    (void)state;
    merge(2, 0, 20000, 4096);
    merge(7, 5, 5000, 300);
}

static void one_thread_after_another(void **state)
{
    (void)state;
    merge(5, 1000000, 3000, 1000);
}

static void many_short_threads(void **state)
{
    (void)state;
    merge(1000, 50, 40, 16);
}

static void threads_of_the_same_times(void **state)
{
    (void)state;
    merge(3, 0, 1, 1);
    merge(64, 0, 100, 100);
}

/* A block whose events came at a time before its first access. */
static void a_block_that_starts_before_its_accesses(void **state)
{
    char path[64];
    struct memtrace_writer *writer;
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    struct memtrace_event event = {.type = MEMTRACE_EVENT_PROTECT};
    struct memtrace_packed entry = {0x10, make_tag(1, false, false, 0)};
    static const struct item items[] = {
        {50, 1, 0, 0x10}, {60, 1, 1, 0x10}, {60, 2, 0, 0x10}, {90, 0, 0, 0x10}};

    (void)state;
    temp_path(path);
    writer = open_writer(path);
    memtrace_encoder_begin(encoder, 0, 0, 10);
    assert_int_equal(memtrace_encoder_event(encoder, &event), 0);
    memtrace_encoder_stamp(encoder, 90);
    assert_int_equal(memtrace_encoder_accesses(encoder, &entry, 1), 1);
    end_block(encoder, writer);
    memtrace_encoder_begin(encoder, 1, 0, 50);
    assert_int_equal(memtrace_encoder_accesses(encoder, &entry, 1), 1);
    memtrace_encoder_stamp(encoder, 60);
    assert_int_equal(memtrace_encoder_accesses(encoder, &entry, 1), 1);
    end_block(encoder, writer);
    memtrace_encoder_begin(encoder, 2, 0, 5);
    assert_int_equal(memtrace_encoder_event(encoder, &event), 0);
    end_block(encoder, writer); /* of an event alone */
    memtrace_encoder_begin(encoder, 2, 0, 60);
    assert_int_equal(memtrace_encoder_accesses(encoder, &entry, 1), 1);
    end_block(encoder, writer);
    memtrace_encoder_free(encoder);
    assert_int_equal(memtrace_writer_finish(writer, NULL, 0, true), 0);
    check_merged(path, items, 4);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overlapping_threads),
        cmocka_unit_test(one_thread_after_another),
        cmocka_unit_test(many_short_threads),
        cmocka_unit_test(threads_of_the_same_times),
        cmocka_unit_test(a_block_that_starts_before_its_accesses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
