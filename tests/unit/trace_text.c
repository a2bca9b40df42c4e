/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_text.c - text lines against snprintf.
 */
#include "trace_helpers.h"

/* As written by hand; the room is exactly what the header asks for. */
static void check(uint32_t thread, const struct memtrace_access *accesses,
                  size_t n)
{
    struct memtrace_batch batch = {
        .accesses = accesses, .n_accesses = n, .thread = thread};
    char *want = malloc(n * 64), *p = want;
    char *got = malloc(n * MEMTRACE_TEXT_LINE_MAX);
    size_t size;

    assert_true(want && got);
    for (size_t i = 0; i < n; i++) {
        p += sprintf(p, "T%u %c 0x%016llx %u\n", thread,
                     accesses[i].flags & MEMTRACE_STORE ? 'W' : 'R',
                     (unsigned long long)accesses[i].vaddr, accesses[i].size);
    }
    size = memtrace_format_text(&batch, got);
    assert_int_equal(size, p - want);
    assert_memory_equal(got, want, size);
    free(got);
    free(want);
}

static void lines_are_as_printf_writes_them(void **state)
{
    static const uint32_t threads[] = {0, 9, 10, 123456, UINT32_MAX};
    static const uint16_t sizes[] = {1, 2, 4,  8,   16,  32,  64,        128,
                                     0, 3, 10, 100, 256, 512, UINT16_MAX};
    struct memtrace_access accesses[300];
    uint64_t random = 77;

    (void)state;
    for (size_t i = 0; i < 300; i++) {
        accesses[i] = (struct memtrace_access){
            .vaddr = next_random(&random) >> i % 64,
            .size = sizes[i % 15],
            .flags = (uint16_t)(next_random(&random) % 8),
        };
    }
    accesses[0].vaddr = 0;
    accesses[1].vaddr = UINT64_MAX;
    accesses[2].vaddr = UINT64_C(0x0123456789abcdef);
    for (size_t i = 0; i < sizeof(threads) / sizeof(threads[0]); i++) {
        check(threads[i], accesses, 300);
        check(threads[i], accesses + 2, 1);
        check(threads[i], accesses, 0);
    }
}

static void the_example_of_the_manual(void **state)
{
    struct memtrace_access access = {
        .vaddr = 0x4000803ff8, .size = 8, .flags = MEMTRACE_STORE};
    struct memtrace_batch batch = {
        .accesses = &access, .n_accesses = 1, .thread = 1};
    char line[MEMTRACE_TEXT_LINE_MAX + 1] = {0};

    (void)state;
    assert_int_equal(memtrace_format_text(&batch, line), 26);
    line[26] = '\0';
    assert_string_equal(line, "T1 W 0x0000004000803ff8 8\n");
}

static void values_are_as_wide_as_the_access(void **state)
{
    static const char want[] = "T3 R 0x0000000000000010 1 = 0x0a\n"
                               "T3 W 0x0000000000000010 4 = 0x00000000\n"
                               "T3 R 0x0000000000000010 8 = "
                               "0xfedcba9876543210\n"
                               "T3 W 0x0000000000000010 16 = "
                               "0x000000000000000100000000000000ff\n"
                               "T3 R 0x0000000000000010 2 = ?\n";
    struct memtrace_access accesses[] = {
        {.vaddr = 16, .size = 1, .flags = MEMTRACE_VALUE},
        {.vaddr = 16, .size = 4, .flags = MEMTRACE_STORE | MEMTRACE_VALUE},
        {.vaddr = 16, .size = 8, .flags = MEMTRACE_VALUE},
        {.vaddr = 16, .size = 16, .flags = MEMTRACE_STORE | MEMTRACE_VALUE},
        {.vaddr = 16, .size = 2},
    };
    struct memtrace_value values[] = {
        {10, 0}, {0, 0}, {UINT64_C(0xfedcba9876543210), 0}, {255, 1}, {0, 0}};
    struct memtrace_batch batch = {
        .accesses = accesses, .values = values, .n_accesses = 5, .thread = 3};
    char lines[5 * MEMTRACE_TEXT_LINE_MAX + 1] = {0};

    (void)state;
    lines[memtrace_format_text(&batch, lines)] = '\0';
    assert_string_equal(lines, want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_as_printf_writes_them),
        cmocka_unit_test(the_example_of_the_manual),
        cmocka_unit_test(values_are_as_wide_as_the_access),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
