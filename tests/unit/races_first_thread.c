/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races_first_thread.c - how long the first thread is alone, by traces that
 * are made up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "first_thread.h"
#include "writer.h"

#define BEFORE 5 /* accesses of the first thread before its calls */
#define CALL_TIME 10

static void must(int error)
{
    if (error < 0) {
        fail_msg("%s", memtrace_strerror(error));
    }
}

static void put_accesses(struct memtrace_encoder *encoder, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        struct memtrace_packed packed = {
            .vaddr = 0x1000 + 8 * i,
            .tag = (i + 1) << MEMTRACE_TAG_INSN_SHIFT | 3,
        };

        assert_int_equal(memtrace_encoder_accesses(encoder, &packed, 1), 1);
    }
}

/* The calls, NULL at their end: each at CALL_TIME, BEFORE accesses apart. */
static void put_thread(struct memtrace_writer *writer, uint32_t thread,
                       uint64_t start_time, const char *const *calls)
{
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    const uint8_t *data;
    size_t size_bytes;

    assert_non_null(encoder);
    memtrace_encoder_begin(encoder, thread, 0, start_time);
    put_accesses(encoder, BEFORE);
    for (; *calls; calls++) {
        struct memtrace_event call = {
            .type = MEMTRACE_EVENT_SYSCALL,
            .n_args = 7,
            .args = {56},
            .text = *calls,
        };

        memtrace_encoder_stamp(encoder, CALL_TIME);
        must(memtrace_encoder_event(encoder, &call));
        put_accesses(encoder, BEFORE);
    }
    must(memtrace_encoder_finish(encoder, &data, &size_bytes));
    must(memtrace_writer_block(writer, data, size_bytes));
    memtrace_encoder_free(encoder);
}

/* T1 is the first thread, and makes the calls; T0 starts at other_start. */
static struct race_alone find(const char *const *calls, uint64_t other_start)
{
    static const char *const none[] = {NULL};
    struct memtrace_thread threads[] = {
        {.number = 0, .pid = 1, .tid = 2, .start_time = other_start},
        {.number = 1, .pid = 1, .tid = 1, .start_time = 1},
    };
    size_t n_threads = other_start ? 2 : 1;
    char path[] = "alone-XXXXXX";
    int fd = mkstemp(path);
    struct memtrace_writer *writer;
    struct memtrace_reader *reader;
    struct race_alone alone;

    assert_true(fd >= 0);
    must(memtrace_writer_create(fd, &writer));
    must(memtrace_writer_meta(writer, "guest.arch", "x86_64"));
    if (other_start) {
        put_thread(writer, 0, other_start, none);
    }
    put_thread(writer, 1, 1, calls);
    must(memtrace_writer_finish(writer, threads + (2 - n_threads), n_threads,
                                true));
    must(memtrace_open(path, &reader));
    unlink(path);
    must(race_alone_find(reader, &alone));
    memtrace_close(reader);
    return alone;
}

static void till_it_starts_another(void **state)
{
    static const char *const threads[] = {"write", "clone", "clone", NULL};
    static const char *const process[] = {"fork", NULL};
    struct race_alone alone = find(threads, 20);

    (void)state;
    assert_int_equal(alone.thread, 1);
    assert_int_equal(alone.n, 2 * BEFORE);
    assert_true(race_is_alone(&alone, 1, 2 * BEFORE));
    assert_false(race_is_alone(&alone, 1, 2 * BEFORE + 1));
    assert_false(race_is_alone(&alone, 0, 1));
    assert_int_equal(find(process, 20).n, BEFORE);
}

static void always_where_it_starts_none(void **state)
{
    static const char *const calls[] = {"write", NULL};
    struct race_alone alone = find(calls, 0);

    (void)state;
    assert_int_equal(alone.thread, 1);
    assert_true(alone.n == UINT64_MAX);
}

/* The call that started the other one is not in the trace. */
static void never_where_the_start_is_missing(void **state)
{
    static const char *const late[] = {"clone", NULL};
    static const char *const none[] = {"write", NULL};

    (void)state;
    assert_int_equal(find(late, CALL_TIME - 1).n, 0);
    assert_int_equal(find(late, CALL_TIME).n, BEFORE);
    assert_int_equal(find(none, 20).n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(till_it_starts_another),
        cmocka_unit_test(always_where_it_starts_none),
        cmocka_unit_test(never_where_the_start_is_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
