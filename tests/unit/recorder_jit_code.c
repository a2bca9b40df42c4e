/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recorder_jit_code.c - perf maps and jitdump files, whole and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "jit_code.h"

static void expect(const struct jit_code *code, uint64_t time_ns,
                   uint64_t vaddr, uint64_t size, const char *name)
{
    assert_int_equal(code->time_ns, time_ns);
    assert_int_equal(code->vaddr, vaddr);
    assert_int_equal(code->size, size);
    assert_int_equal(code->name_bytes, strlen(name));
    assert_memory_equal(code->name, name, strlen(name));
}

static size_t n_of_map(const char *text)
{
    struct jit_codes codes = {.n = 0};
    size_t n;

    assert_int_equal(perf_map_read(text, strlen(text), &codes), 0);
    n = codes.n;
    jit_codes_free(&codes);
    return n;
}

static void a_map_has_lines(void **state)
{
    static const char text[] = "7f00AB 40 LazyCompile:~f a.js:1\n"
                               "0x7f0100 0x10 g\r\n"
                               "7f0200 20 half a li";
    struct jit_codes codes = {.n = 0};

    (void)state;
    assert_int_equal(perf_map_read(text, strlen(text), &codes), 0);
    assert_int_equal(codes.n, 2);
    expect(&codes.list[0], 0, 0x7f00ab, 0x40, "LazyCompile:~f a.js:1");
    expect(&codes.list[1], 0, 0x7f0100, 0x10, "g");
    jit_codes_free(&codes);
}

static void other_lines_are_left_out(void **state)
{
    (void)state;
    assert_int_equal(n_of_map("1000 10 f\n"), 1);
    assert_int_equal(n_of_map("\n\n 1000 10 f\n"), 0);
    assert_int_equal(n_of_map("1000 0 f\n"), 0);
    assert_int_equal(n_of_map("1000 10\n"), 0);
    assert_int_equal(n_of_map("1000 10 \n"), 0);
    assert_int_equal(n_of_map("1000\n10 f\n"), 0);
    assert_int_equal(n_of_map("xyz 10 f\n"), 0);
    assert_int_equal(n_of_map("11112222333344445 10 f\n"), 0);
    assert_int_equal(n_of_map("ffffffffffffffff 1 f\n"), 1);
    assert_int_equal(n_of_map("ffffffffffffffff 2 f\n"), 0);
    assert_int_equal(n_of_map("bad\n1000 10 f\nworse\n2000 10 g\n"), 2);
}

static void a_long_name_is_cut(void **state)
{
    char text[2048] = "1000 10 ";
    struct jit_codes codes = {.n = 0};

    (void)state;
    memset(text + 8, 'x', sizeof(text) - 9);
    text[sizeof(text) - 1] = '\n';
    assert_int_equal(perf_map_read(text, sizeof(text), &codes), 0);
    assert_int_equal(codes.n, 1);
    assert_int_equal(codes.list[0].name_bytes, JIT_CODE_NAME_MOST);
    jit_codes_free(&codes);
}

/* A file in the making, in either byte order. */
struct made {
    uint8_t bytes[1024];
    size_t n;
    int is_swapped;
};

static void put32(struct made *made, uint32_t value)
{
    value = made->is_swapped ? __builtin_bswap32(value) : value;
    memcpy(made->bytes + made->n, &value, 4);
    made->n += 4;
}

static void put64(struct made *made, uint64_t value)
{
    value = made->is_swapped ? __builtin_bswap64(value) : value;
    memcpy(made->bytes + made->n, &value, 8);
    made->n += 8;
}

static void put_header(struct made *made, uint64_t flags)
{
    static const uint32_t words[] = {0x4a695444, 1, 40, 62, 0, 77};

    for (size_t i = 0; i < 6; i++) {
        put32(made, words[i]);
    }
    put64(made, 1);
    put64(made, flags);
}

static void put_load(struct made *made, uint64_t time, uint64_t vaddr,
                     uint64_t index, const char *name)
{
    put32(made, 0);
    put32(made, (uint32_t)(56 + strlen(name) + 1 + 2));
    put64(made, time);
    put64(made, 77);
    put64(made, vaddr);
    put64(made, vaddr);
    put64(made, 0x20);
    put64(made, index);
    memcpy(made->bytes + made->n, name, strlen(name) + 1);
    made->n += strlen(name) + 1;
    memcpy(made->bytes + made->n, "\xc3\x90", 2); /* code */
    made->n += 2;
}

static void put_move(struct made *made, uint64_t time, uint64_t vaddr,
                     uint64_t index)
{
    put32(made, 1);
    put32(made, 64);
    put64(made, time);
    put64(made, 77);
    put64(made, vaddr);
    put64(made, 0x1000);
    put64(made, vaddr);
    put64(made, 0x20);
    put64(made, index);
}

static void make(struct made *made, uint64_t flags)
{
    put_header(made, flags);
    put_load(made, 1000, 0x1000, 5, "first");
    put32(made, 2); /* lines of source: of another kind */
    put32(made, 24);
    put64(made, 1500);
    put64(made, 0);
    put_move(made, 2000, 0x3000, 5);
    put_move(made, 2500, 0x4000, 6); /* of nothing */
    put_load(made, 3000, 0x1000, 6, "second");
}

static void a_dump_has_records(void **state)
{
    (void)state;
    for (int order = 0; order < 2; order++) {
        struct made made = {.is_swapped = order};
        struct jit_codes codes = {.n = 0};

        make(&made, 0);
        assert_int_equal(jit_dump_read(made.bytes, made.n, &codes), 0);
        assert_int_equal(codes.n, 3);
        expect(&codes.list[0], 1000, 0x1000, 0x20, "first");
        expect(&codes.list[1], 2000, 0x3000, 0x20, "first");
        expect(&codes.list[2], 3000, 0x1000, 0x20, "second");
        jit_codes_free(&codes);
    }
}

static void times_of_another_clock_are_not_known(void **state)
{
    struct made made = {.n = 0};
    struct jit_codes codes = {.n = 0};

    (void)state;
    make(&made, 1);
    assert_int_equal(jit_dump_read(made.bytes, made.n, &codes), 0);
    assert_int_equal(codes.n, 3);
    expect(&codes.list[0], 0, 0x1000, 0x20, "first");
    jit_codes_free(&codes);
}

static void a_dump_may_end_anywhere(void **state)
{
    struct made made = {.n = 0};

    (void)state;
    make(&made, 0);
    for (size_t size = 0; size <= made.n; size++) {
        struct jit_codes codes = {.n = 0};

        assert_int_equal(jit_dump_read(made.bytes, size, &codes), 0);
        assert_true(codes.n <= 3);
        assert_true(size < made.n || codes.n == 3);
        jit_codes_free(&codes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_map_has_lines),
        cmocka_unit_test(other_lines_are_left_out),
        cmocka_unit_test(a_long_name_is_cut),
        cmocka_unit_test(a_dump_has_records),
        cmocka_unit_test(times_of_another_clock_are_not_known),
        cmocka_unit_test(a_dump_may_end_anywhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
