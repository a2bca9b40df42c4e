/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base_lower_bound.c - binary search, against going through all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "lower_bound.h"

static uint64_t random_state;

static uint64_t below(uint64_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % n;
}

static int compare(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static void lower_bound_is_the_first_not_below(void **state)
{
    uint64_t all[40];

    (void)state;
    for (size_t n = 0; n <= 40; n++) {
        for (size_t i = 0; i < n; i++) {
            all[i] = below(30);
        }
        if (n) {
            qsort(all, n, sizeof(*all), compare);
        }
        for (uint64_t sought = 0; sought <= 31; sought++) {
            size_t lower = 0, upper, from = n / 3;

            while (lower < n && all[lower] < sought) {
                lower++;
            }
            upper = lower;
            while (upper < n && all[upper] <= sought) {
                upper++;
            }
            assert_int_equal(lower_bound(n, i, all[i] < sought), lower);
            assert_int_equal(lower_bound(n, i, all[i] <= sought), upper);
            assert_int_equal(lower_bound_from(from, n, i, all[i] < sought),
                             lower > from ? lower : from);
        }
    }
    assert_int_equal(lower_bound_from(9, 3, i, i < 100), 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lower_bound_is_the_first_not_below),
    };

    random_state = 20240607;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
