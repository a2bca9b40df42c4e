/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base_range.c - ranges, against the numbers that they have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "range.h"

static uint64_t random_state;

static uint64_t below(uint64_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % n;
}

static void a_range_ends_at_the_last_number(void **state)
{
    (void)state;
    assert_int_equal(range_last(5, 1), 5);
    assert_int_equal(range_last(5, 10), 14);
    assert_int_equal(range_last(5, 0), 5);
    assert_int_equal(range_last(5, UINT64_MAX), UINT64_MAX);
    assert_int_equal(range_last(5, UINT64_MAX - 4), UINT64_MAX);
    assert_int_equal(range_last(5, UINT64_MAX - 5), UINT64_MAX - 1);
    assert_int_equal(range_last(UINT64_MAX, 1), UINT64_MAX);
    assert_int_equal(range_last(UINT64_MAX, 2), UINT64_MAX);
    assert_true(range_has(3, 4, 3) && range_has(3, 4, 4));
    assert_false(range_has(3, 4, 2) || range_has(3, 4, 5));
    assert_true(ranges_overlap(3, 5, 5, 9) && ranges_overlap(5, 9, 3, 5));
    assert_true(ranges_overlap(3, 9, 4, 5) && ranges_overlap(4, 5, 3, 9));
    assert_false(ranges_overlap(3, 4, 5, 9) || ranges_overlap(5, 9, 3, 4));
}

#define NUMBERS 60

static void ranges_unite_to_the_numbers_they_have(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 300; round++) {
        struct range ranges[12];
        uint8_t has[NUMBERS + 2] = {0};
        size_t n = below(13), n_left;

        for (size_t i = 0; i < n; i++) {
            ranges[i].first = below(NUMBERS);
            ranges[i].last =
                ranges[i].first + below(NUMBERS - ranges[i].first) / 4;
            for (uint64_t k = ranges[i].first; k <= ranges[i].last; k++) {
                has[k] = 1;
            }
        }
        n_left = ranges_unite(ranges, n);
        assert_true(n_left <= n && (n_left > 0) == (n > 0));
        for (size_t i = 1; i < n_left; i++) {
            assert_true(ranges[i].first > ranges[i - 1].last + 1);
        }
        for (uint64_t k = 0; k < NUMBERS; k++) {
            assert_int_equal(ranges_have(ranges, n_left, k, k), has[k]);
            assert_int_equal(ranges_have(ranges, n_left, k, k + 1),
                             has[k] | has[k + 1]);
        }
    }
}

static void ranges_unite_at_the_last_number(void **state)
{
    struct range ranges[] = {
        {UINT64_MAX, UINT64_MAX}, {10, UINT64_MAX}, {0, 0}, {2, 9}};

    (void)state;
    assert_int_equal(ranges_unite(ranges, 4), 2);
    assert_int_equal(ranges[0].last, 0);
    assert_int_equal(ranges[1].first, 2);
    assert_int_equal(ranges[1].last, UINT64_MAX);
    assert_true(ranges_have(ranges, 2, UINT64_MAX, UINT64_MAX));
    assert_false(ranges_have(ranges, 2, 1, 1));
    assert_int_equal(ranges_find(ranges, 2, 1), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_ends_at_the_last_number),
        cmocka_unit_test(ranges_unite_to_the_numbers_they_have),
        cmocka_unit_test(ranges_unite_at_the_last_number),
    };

    random_state = 20240607;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
