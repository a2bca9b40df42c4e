/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * base_range_set.c - sets of ranges against a bit for each number, and what is
 * special about their ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "range_set.h"

#define ROUNDS 3000

static uint64_t state = 88172645463325252ull;

static unsigned below(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 20) % n);
}

static struct range_set set_of(const struct range *ranges, size_t n)
{
    struct range_set set = {0};

    for (size_t i = 0; i < n; i++) {
        range_set_add(&set, ranges[i].first, ranges[i].last);
    }
    range_set_sort(&set);
    return set;
}

static void check(const struct range_set *set, const struct range *ranges,
                  size_t n)
{
    assert_int_equal(set->n, n);
    assert_false(set->is_short);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(set->ranges[i].first, ranges[i].first);
        assert_int_equal(set->ranges[i].last, ranges[i].last);
    }
}

static void what_touches_becomes_one(void **unused)
{
    static const struct range in[] = {{30, 39}, {10, 19}, {20, 24}, {12, 14},
                                      {50, 49}, {60, 55}, {41, 41}};
    static const struct range out[] = {{10, 24}, {30, 39}, {41, 41}};
    struct range_set set = set_of(in, sizeof(in) / sizeof(in[0]));

    (void)unused;
    check(&set, out, 3);
    range_set_free(&set);
}

static void the_ends_of_all_numbers(void **unused)
{
    static const struct range all[] = {{0, UINT64_MAX}};
    static const struct range hole[] = {{1, UINT64_MAX - 1}};
    static const struct range ends[] = {{0, 0}, {UINT64_MAX, UINT64_MAX}};
    struct range_set set = set_of(all, 1), holes = set_of(hole, 1);

    (void)unused;
    range_set_remove(&set, &holes);
    check(&set, ends, 2);
    range_set_keep(&set, &holes);
    check(&set, NULL, 0);
    /* Nothing is behind the last number. */
    range_set_free(&set);
    set = set_of(ends, 2);
    range_set_remove(&holes, &set);
    check(&holes, hole, 1);
    range_set_free(&set);
    range_set_free(&holes);
}

static void the_empty_set(void **unused)
{
    static const struct range some[] = {{3, 7}};
    struct range_set empty = {0}, set = set_of(some, 1);

    (void)unused;
    range_set_sort(&empty);
    range_set_remove(&set, &empty);
    check(&set, some, 1);
    range_set_remove(&empty, &set);
    check(&empty, NULL, 0);
    range_set_keep(&set, &empty);
    check(&set, NULL, 0);
    range_set_free(&empty);
    range_set_free(&set);
}

/* That ranges are missing is not forgotten, whichever set lacks them. */
static void what_is_short_stays_short(void **unused)
{
    static const struct range some[] = {{3, 7}};
    struct range_set set = set_of(some, 1), other = set_of(some, 1);

    (void)unused;
    other.is_short = true;
    range_set_keep(&set, &other);
    assert_true(set.is_short);
    other.is_short = false;
    range_set_remove(&set, &other);
    assert_true(set.is_short);
    range_set_free(&set);
    range_set_free(&other);
}

/* Bit i stands for the number i. */
static struct range_set random_set(uint64_t *bits)
{
    struct range_set set = {0};

    *bits = 0;
    for (unsigned n = below(8); n > 0; n--) {
        unsigned first = below(64), last = below(64);

        range_set_add(&set, first, last);
        for (unsigned i = first; i <= last; i++) {
            *bits |= (uint64_t)1 << i;
        }
    }
    range_set_sort(&set);
    return set;
}

static void check_bits(const struct range_set *set, uint64_t bits)
{
    uint64_t found = 0;

    for (size_t i = 0; i < set->n; i++) {
        assert_true(set->ranges[i].first <= set->ranges[i].last);
        assert_true(i == 0 || set->ranges[i - 1].last < set->ranges[i].first);
        for (uint64_t k = set->ranges[i].first; k <= set->ranges[i].last; k++) {
            found |= (uint64_t)1 << k;
        }
    }
    assert_int_equal(found, bits);
}

static void random_sets(void **unused)
{
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t bits, other_bits;
        struct range_set set = random_set(&bits);
        struct range_set other = random_set(&other_bits);

        check_bits(&set, bits);
        if (i % 2) {
            range_set_keep(&set, &other);
            check_bits(&set, bits & other_bits);
        } else {
            range_set_remove(&set, &other);
            check_bits(&set, bits & ~other_bits);
        }
        check_bits(&other, other_bits);
        range_set_free(&set);
        range_set_free(&other);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_touches_becomes_one),
        cmocka_unit_test(the_ends_of_all_numbers),
        cmocka_unit_test(the_empty_set),
        cmocka_unit_test(what_is_short_stays_short),
        cmocka_unit_test(random_sets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
