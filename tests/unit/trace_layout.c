/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_layout.c - what memtrace.h promises to programs that were compiled with
 * an earlier one: where fields are, how large structs are, and which number a
 * name has.  Rows are added to; none is changed while the library is called
 * libmemtrace.so.0.
 */
#include "trace_helpers.h"

#define AT(type, field)                                                        \
#type "." #field, offsetof(struct memtrace_##type, field)
#define SIZE(type) "size of " #type, sizeof(struct memtrace_##type)
#define NUMBER(name) #name, (uint64_t)(int64_t)(MEMTRACE_##name)

struct row {
    const char *what;
    uint64_t is;
    int64_t was;
};

static void check(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (rows[i].is != (uint64_t)rows[i].was) {
            print_error("%s was %lld\n", rows[i].what, (long long)rows[i].was);
        }
        assert_int_equal(rows[i].is, rows[i].was);
    }
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof(rows[0]))

/* In arrays, or made by programs: not a byte more. */
static void sizes_stay(void **state)
{
    static const struct row rows[] = {
        {SIZE(access), 24},
        {SIZE(value), 16},
        {SIZE(event), 112},
        {SIZE(batch), 72},
    };

    (void)state;
    CHECK(rows);
}

static void fields_stay(void **state)
{
    static const struct row rows[] = {
        {AT(access, vaddr), 0},
        {AT(access, time), 8},
        {AT(access, insn), 16},
        {AT(access, size), 20},
        {AT(access, flags), 22},
        {AT(value, low), 0},
        {AT(value, high), 8},
        {AT(event, time), 0},
        {AT(event, position), 8},
        {AT(event, thread), 16},
        {AT(event, type), 20},
        {AT(event, n_args), 22},
        {AT(event, args), 24},
        {AT(event, text), 88},
        {AT(event, reserved), 96},
        {AT(insn, pc), 0},
        {AT(insn, number), 8},
        {AT(insn, size), 12},
        {AT(insn, flags), 13},
        {AT(insn, bytes), 14},
        {AT(thread, number), 0},
        {AT(thread, pid), 4},
        {AT(thread, tid), 8},
        {AT(thread, parent), 12},
        {AT(thread, start_time), 16},
        {AT(thread, end_time), 24},
        {AT(thread, n_loads), 32},
        {AT(thread, n_stores), 40},
        {AT(thread, n_atomics), 48},
        {AT(thread, n_lost), 56},
        {AT(thread, n_evicted), 64},
        {AT(summary, n_accesses), 0},
        {AT(summary, n_loads), 8},
        {AT(summary, n_stores), 16},
        {AT(summary, n_atomics), 24},
        {AT(summary, n_lost), 32},
        {AT(summary, n_evicted), 40},
        {AT(summary, whole_time), 48},
        {AT(summary, n_threads), 56},
        {AT(summary, n_insns), 60},
        {AT(summary, n_blocks), 64},
        {AT(summary, file_bytes), 72},
        {AT(summary, start_time), 80},
        {AT(summary, end_time), 88},
        {AT(summary, ticks_per_second), 96},
        {AT(summary, start_unix_ns), 104},
        {AT(summary, is_complete), 112},
        {AT(summary, index_rebuilt), 113},
        {AT(summary, n_damaged_blocks), 120},
        {AT(summary, damaged_bytes), 128},
        {AT(summary, cut_bytes), 136},
        {AT(block, thread), 0},
        {AT(block, first), 8},
        {AT(block, n_accesses), 16},
        {AT(block, start_time), 24},
        {AT(block, end_time), 32},
        {AT(block, min_vaddr), 40},
        {AT(block, max_vaddr), 48},
        {AT(block, bytes), 56},
        {AT(batch, accesses), 0},
        {AT(batch, values), 8},
        {AT(batch, n_accesses), 16},
        {AT(batch, first), 24},
        {AT(batch, thread), 32},
        {AT(batch, reserved), 40},
    };

    (void)state;
    CHECK(rows);
}

static void numbers_stay(void **state)
{
    static const struct row rows[] = {
        {NUMBER(ERR_NOMEM), -1},
        {NUMBER(ERR_IO), -2},
        {NUMBER(ERR_OPEN), -3},
        {NUMBER(ERR_EXISTS), -4},
        {NUMBER(ERR_NOT_A_TRACE), -5},
        {NUMBER(ERR_VERSION), -6},
        {NUMBER(ERR_TRUNCATED), -7},
        {NUMBER(ERR_CORRUPT), -8},
        {NUMBER(ERR_CHECKSUM), -9},
        {NUMBER(ERR_INVALID), -10},
        {NUMBER(ERR_NO_THREAD), -11},
        {NUMBER(ERR_LIMIT), -12},
        {NUMBER(STORE), 1},
        {NUMBER(ATOMIC), 2},
        {NUMBER(KERNEL), 4},
        {NUMBER(VALUE), 8},
        {NUMBER(EVENT_PROCESS_START), 1},
        {NUMBER(EVENT_THREAD_START), 2},
        {NUMBER(EVENT_THREAD_END), 3},
        {NUMBER(EVENT_MAP), 4},
        {NUMBER(EVENT_UNMAP), 5},
        {NUMBER(EVENT_PROTECT), 6},
        {NUMBER(EVENT_SYSCALL), 7},
        {NUMBER(EVENT_SYSCALL_RETURN), 8},
        {NUMBER(EVENT_LOST), 9},
        {NUMBER(EVENT_KERNEL_ACCESS), 11},
        {NUMBER(EVENT_PAUSE), 12},
        {NUMBER(EVENT_RESUME), 13},
        {NUMBER(EVENT_ALLOCATE), 14},
        {NUMBER(EVENT_FREE), 15},
        {NUMBER(EVENT_ARGS), 8},
        {NUMBER(PAUSE_STOP), 1},
        {NUMBER(PAUSE_SAMPLE), 2},
        {NUMBER(PAUSE_SKIP), 4},
        {NUMBER(PAUSE_LIMIT), 8},
        {NUMBER(PAUSE_THREAD), 16},
        {NUMBER(KEPT_SIZE), -1},
        {NUMBER(PROT_READ), 1},
        {NUMBER(PROT_WRITE), 2},
        {NUMBER(PROT_EXEC), 4},
        {NUMBER(INSN_BYTES), 16},
        {NUMBER(INSN_CONDITIONAL), 4},
        {NUMBER(INSN_MAX), 0x07fffff7},
        {NUMBER(NO_THREAD), UINT32_MAX},
        {NUMBER(TEXT_LINE_MAX), 80},
        {NUMBER(KERNEL_LINE_MAX), 64},
    };

    (void)state;
    CHECK(rows);
}

/* What may get a meaning later is 0 now, whatever the program had there. */
static void reserved_room_is_zero(void **state)
{
    char path[64];
    struct memtrace_writer *writer;
    struct memtrace_reader *reader;
    struct memtrace_cursor *cursors[2];
    struct memtrace_batch zero = {.n_accesses = 0};
    struct stream s = {0};

    (void)state;
    temp_path(path);
    stream_add(&s, make_tag(1, false, false, 0), 1);
    writer = open_writer(path);
    write_stream(writer, 0, &s, 10, 10);
    assert_int_equal(memtrace_writer_finish(writer, NULL, 0, true), 0);
    assert_int_equal(memtrace_open(path, &reader), 0);
    assert_int_equal(memtrace_cursor_open_time(reader, &cursors[0]), 0);
    assert_int_equal(memtrace_cursor_open_thread(reader, 0, &cursors[1]), 0);
    for (int i = 0; i < 2; i++) {
        struct memtrace_batch batch;

        memset(&batch, 0xaa, sizeof(batch));
        assert_int_equal(memtrace_cursor_next(cursors[i], &batch), 1);
        assert_memory_equal(batch.reserved, zero.reserved,
                            sizeof(zero.reserved));
        assert_int_equal(batch.reserved_number, 0);
        memtrace_cursor_close(cursors[i]);
    }
    memtrace_close(reader);
    free(s.entries);
    unlink(path);
}

static void the_version_is_that_of_the_header(void **state)
{
    (void)state;
    assert_int_equal(memtrace_version(), MEMTRACE_VERSION_NUMBER);
    assert_true(MEMTRACE_VERSION_MINOR < 1000 && MEMTRACE_VERSION_PATCH < 1000);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_stay),
        cmocka_unit_test(fields_stay),
        cmocka_unit_test(numbers_stay),
        cmocka_unit_test(reserved_room_is_zero),
        cmocka_unit_test(the_version_is_that_of_the_header),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
