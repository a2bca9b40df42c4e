/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * analysis_memory_cells.c - the counts of a page's lines, small or large, held
 * against plain ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "memory_cells.h"

static struct memory_cells *cells;
static struct memory_count plain[MEMORY_LINES];
static size_t n_largest;

static int begin(void **state)
{
    (void)state;
    n_largest = 0;
    memset(plain, 0, sizeof(plain));
    free(cells);
    cells = memory_cells_new();
    return !cells;
}

static int end(void **state)
{
    (void)state;
    free(cells);
    cells = NULL;
    return 0;
}

static void add(unsigned line, bool is_store, uint32_t who, uint32_t n)
{
    const struct memory_cells_add one = {line, is_store, who, n};

    assert_int_equal(memory_cells_add(&cells, &one, &n_largest), 0);
    plain[line].n[is_store] += n;
    memory_mark(&plain[line], is_store, who);
}

static void assert_as_plain(void)
{
    struct memory_count lines[MEMORY_LINES];

    memory_cells_get(cells, lines);
    assert_memory_equal(lines, plain, sizeof(plain));
}

static uint32_t next(uint32_t below)
{
    static uint64_t state = 88172645463325252u;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 33) % below;
}

static void few_accesses_stay_small(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3 * MEMORY_LINES; i++) {
        add(i % MEMORY_LINES, i % 2, 7 + i / 32 % 2, 1);
    }
    assert_as_plain();
    assert_true(cells->count_bits <= 4);
    assert_null(memory_cells_lines(cells));
}

/* Each doubling of the bits keeps what was there. */
static void counts_grow(void **state)
{
    (void)state;
    n_largest = SIZE_MAX / 2; /* there are enough of them */
    for (uint64_t n = 1; n < UINT32_MAX; n *= 3) {
        add(next(MEMORY_LINES), next(2), 1 + next(2), (uint32_t)n);
        add(next(MEMORY_LINES), next(2), 1 + next(2), 0);
        assert_as_plain();
    }
    assert_int_equal(cells->count_bits, 32);
    add(0, true, 1, UINT32_MAX);
    add(0, true, 1, UINT32_MAX);
    assert_as_plain();
    assert_non_null(memory_cells_lines(cells));
}

static void busy_ones_become_fast_while_these_are_few(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 300; i++) {
        add(5, true, 9, 1);
    }
    assert_as_plain();
    assert_non_null(memory_cells_lines(cells));
    assert_int_equal(n_largest, 1);
}

static void many_threads(void **state)
{
    (void)state;
    for (uint32_t who = 1; who <= 40; who++) {
        add(who % MEMORY_LINES, who % 2, who, 1);
        add(3, false, who, 1);
        add(who % 7, true, MEMORY_SEVERAL, 0);
        assert_as_plain();
        assert_int_equal(memory_cells_lines(cells) != NULL, who > 14);
    }
}

static void random_accesses(void **state)
{
    for (unsigned round = 0; round < 50; round++) {
        uint32_t n_threads = 1 + next(20);
        uint32_t n = 1 + next(20000);

        begin(state);
        n_largest = round % 2 ? SIZE_MAX / 2 : 0;
        while (n--) {
            add(next(MEMORY_LINES), next(2), 1 + next(n_threads), next(9) > 0);
        }
        assert_as_plain();
        end(state);
    }
    begin(state);
}

/* Whichever of two are small, both together are what they are. */
static void they_are_merged(void **state)
{
    for (unsigned round = 0; round < 64; round++) {
        struct memory_count sum[MEMORY_LINES];
        struct memory_cells *first;

        begin(state);
        for (uint32_t n = next(1 + round * 40); n > 0; n--) {
            add(next(MEMORY_LINES), next(2), 1 + next(1 + round / 2), 1);
        }
        if (round % 5 == 1) {
            memory_cells_enlarge(&cells, &n_largest);
        }
        first = cells;
        cells = NULL;
        memcpy(sum, plain, sizeof(sum));
        begin(state);
        for (uint32_t n = next(1 + round * 40); n > 0; n--) {
            add(next(MEMORY_LINES), next(2), 1 + next(1 + round / 2), 1);
        }
        if (round % 3 == 1) {
            memory_cells_enlarge(&cells, &n_largest);
            memory_cells_lines(cells)[2].n_atomics = plain[2].n_atomics = 4;
        }
        for (unsigned i = 0; i < MEMORY_LINES; i++) {
            memory_add(&plain[i], &sum[i]);
        }
        assert_int_equal(memory_cells_merge(&cells, first, &n_largest), 0);
        assert_as_plain();
        free(first);
        end(state);
    }
    begin(state);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(few_accesses_stay_small),
        TEST(counts_grow),
        TEST(busy_ones_become_fast_while_these_are_few),
        TEST(many_threads),
        TEST(random_accesses),
        TEST(they_are_merged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
