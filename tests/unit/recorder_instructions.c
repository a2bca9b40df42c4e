/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * recorder_instructions.c - what is defined and used is in the trace, once,
 * in whatever order; and definitions without end take bounded memory.
 */
#include <fcntl.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "instructions.h"
#include "memtrace.h"
#include "writer.h"

#define BOUND_BYTES ((size_t)INSTRUCTIONS_PAGES * 4096 * 34 + (24u << 20))

static struct memtrace_writer *writer;
static struct instructions *instructions;
static char path[64];

static void begin(void)
{
    int fd;

    strcpy(path, "/tmp/memtrace-test-XXXXXX");
    fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(memtrace_writer_create(fd, &writer), 0);
    instructions = instructions_new(writer);
    assert_non_null(instructions);
}

static void define(uint32_t number)
{
    struct memtrace_insn insn = {
        .pc = 7 * (uint64_t)number, .number = number, .size = 2};

    memcpy(insn.bytes, &number, 2);
    assert_int_equal(instructions_define(instructions, &insn), 0);
}

static void use(uint32_t number)
{
    assert_int_equal(instructions_use(instructions, number), 0);
}

static struct memtrace_reader *end(void)
{
    struct memtrace_reader *reader;

    instructions_free(instructions);
    assert_int_equal(memtrace_writer_finish(writer, NULL, 0, true), 0);
    assert_int_equal(memtrace_open(path, &reader), 0);
    unlink(path);
    return reader;
}

static void check(const struct memtrace_reader *reader, uint32_t number)
{
    const struct memtrace_insn *insn = memtrace_insn(reader, number);
    uint16_t bytes = (uint16_t)number;

    assert_non_null(insn);
    assert_int_equal(insn->pc, 7 * (uint64_t)number);
    assert_memory_equal(insn->bytes, &bytes, 2);
}

static void only_what_is_used_is_written(void **state)
{
    struct memtrace_reader *reader;

    (void)state;
    begin();
    for (uint32_t i = 1; i <= 9000; i++) {
        if (i % 3 == 0) {
            use(i);
        }
        define(i);
        if (i % 3 == 1) {
            use(i);
            use(i);
        }
    }
    reader = end();
    for (uint32_t i = 1; i <= 9000; i++) {
        if (i % 3 == 2) {
            assert_null(memtrace_insn(reader, i));
        } else {
            check(reader, i);
        }
    }
    memtrace_close(reader);
}

/* Each is used long after its definition, when it may be forgotten. */
static void memory_is_bounded_and_nothing_forgotten(void **state)
{
    const uint32_t n = 4096 * INSTRUCTIONS_PAGES * 3, distance = n / 2;
    struct memtrace_reader *reader;
    size_t most = 0;

    (void)state;
    begin();
    for (uint32_t i = 1; i <= n; i++) {
        define(i);
        if (i > distance && i % 5 == 0) {
            use(i - distance);
        }
        if (i % 65536 == 0) {
            struct mallinfo2 info = mallinfo2();
            size_t now = info.uordblks + info.hblkhd;

            most = now > most ? now : most;
        }
    }
    /* Uses that come before their definitions, of pages that are gone. */
    use(n + 5);
    use(n + 9000);
    define(n + 9000);
    define(n + 5);
    assert_true(most < BOUND_BYTES);
    reader = end();
    for (uint32_t i = 5; i <= n - distance; i += 5) {
        check(reader, i);
    }
    check(reader, n + 5);
    check(reader, n + 9000);
    printf("promise: %u instructions defined in %zu MiB\n", n, most >> 20);
    memtrace_close(reader);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_used_is_written),
        cmocka_unit_test(memory_is_bounded_and_nothing_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
