/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * analysis_thread_names.c - names of threads and commands of processes at a
 * time, from made-up events.
 */
#include "trace_helpers.h"

#include "thread_names.h"

#define PID 100

struct made {
    char path[64];
    struct memtrace_writer *writer;
    struct memtrace_encoder *encoder;
    struct memtrace_reader *reader;
    struct thread_names *names;
};

static void put(struct made *made, uint64_t time, unsigned type, uint64_t a,
                uint64_t b, uint64_t c, const char *text)
{
    struct memtrace_event event = {
        .type = (uint16_t)type, .n_args = 3, .args = {a, b, c}, .text = text};

    memtrace_encoder_stamp(made->encoder, time);
    assert_int_equal(memtrace_encoder_event(made->encoder, &event), 0);
}

/* What comes next is of that thread; of a forked one it is a process. */
static void start(struct made *made, uint32_t thread, uint64_t time,
                  uint64_t pid, uint64_t tid, uint64_t parent)
{
    if (thread > 0) {
        end_block(made->encoder, made->writer);
    }
    memtrace_encoder_begin(made->encoder, thread, 0, time);
    if (pid == tid) {
        put(made, time, MEMTRACE_EVENT_PROCESS_START, pid, PID, 0,
            thread > 0 ? "fork" : "start");
    }
    put(made, time, MEMTRACE_EVENT_THREAD_START, pid, tid, parent, "");
}

static void name(struct made *made, uint64_t time, uint64_t tid,
                 const char *text)
{
    put(made, time, MEMTRACE_EVENT_THREAD_NAME, tid, 0, 0, text);
}

static void begin(struct made *made)
{
    temp_path(made->path);
    made->writer = open_writer(made->path);
    made->encoder = memtrace_encoder_new();
    assert_non_null(made->encoder);
    start(made, 0, 10, PID, PID, UINT64_MAX);
}

static void finish(struct made *made)
{
    end_block(made->encoder, made->writer);
    assert_int_equal(memtrace_writer_finish(made->writer, NULL, 0, true), 0);
    memtrace_encoder_free(made->encoder);
    assert_int_equal(memtrace_open(made->path, &made->reader), 0);
    assert_int_equal(thread_names_new(made->reader, &made->names), 0);
}

static void end(struct made *made)
{
    thread_names_free(made->names);
    memtrace_close(made->reader);
    unlink(made->path);
}

static void expect(const struct made *made, uint32_t thread, uint64_t time,
                   const char *words)
{
    const char *found = thread_name_at(made->names, thread, time);

    if (words) {
        assert_non_null(found);
        assert_string_equal(found, words);
    } else {
        assert_null(found);
    }
}

static void names_change_over_time(void **state)
{
    struct made made;

    (void)state;
    begin(&made);
    name(&made, 20, PID, "prog");
    put(&made, 20, MEMTRACE_EVENT_PROCESS_COMMAND, PID, 0, 0, "./prog x");
    name(&made, 30, PID, "chief");
    name(&made, 40, PID, "chief");
    name(&made, 50, PID, "prog");
    finish(&made);
    expect(&made, 0, 1, "prog");
    expect(&made, 0, 29, "prog");
    expect(&made, 0, 30, "chief");
    expect(&made, 0, 49, "chief");
    expect(&made, 0, THREAD_NAMES_LAST, "prog");
    expect(&made, 1, 30, NULL);
    assert_string_equal(thread_name_given(made.names, 0, 45), "chief");
    assert_null(thread_name_given(made.names, 0, 25));
    assert_null(thread_name_given(made.names, 0, THREAD_NAMES_LAST));
    end(&made);
}

static void a_tid_is_used_again(void **state)
{
    struct made made;

    (void)state;
    begin(&made);
    name(&made, 35, 101, "early");
    name(&made, 45, 101, "late");
    name(&made, 45, 999, "nobody's");
    start(&made, 1, 30, PID, 101, 0);
    start(&made, 2, 40, PID, 101, 0);
    finish(&made);
    expect(&made, 0, 50, NULL);
    expect(&made, 1, 50, "early");
    expect(&made, 2, 50, "late");
    end(&made);
}

static void a_fork_has_its_parents_command(void **state)
{
    struct made made;

    (void)state;
    begin(&made);
    put(&made, 20, MEMTRACE_EVENT_PROCESS_COMMAND, PID, 0, 0, "./prog");
    put(&made, 60, MEMTRACE_EVENT_PROCESS_COMMAND, PID, 0, 0, "./other");
    start(&made, 1, 30, 200, 200, 0);
    finish(&made);
    assert_null(thread_names_command(made.names, PID, 10));
    assert_string_equal(thread_names_command(made.names, PID, 59), "./prog");
    assert_string_equal(thread_names_command(made.names, PID, 60), "./other");
    assert_string_equal(
        thread_names_command(made.names, 200, THREAD_NAMES_LAST), "./prog");
    assert_null(thread_names_command(made.names, 300, THREAD_NAMES_LAST));
    end(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_change_over_time),
        cmocka_unit_test(a_tid_is_used_again),
        cmocka_unit_test(a_fork_has_its_parents_command),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
