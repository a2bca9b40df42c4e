/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * analysis_made_code.c - the names of code that was made at run time, over
 * time, forks and execve; and properties that are no such lists.
 */
#include "trace_helpers.h"

#include <errno.h>

#include "trace_symbols.h"

#define PID 100

struct made {
    char path[64];
    struct memtrace_reader *reader;
    struct symbols *symbols;
};

static void put(struct memtrace_encoder *encoder, uint64_t time, unsigned type,
                uint64_t a, uint64_t b, const char *text)
{
    struct memtrace_event event = {
        .type = (uint16_t)type, .n_args = 2, .args = {a, b}, .text = text};

    memtrace_encoder_stamp(encoder, time);
    assert_int_equal(memtrace_encoder_event(encoder, &event), 0);
}

/* Threads: of 100; 200 forked at 500; 100 again after execve at 700. */
static void begin(struct made *made, const char *key, const char *list)
{
    static const struct {
        uint64_t time, pid;
        const char *cause;
    } starts[] = {{10, PID, "start"}, {500, 200, "fork"}, {700, PID, "exec"}};
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    struct memtrace_writer *writer;

    assert_non_null(encoder);
    temp_path(made->path);
    writer = open_writer(made->path);
    for (uint32_t i = 0; i < 3; i++) {
        uint64_t pid = starts[i].pid;

        memtrace_encoder_begin(encoder, i, 0, starts[i].time);
        put(encoder, starts[i].time, MEMTRACE_EVENT_PROCESS_START, pid, PID,
            starts[i].cause);
        put(encoder, starts[i].time, MEMTRACE_EVENT_THREAD_START, pid, pid, "");
        end_block(encoder, writer);
    }
    assert_int_equal(memtrace_writer_meta(writer, key, list), 0);
    assert_int_equal(memtrace_writer_finish(writer, NULL, 0, true), 0);
    memtrace_encoder_free(encoder);
    assert_int_equal(memtrace_open(made->path, &made->reader), 0);
    assert_int_equal(trace_symbols_new(made->reader, NULL, &made->symbols), 0);
    assert_int_equal(symbols_prepare(made->symbols), 0);
}

static void end(struct made *made)
{
    symbols_free(made->symbols);
    memtrace_close(made->reader);
    unlink(made->path);
}

static void expect(struct made *made, uint64_t pid, uint64_t time,
                   uint64_t vaddr, const char *name)
{
    struct symbols_place place = {pid, time, vaddr};
    struct symbols_code code;
    int error = symbols_code(made->symbols, &place, &code);

    if (!name) {
        assert_int_equal(error, -ENOENT);
        return;
    }
    assert_int_equal(error, 0);
    assert_int_equal(code.n_frames, 1);
    assert_string_equal(code.frames[0].function, name);
    assert_string_equal(code.module, "[jit]");
    assert_false(symbols_is_settled(made->symbols, vaddr));
}

static void names_hold_for_a_time(void **state)
{
    struct made made;

    (void)state;
    /* 0x64 is 100, and so on. */
    begin(&made, "code.200",
          "258 1000 40 one\n320 1020 10 two, of some words\n0 2000 10 early\n");
    expect(&made, 200, 0x300, 0x1000, "one");
    expect(&made, 200, 0x300, 0x1020, "one");
    expect(&made, 200, 0x320, 0x1020, "two, of some words");
    expect(&made, 200, 0x320, 0x1030, "one");
    expect(&made, 200, 0x320, 0x1040, NULL);
    expect(&made, 200, 501, 0x2000, "early");
    expect(&made, PID, 600, 0x1000, NULL);
    assert_true(symbols_is_settled(made.symbols, 0x5000));
    end(&made);
}

/* The file is the last program's. */
static void a_map_is_of_the_last_program(void **state)
{
    struct made made;

    (void)state;
    begin(&made, "code.100", "0 1000 10 old\n0 1000 10 new\n");
    expect(&made, PID, 800, 0x1000, "new");
    expect(&made, PID, 400, 0x1000, NULL);
    expect(&made, 200, 600, 0x1000, NULL);
    end(&made);
}

static void what_is_no_list_names_nothing(void **state)
{
    static const char *const lists[] = {
        "",
        "\n\n",
        "258 1000 40",
        "258 1000 40 ",
        "258 1000\n40 one\n",
        "258 1000 0 one\n",
        "x 1000 40 one\n",
        "258 ffffffffffffffff 2 one\n",
        "258\n1000\n40\none\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        struct made made;

        begin(&made, "code.200", lists[i]);
        expect(&made, 200, 0x300, 0x1000, NULL);
        end(&made);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_hold_for_a_time),
        cmocka_unit_test(a_map_is_of_the_last_program),
        cmocka_unit_test(what_is_no_list_names_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
