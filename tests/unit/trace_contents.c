/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_contents.c - what stands in a trace beside the accesses: properties,
 * instructions, threads, events; and the words of errors.
 */
#include "trace_helpers.h"

#include "format.h"

static void later_properties_replace_earlier(void **state)
{
    char path[64];
    struct memtrace_writer *writer;
    struct memtrace_reader *reader;
    const char *key, *value;
    size_t n = 0;

    (void)state;
    temp_path(path);
    writer = open_writer(path);
    assert_int_equal(memtrace_writer_meta(writer, "a", "1"), 0);
    assert_int_equal(memtrace_writer_meta(writer, "b", ""), 0);
    assert_int_equal(memtrace_writer_flush_meta(writer), 0);
    assert_int_equal(memtrace_writer_meta(writer, "a", "two"), 0);
    assert_int_equal(
        memtrace_writer_meta(writer, "clock.ticks_per_second", "2500000000"),
        0);
    assert_int_equal(
        memtrace_writer_meta(writer, "clock.start_unix_ns", "123456789"), 0);
    assert_int_equal(memtrace_writer_meta(writer, "", "x"),
                     MEMTRACE_ERR_INVALID);
    assert_int_equal(memtrace_writer_finish(writer, NULL, 0, false), 0);
    assert_int_equal(memtrace_open(path, &reader), 0);
    assert_string_equal(memtrace_meta(reader, "a"), "two");
    assert_string_equal(memtrace_meta(reader, "b"), "");
    assert_null(memtrace_meta(reader, "c"));
    while (memtrace_meta_at(reader, n, &key, &value)) {
        n++;
    }
    assert_int_equal(n, 4);
    assert_int_equal(memtrace_summary(reader)->ticks_per_second, 2500000000);
    assert_int_equal(memtrace_summary(reader)->start_unix_ns, 123456789);
    assert_false(memtrace_summary(reader)->is_complete);
    assert_false(memtrace_summary(reader)->index_rebuilt);
    memtrace_close(reader);
    unlink(path);
}

static struct memtrace_insn make_insn(uint32_t number)
{
    struct memtrace_insn insn = {
        .pc = 0x400000 + number * UINT64_C(0x10001) % 0x7fff0000,
        .number = number,
        .size = (uint8_t)(1 + number % MEMTRACE_INSN_BYTES),
        .flags = number % 5 == 0 ? MEMTRACE_ATOMIC : 0,
    };

    for (unsigned i = 0; i < insn.size; i++) {
        insn.bytes[i] = (uint8_t)(number * 7 + i);
    }
    return insn;
}

/* 30,000 fill several blocks; the step makes them sparse. */
static void check_insns(uint32_t step)
{
    enum { N = 30000 };
    char path[64];
    struct memtrace_writer *writer;
    struct memtrace_reader *reader;

    temp_path(path);
    writer = open_writer(path);
    for (uint32_t i = 1; i <= N; i++) {
        /* Not in order: threads translate at once. */
        struct memtrace_insn insn = make_insn(((i - 1) ^ 1) * step + 1);

        assert_int_equal(memtrace_writer_insn(writer, &insn), 0);
    }
    assert_int_equal(memtrace_writer_finish(writer, NULL, 0, true), 0);
    assert_int_equal(memtrace_open(path, &reader), 0);
    assert_int_equal(memtrace_summary(reader)->n_insns, (N - 1) * step + 1);
    for (uint32_t i = 0; i < N; i++) {
        struct memtrace_insn want = make_insn(i * step + 1);
        const struct memtrace_insn *got = memtrace_insn(reader, want.number);

        assert_non_null(got);
        assert_memory_equal(got, &want, sizeof(want));
        if (step > 1) {
            assert_null(memtrace_insn(reader, want.number + 1));
        }
    }
    assert_null(memtrace_insn(reader, 0));
    assert_null(memtrace_insn(reader, N * step + 1));
    assert_null(memtrace_insn(reader, UINT32_MAX));
    memtrace_close(reader);
    unlink(path);
}

static void instructions_come_back(void **state)
{
    (void)state;
    check_insns(1);
    check_insns(3000);
}

static void wrong_instructions_are_refused(void **state)
{
    char path[64];
    struct memtrace_writer *writer;
    struct memtrace_insn insn = make_insn(1);

    (void)state;
    temp_path(path);
    writer = open_writer(path);
    insn.number = 0;
    assert_int_equal(memtrace_writer_insn(writer, &insn), MEMTRACE_ERR_INVALID);
    insn.number = MEMTRACE_INSN_MAX + 1;
    assert_int_equal(memtrace_writer_insn(writer, &insn), MEMTRACE_ERR_INVALID);
    insn.number = 1;
    insn.size = MEMTRACE_INSN_BYTES + 1;
    assert_int_equal(memtrace_writer_insn(writer, &insn), MEMTRACE_ERR_INVALID);
    assert_int_equal(memtrace_writer_finish(writer, NULL, 0, true), 0);
    unlink(path);
}

/* Event k of a thread, with all numbers of args and kinds of text. */
static struct memtrace_event make_event(uint32_t k)
{
    static const char *const texts[] = {NULL, "", "/lib/libc.so.6", "\n\xff "};
    struct memtrace_event event = {
        .type = (uint16_t)(1 + k % 300),
        .n_args = (uint16_t)(k % (MEMTRACE_EVENT_ARGS + 1)),
        .text = texts[k % 4],
    };

    if (event.type == MEMTRACE_EVENT_LOST) {
        event.type = MEMTRACE_EVENT_MAP;
    }
    for (unsigned i = 0; i < event.n_args; i++) {
        event.args[i] = i == 0 ? UINT64_MAX : (uint64_t)k << 7 * i;
    }
    return event;
}

/*
 * Two threads of 100 events each at times 10k and 10k + 5 (both the same
 * where k % 10 is 0), thread 0 with three accesses between two events.
 */
static void events_come_back_in_order(void **state)
{
    char path[64];
    struct memtrace_writer *writer;
    struct memtrace_reader *reader;
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    const struct memtrace_event *events;
    uint32_t next[2] = {0, 0};
    uint64_t time = 0;

    (void)state;
    temp_path(path);
    writer = open_writer(path);
    for (uint32_t t = 2; t-- > 0;) {
        uint64_t first = 0;

        memtrace_encoder_begin(encoder, t, 0, 0);
        for (uint32_t k = 0; k < 100; k++) {
            struct memtrace_event event = make_event(k);
            struct memtrace_packed entries[3] = {
                {1, make_tag(1, false, false, 0)},
                {2, make_tag(1, false, false, 0)},
                {3, make_tag(1, false, false, 0)}};

            memtrace_encoder_stamp(encoder, 10 * k + (k % 10 ? 5 * t : 0));
            assert_int_equal(memtrace_encoder_event(encoder, &event), 0);
            if (t == 0) {
                memtrace_encoder_accesses(encoder, entries, 3);
                first += 3;
            }
            if (k % 30 == 29) {
                end_block(encoder, writer);
                memtrace_encoder_begin(encoder, t, first,
                                       10 * k + (k % 10 ? 5 * t : 0));
            }
        }
        end_block(encoder, writer);
    }
    memtrace_encoder_free(encoder);
    assert_int_equal(memtrace_writer_finish(writer, NULL, 0, true), 0);
    assert_int_equal(memtrace_open(path, &reader), 0);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(memtrace_events(reader, &events), 200);
    }
    for (int i = 0; i < 200; i++) {
        const struct memtrace_event *e = &events[i];
        uint32_t k = next[e->thread]++;
        struct memtrace_event want = make_event(k);

        assert_true(e->time >= time);
        time = e->time;
        assert_int_equal(e->time, 10 * k + (k % 10 ? 5 * e->thread : 0));
        if (k % 10 == 0) {
            assert_int_equal(e->thread, i % 2);
        }
        assert_int_equal(e->type, want.type);
        assert_int_equal(e->n_args, want.n_args);
        assert_memory_equal(e->args, want.args, sizeof(want.args));
        assert_string_equal(e->text, want.text ? want.text : "");
        assert_int_equal(e->position, e->thread == 0 ? 3 * k : 0);
    }
    memtrace_close(reader);
    unlink(path);
}

static void too_much_of_an_event_is_refused(void **state)
{
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    struct memtrace_event event = {.n_args = MEMTRACE_EVENT_ARGS + 1};
    char *text = calloc(1, 70000);

    (void)state;
    assert_int_equal(memtrace_encoder_event(encoder, &event),
                     MEMTRACE_ERR_LIMIT);
    event.n_args = 0;
    memset(text, 'x', 69999);
    event.text = text;
    assert_int_equal(memtrace_encoder_event(encoder, &event),
                     MEMTRACE_ERR_LIMIT);
    free(text);
    memtrace_encoder_free(encoder);
}

/* Written by hand into the first event's block: LOST counts, threads tell. */
static void write_threads(const char *path, bool has_table)
{
    struct memtrace_writer *writer = open_writer(path);
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    struct memtrace_thread threads[2] = {
        {.number = 0,
         .pid = 7,
         .tid = 7,
         .parent = MEMTRACE_NO_THREAD,
         .start_time = 100,
         .end_time = 900},
        {.number = 1,
         .pid = 7,
         .tid = 8,
         .parent = 0,
         .start_time = 200,
         .end_time = 800},
    };

    for (uint32_t t = 0; t < 2; t++) {
        struct memtrace_event start = {.type = MEMTRACE_EVENT_THREAD_START,
                                       .n_args = 3,
                                       .args = {7, 7 + t, t ? 0 : ~0ull}};
        struct memtrace_event lost = {
            .type = MEMTRACE_EVENT_LOST, .n_args = 1, .args = {11}};
        struct memtrace_event end = {.type = MEMTRACE_EVENT_THREAD_END,
                                     .n_args = 1};
        struct memtrace_packed entries[3] = {{1, make_tag(1, false, false, 0)},
                                             {2, make_tag(1, true, true, 0)},
                                             {3, make_tag(1, true, false, 0)}};

        memtrace_encoder_begin(encoder, t, 0, 100 + 100 * t);
        assert_int_equal(memtrace_encoder_event(encoder, &start), 0);
        assert_int_equal(memtrace_encoder_accesses(encoder, entries, 3), 3);
        assert_int_equal(memtrace_encoder_event(encoder, &lost), 0);
        memtrace_encoder_stamp(encoder, 900 - 100 * t);
        assert_int_equal(memtrace_encoder_event(encoder, &end), 0);
        end_block(encoder, writer);
    }
    memtrace_encoder_free(encoder);
    assert_int_equal(
        memtrace_writer_finish(writer, threads, has_table ? 2 : 0, true), 0);
}

static void threads_and_totals(void **state)
{
    char path[64];

    (void)state;
    temp_path(path);
    for (int round = 0; round < 3; round++) {
        struct memtrace_reader *reader;
        const struct memtrace_summary *s;

        write_threads(path, round == 0); /* or else events tell */
        if (round == 2) {                /* nor an index */
            size_t size;
            uint8_t *data = read_file(path, &size);

            write_file(path, data, size - TRAILER_BYTES);
            free(data);
        }
        assert_int_equal(memtrace_open(path, &reader), 0);
        s = memtrace_summary(reader);
        assert_int_equal(s->n_threads, 2);
        assert_int_equal(s->n_accesses, 6);
        assert_int_equal(s->n_loads, 2);
        assert_int_equal(s->n_stores, 4);
        assert_int_equal(s->n_atomics, 2);
        assert_int_equal(s->n_lost, 22);
        assert_int_equal(s->start_time, 100);
        assert_int_equal(s->end_time, 900);
        for (uint32_t t = 0; t < 2; t++) {
            const struct memtrace_thread *thread = memtrace_thread(reader, t);

            assert_non_null(thread);
            assert_int_equal(thread->number, t);
            assert_int_equal(thread->n_loads, 1);
            assert_int_equal(thread->n_stores, 2);
            assert_int_equal(thread->n_atomics, 1);
            assert_int_equal(thread->n_lost, 11);
            assert_int_equal(thread->pid, 7);
            assert_int_equal(thread->tid, 7 + t);
            assert_int_equal(thread->parent, t ? 0 : MEMTRACE_NO_THREAD);
            assert_int_equal(thread->start_time, 100 + 100 * t);
            assert_int_equal(thread->end_time, 900 - 100 * t);
        }
        assert_null(memtrace_thread(reader, 2));
        memtrace_close(reader);
    }
    unlink(path);
}

/* Blocks enough that the index is written in several pieces. */
static void a_long_index_comes_back(void **state)
{
    enum { N = 40000 };
    char path[64];
    struct memtrace_writer *writer;
    struct memtrace_reader *reader;
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    struct memtrace_cursor *cursor;
    struct memtrace_batch batch;
    uint64_t count = 0;

    (void)state;
    temp_path(path);
    writer = open_writer(path);
    for (uint64_t i = 0; i < N; i++) {
        struct memtrace_packed entry = {i, make_tag(1, false, false, 0)};

        memtrace_encoder_begin(encoder, 3, i, UINT64_MAX / 2 + i);
        memtrace_encoder_accesses(encoder, &entry, 1);
        end_block(encoder, writer);
    }
    memtrace_encoder_free(encoder);
    assert_int_equal(memtrace_writer_finish(writer, NULL, 0, true), 0);
    assert_int_equal(memtrace_open(path, &reader), 0);
    assert_false(memtrace_summary(reader)->index_rebuilt);
    assert_true(memtrace_summary(reader)->is_complete);
    assert_int_equal(memtrace_summary(reader)->n_blocks, N);
    assert_int_equal(memtrace_cursor_open_thread(reader, 3, &cursor), 0);
    while (memtrace_cursor_next(cursor, &batch) > 0) {
        assert_int_equal(batch.first, count);
        assert_int_equal(batch.accesses[0].vaddr, count);
        count += batch.n_accesses;
    }
    assert_int_equal(count, N);
    memtrace_cursor_close(cursor);
    memtrace_close(reader);
    unlink(path);
}

static void wrong_requests_are_refused(void **state)
{
    char path[64];
    struct memtrace_reader *reader;
    struct memtrace_cursor *cursor;
    struct memtrace_batch batch;

    (void)state;
    temp_path(path);
    write_threads(path, true);
    assert_int_equal(memtrace_open(path, &reader), 0);
    assert_int_equal(memtrace_cursor_open_thread(reader, 2, &cursor),
                     MEMTRACE_ERR_NO_THREAD);
    assert_null(cursor);
    assert_int_equal(memtrace_cursor_open_block(reader, &cursor), 0);
    assert_int_equal(memtrace_cursor_next(cursor, &batch), 0);
    assert_int_equal(memtrace_cursor_seek(cursor, 2), MEMTRACE_ERR_INVALID);
    assert_int_equal(memtrace_cursor_seek(cursor, 1), 0);
    assert_int_equal(memtrace_cursor_next(cursor, &batch), 1);
    assert_int_equal(batch.thread, 1);
    assert_int_equal(memtrace_cursor_next(cursor, &batch), 0);
    memtrace_cursor_close(cursor);
    assert_int_equal(memtrace_cursor_open_thread(reader, 1, &cursor), 0);
    assert_int_equal(memtrace_cursor_seek(cursor, 0), MEMTRACE_ERR_INVALID);
    memtrace_cursor_close(cursor);
    memtrace_cursor_close(NULL);
    memtrace_close(reader);
    memtrace_close(NULL);
    unlink(path);
}

static void a_full_disk_is_told(void **state)
{
    struct memtrace_writer *writer;
    int fd = open("/dev/full", O_RDWR);

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(memtrace_writer_create(fd, &writer), MEMTRACE_ERR_IO);
    assert_null(writer);
}

static void errors_have_words(void **state)
{
    (void)state;
    assert_string_equal(memtrace_strerror(0), "no error");
    assert_string_equal(memtrace_strerror(MEMTRACE_ERR_NOMEM), "out of memory");
    assert_string_equal(memtrace_strerror(MEMTRACE_ERR_LIMIT),
                        "limit of the format exceeded");
    assert_string_equal(memtrace_strerror(-12345), "unknown error");
    assert_int_equal(MEMTRACE_ERR_NOMEM, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(later_properties_replace_earlier),
        cmocka_unit_test(instructions_come_back),
        cmocka_unit_test(wrong_instructions_are_refused),
        cmocka_unit_test(events_come_back_in_order),
        cmocka_unit_test(too_much_of_an_event_is_refused),
        cmocka_unit_test(threads_and_totals),
        cmocka_unit_test(a_long_index_comes_back),
        cmocka_unit_test(wrong_requests_are_refused),
        cmocka_unit_test(a_full_disk_is_told),
        cmocka_unit_test(errors_have_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
