/* SPDX-License-Identifier: GPL-2.0-or-later */
/* symbols_intervals.c - intervals, against looking at each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "intervals.h"

static uint64_t state = 88172645463325252ull;

static unsigned below(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 20) % n);
}

static void test_intervals(void **unused)
{
    (void)unused;
    for (unsigned round = 0; round < 200; round++) {
        struct intervals intervals = {0};
        unsigned n = below(40);
        uint64_t starts[40];
        uint64_t ends[40];

        for (unsigned i = 0; i < n; i++) {
            starts[i] = below(100);
            ends[i] = starts[i] + below(30);
            assert_int_equal(
                0, intervals_add(&intervals, starts[i], ends[i], i, 0));
        }
        intervals_sort(&intervals);
        for (uint64_t address = 0; address < 140; address++) {
            const struct interval *found = intervals_find(&intervals, address);
            uint64_t start = 0;
            bool is_any = false;

            for (unsigned i = 0; i < n; i++) {
                if (starts[i] <= address && address < ends[i]) {
                    start = starts[i] > start ? starts[i] : start;
                    is_any = true;
                }
            }
            assert_int_equal(is_any, found != NULL);
            assert_true(!found ||
                        (found->start == start && address < found->end));
        }
        intervals_free(&intervals);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_intervals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
