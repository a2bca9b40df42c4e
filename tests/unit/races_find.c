/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races_find.c - races_find() on traces that are made up: which bytes race, in
 * which blocks, and what is noted of a race.
 */
#include "race_steps.h"

static void nothing_orders(void **state)
{
    const struct step stores[] = {
        {1, 10, STORE, X, 3, 0, {0}},
        {2, 50, STORE, X, 5, 0, {0}},
    };
    const struct step loads[] = {
        {1, 10, LOAD, X, 3, 0, {0}},
        {2, 50, LOAD, X, 5, 0, {0}},
        {2, 60, STORE, X + 8, 7, 0, {0}},
    };

    (void)state;
    ONE_RACE(stores, 3, 5, RACE_PLAIN);
    NO_RACE(loads);
}

/* Each pair counts by itself, whatever bits its instructions' numbers have. */
static void each_pair_is_one(void **state)
{
    (void)state;
    for (unsigned bit = 0; bit < 26; bit++) {
        uint32_t twin = 3 ^ 1u << bit;
        const struct step steps[] = {
            {1, 10, STORE, X, 3, 0, {0}},
            {1, 12, STORE, X + 8, twin, 0, {0}},
            {2, 50, STORE, X, 3, 0, {0}},
            {2, 52, STORE, X + 8, twin, 0, {0}},
        };
        struct races races;

        find_races(steps, N_STEPS(steps), &races);
        assert_int_equal(races.n_races, 2);
        races_free(&races);
    }
}

static void bytes_count(void **state)
{
    const struct step apart[] = {
        {1, 10, STORE, X, 3, 3, {0}},
        {2, 50, STORE, X + 4, 5, 3, {0}},
    };
    const struct step overlapping[] = {
        {1, 10, STORE, X + 2, 3, 3, {0}},
        {2, 50, LOAD, X + 5, 5, 1, {0}},
    };
    const struct step over_granules[] = {
        {1, 10, STORE, X + 4, 3, 0, {0}},
        {2, 50, LOAD, X + 11, 5, 1, {0}},
    };
    const struct step over_pages[] = {
        {1, 10, STORE, 0x30ffc, 3, 0, {0}},
        {2, 50, LOAD, 0x31003, 5, 1, {0}},
    };

    (void)state;
    NO_RACE(apart);
    ONE_RACE(overlapping, 3, 5, RACE_PLAIN);
    ONE_RACE(over_granules, 3, 5, RACE_PLAIN);
    ONE_RACE(over_pages, 3, 5, RACE_PLAIN);
}

/* T1's second block touches nothing that others do, and is not read again. */
static void private_blocks(void **state)
{
    const struct step given_behind_it[] = {
        {1, 10, STORE, X, 3, 0, {0}},
        {1, 0, CUT, 0, 0, 0, {0}},
        {1, 20, LOAD, 0x30000, 11, 0, {0}},
        {1, 25, STORE, 0x30008, 11, 0, {0}},
        {1, 0, CUT, 0, 0, 0, {0}},
        {1, 30, ATOMIC_STORE, LOCK, 13, 0, {0}},
        {1, 40, LOAD, 0x30010, 17, 0, {0}},
        {2, 50, ATOMIC_LOAD, LOCK, 19, 0, {0}},
        {2, 60, LOAD, X, 5, 0, {0}},
    };
    const struct step given_before_it[] = {
        {1, 10, ATOMIC_STORE, LOCK, 13, 0, {0}},
        {1, 12, LOAD, 0x30000, 11, 0, {0}},
        {1, 0, CUT, 0, 0, 0, {0}},
        {1, 20, LOAD, 0x30000, 11, 0, {0}},
        {1, 25, STORE, 0x30008, 11, 0, {0}},
        {1, 0, CUT, 0, 0, 0, {0}},
        {1, 30, STORE, X, 3, 0, {0}},
        {1, 40, LOAD, 0x30010, 17, 0, {0}},
        {2, 50, ATOMIC_LOAD, LOCK, 19, 0, {0}},
        {2, 60, LOAD, X, 5, 0, {0}},
    };
    /* From the block's last stamp on, T2 may have taken it. */
    const struct step given_right_behind_it[] = {
        {1, 10, STORE, X, 3, 0, {0}},
        {1, 0, CUT, 0, 0, 0, {0}},
        {1, 20, LOAD, 0x30000, 11, 0, {0}},
        {1, 25, STORE, 0x30008, 11, 0, {0}},
        {1, 0, CUT, 0, 0, 0, {0}},
        {1, 40, STORE, LOCK, 13, 0, {0}},
        {1, 45, LOAD, 0x30010, 17, 0, {0}},
        {2, 30, ATOMIC_LOAD, LOCK, 19, 0, {0}},
        {2, 35, LOAD, 0x40000, 17, 0, {0}},
        {2, 60, LOAD, X, 5, 0, {0}},
    };
    /* By then it had not been given. */
    const struct step taken_within_it[] = {
        {1, 10, STORE, X, 3, 0, {0}},
        {1, 0, CUT, 0, 0, 0, {0}},
        {1, 20, LOAD, 0x30000, 11, 0, {0}},
        {1, 25, STORE, 0x30008, 11, 0, {0}},
        {1, 0, CUT, 0, 0, 0, {0}},
        {1, 40, STORE, LOCK, 13, 0, {0}},
        {1, 45, LOAD, 0x30010, 17, 0, {0}},
        {2, 12, ATOMIC_LOAD, LOCK, 19, 0, {0}},
        {2, 15, LOAD, 0x40000, 17, 0, {0}},
        {2, 60, LOAD, X, 5, 0, {0}},
    };

    (void)state;
    NO_RACE(given_behind_it);
    ONE_RACE(given_before_it, 3, 5, RACE_PLAIN);
    NO_RACE(given_right_behind_it);
    ONE_RACE(taken_within_it, 3, 5, RACE_PLAIN);
}

/* T0 uses what is around X as a condition variable, or nearly so. */
static bool is_in_condition(unsigned waiters_log2, uint64_t locks,
                            uint64_t signals, unsigned size_log2)
{
    const struct step steps[] = {
        {0, 5, ATOMIC_STORE, X - 8, 11, waiters_log2 + 1, {0}},
        {0, 6, ATOMIC_STORE, X - 4, 12, waiters_log2 < 3 ? 3 : 1, {0}},
        {0, 7, ATOMIC_STORE, X + locks, 13, 3, {0}},
        {0, 8, ATOMIC_STORE, X + locks + 4, 17, 3, {0}},
        {0, 9, ATOMIC_STORE, X + signals, 19, 3, {0}},
        {1, 10, STORE, X, 3, size_log2 + 1, {0}},
        {2, 50, LOAD, X, 5, size_log2 + 1, {0}},
    };
    struct races races;
    bool is_in;

    find_races(steps, N_STEPS(steps), &races);
    assert_int_equal(races.n_races, 1);
    is_in = races.races[0].is_in_condition;
    races_free(&races);
    return is_in;
}

static void counters_of_conditions(void **state)
{
    (void)state;
    assert_true(is_in_condition(3, 24, 32, 3));
    assert_true(is_in_condition(3, 24, 36, 3));
    assert_true(is_in_condition(3, 16, 24, 3)); /* glibc 2.41 */
    assert_true(is_in_condition(3, 16, 28, 3));
    assert_false(is_in_condition(3, 16, 36, 3)); /* no signals, there */
    assert_false(is_in_condition(3, 8, 16, 3));  /* nearer than any */
    assert_false(is_in_condition(2, 24, 32, 3)); /* two words before it */
    assert_false(is_in_condition(3, 28, 36, 3)); /* half of the locks */
    assert_false(is_in_condition(3, 24, 40, 3)); /* no signals */
    assert_false(is_in_condition(3, 24, 32, 2)); /* half of the counter */
}

/* The same of a lock for readers and writers. */
static bool is_in_rwlock(uint64_t before, unsigned size_log2, uint64_t beside)
{
    const struct step steps[] = {
        {0, 5, ATOMIC_STORE, X - before, 11, 3, {0}},
        {0, 6, ATOMIC_STORE, X - before + 4, 12, 3, {0}},
        {0, 7, ATOMIC_STORE, X - before + 12, 13, 3, {0}},
        {0, 8, ATOMIC_STORE, X + beside, 17, 3, {0}},
        {1, 10, STORE, X, 3, size_log2 + 1, {0}},
        {2, 50, LOAD, X, 5, size_log2 + 1, {0}},
    };
    struct races races;
    bool is_in;

    find_races(steps, N_STEPS(steps), &races);
    assert_int_equal(races.n_races, 1);
    is_in = races.races[0].is_in_rwlock;
    races_free(&races);
    return is_in;
}

static void writers_of_rwlocks(void **state)
{
    (void)state;
    assert_true(is_in_rwlock(24, 2, 64));
    assert_false(is_in_rwlock(24, 3, 64)); /* a wide one */
    assert_false(is_in_rwlock(16, 2, 64)); /* nearer than any */
    assert_false(is_in_rwlock(24, 2, -8)); /* the gap is none */
    assert_false(is_in_rwlock(24, 2, 4));  /* nor what is beside it */
    assert_false(is_in_rwlock(24, 2, 24)); /* nor the end of the lock */
    assert_true(is_in_rwlock(24, 2, 32));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_orders),
        cmocka_unit_test(each_pair_is_one),
        cmocka_unit_test(bytes_count),
        cmocka_unit_test(private_blocks),
        cmocka_unit_test(counters_of_conditions),
        cmocka_unit_test(writers_of_rwlocks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
