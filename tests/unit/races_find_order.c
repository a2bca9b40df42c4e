/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races_find_order.c - races_find() on traces that are made up: what atomic
 * accesses and accesses to the same words order, and what a trace leaves in
 * doubt.
 */
#include "race_steps.h"

static void atomics_order(void **state)
{
    const struct step ordered[] = {
        {1, 10, STORE, X, 3, 0, {0}},
        {1, 20, ATOMIC_STORE, LOCK, 11, 0, {0}},
        {1, 22, LOAD, 0x100, 13, 0, {0}},
        {2, 30, ATOMIC_LOAD, LOCK, 17, 0, {0}},
        {2, 32, LOAD, X, 5, 0, {0}},
    };
    /* The acquire was over when the release began. */
    const struct step too_early[] = {
        {1, 10, STORE, X, 3, 0, {0}},
        {1, 40, ATOMIC_STORE, LOCK, 11, 0, {0}},
        {1, 42, LOAD, 0x100, 13, 0, {0}},
        {2, 30, ATOMIC_LOAD, LOCK, 17, 0, {0}},
        {2, 32, LOAD, X, 5, 0, {0}},
    };
    /* It was still going on. */
    const struct step in_doubt[] = {
        {1, 10, STORE, X, 3, 0, {0}},
        {1, 40, ATOMIC_STORE, LOCK, 11, 0, {0}},
        {1, 60, LOAD, 0x100, 13, 0, {0}},
        {2, 30, ATOMIC_LOAD, LOCK, 17, 0, {0}},
        {2, 50, LOAD, X, 5, 0, {0}},
    };
    const struct step another_lock[] = {
        {1, 10, STORE, X, 3, 0, {0}},
        {1, 20, ATOMIC_STORE, LOCK, 11, 0, {0}},
        {2, 30, ATOMIC_LOAD, OTHER_LOCK, 17, 0, {0}},
        {2, 32, LOAD, X, 5, 0, {0}},
    };

    (void)state;
    NO_RACE(ordered);
    ONE_RACE(too_early, 3, 5, RACE_PLAIN);
    NO_RACE(in_doubt);
    ONE_RACE(another_lock, 3, 5, RACE_PLAIN);
}

/*
 * Another thread has the lock between the stamp of the store that takes it and
 * the store, and the word has its old value again: in QEMU that store is done.
 */
static void exclusive_stores_compare(void **state)
{
    struct step steps[] = {
        {1, 20, ATOMIC_LOAD, LOCK, 11, 0, {0}},
        {1, 30, EXCLUSIVE_STORE, LOCK, 13, 0, {0}},
        {1, 70, STORE, X, 3, 0, {0}},
        {2, 40, ATOMIC_LOAD, LOCK, 17, 0, {0}},
        {2, 42, EXCLUSIVE_STORE, LOCK, 19, 0, {0}},
        {2, 44, STORE, X, 5, 0, {0}},
        {2, 46, ATOMIC_STORE, LOCK, 23, 0, {0}},
        {2, 48, LOAD, 0x100, 29, 0, {0}},
    };

    (void)state;
    NO_RACE(steps);
    steps[1].what = ATOMIC_STORE;
    ONE_RACE(steps, 3, 5, RACE_PLAIN);
}

/* The store of a read-modify-write was made when its load was. */
static void late_stamp_of_a_store(void **state)
{
    const struct step steps[] = {
        {1, 10, STORE, X, 3, 0, {0}},
        {1, 20, ATOMIC_LOAD, LOCK, 11, 0, {0}},
        {1, 90, ATOMIC_STORE, LOCK, 11, 0, {0}},
        {1, 92, LOAD, 0x100, 13, 0, {0}},
        {2, 30, ATOMIC_LOAD, LOCK, 17, 0, {0}},
        {2, 32, LOAD, X, 5, 0, {0}},
    };

    (void)state;
    NO_RACE(steps);
}

/* A plain store to a lock was made after the stamp of what is before it. */
static void late_stamp_of_a_plain_store(void **state)
{
    const struct step steps[] = {
        {1, 10, STORE, X, 3, 0, {0}},
        {1, 90, STORE, LOCK, 11, 0, {0}},
        {2, 30, ATOMIC_LOAD, LOCK, 17, 0, {0}},
        {2, 32, LOAD, X, 5, 0, {0}},
    };

    (void)state;
    NO_RACE(steps);
}

static void plain_accesses_of_a_lock(void **state)
{
    const struct step ordered[] = {
        {0, 5, ATOMIC_STORE, LOCK, 19, 0, {0}},
        {1, 10, STORE, X, 3, 0, {0}},
        {1, 0, STORE, LOCK, 11, 0, {0}},
        {1, 20, LOAD, 0x100, 13, 0, {0}},
        /* Made between 8 and 30: it may have seen the store. */
        {2, 8, LOAD, LOCK, 17, 0, {0}},
        {2, 0, LOAD, X, 5, 0, {0}},
        {2, 30, LOAD, 0x200, 23, 0, {0}},
    };
    const struct step too_early[] = {
        {0, 5, ATOMIC_STORE, LOCK, 19, 0, {0}},
        {1, 40, LOAD, 0x100, 13, 0, {0}},
        {1, 0, STORE, X, 3, 0, {0}},
        {1, 0, STORE, LOCK, 11, 0, {0}},
        {2, 8, LOAD, LOCK, 17, 0, {0}},
        {2, 0, LOAD, X, 5, 0, {0}},
        {2, 30, LOAD, 0x200, 23, 0, {0}},
        {2, 32, LOAD, 0x208, 23, 0, {0}},
    };

    (void)state;
    NO_RACE(ordered);
    ONE_RACE(too_early, 3, 5, RACE_PLAIN);
}

/*
 * T1 acquires and releases in one piece, T2 takes what T1 may have had from
 * T0: both are done before T1's piece ends.
 */
static void promises(void **state)
{
    const struct step steps[] = {
        {0, 5, ATOMIC_STORE, LOCK, 19, 0, {0}},
        {0, 6, ATOMIC_STORE, OTHER_LOCK, 29, 0, {0}},
        {0, 20, STORE, X, 3, 0, {0}},
        {0, 22, ATOMIC_STORE, LOCK, 31, 0, {0}},
        {0, 23, LOAD, 0x300, 37, 0, {0}},
        {1, 10, LOAD, LOCK, 11, 0, {0}},
        {1, 0, STORE, X + 8, 7, 0, {0}},
        {1, 0, STORE, OTHER_LOCK, 13, 0, {0}},
        {1, 90, LOAD, 0x100, 41, 0, {0}},
        {2, 30, ATOMIC_LOAD, OTHER_LOCK, 17, 0, {0}},
        {2, 32, LOAD, X, 5, 0, {0}},
        {2, 0, LOAD, X + 8, 43, 0, {0}},
    };

    (void)state;
    NO_RACE(steps);
}

/*
 * T1 gives in a piece that is delayed, and stores to X in it and in the next
 * one: only the first store is in what T2 takes.
 */
static void repeated_after_a_promise(void **state)
{
    const struct step steps[] = {
        {0, 5, ATOMIC_STORE, LOCK, 19, 0, {0}},
        {1, 10, LOAD, LOCK, 11, 0, {0}},
        {1, 0, STORE, LOCK, 13, 0, {0}},
        {1, 0, STORE, X, 3, 0, {0}},
        {1, 40, LOAD, 0x100, 17, 0, {0}},
        {1, 0, STORE, X, 3, 0, {0}},
        {1, 50, LOAD, 0x100, 17, 0, {0}},
        {2, 42, ATOMIC_LOAD, LOCK, 23, 0, {0}},
        {2, 44, LOAD, X, 5, 0, {0}},
    };

    (void)state;
    ONE_RACE(steps, 3, 5, RACE_PLAIN);
}

/*
 * T1's only release to LOCK is one that it promised, T2 releases to it later
 * and knows nothing of T1.  T0's load may have been made before T2's store.
 */
static void release_after_a_promise(void **state)
{
    const struct step steps[] = {
        {0, 5, ATOMIC_LOAD, LOCK, 19, 0, {0}},
        {0, 6, LOAD, 0x300, 29, 0, {0}},
        {1, 7, ATOMIC_STORE, OTHER_LOCK, 31, 0, {0}},
        {1, 10, LOAD, LOCK, 11, 0, {0}},
        {1, 0, STORE, X, 3, 0, {0}},
        {1, 0, STORE, LOCK, 13, 0, {0}},
        {1, 20, LOAD, 0x100, 17, 0, {0}},
        {1, 24, LOAD, 0x108, 17, 0, {0}},
        {0, 25, ATOMIC_LOAD, LOCK, 19, 0, {0}},
        {2, 30, ATOMIC_STORE, LOCK, 23, 0, {0}},
        {2, 32, LOAD, 0x200, 29, 0, {0}},
        {0, 40, LOAD, X, 5, 0, {0}},
    };

    (void)state;
    NO_RACE(steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(atomics_order),
        cmocka_unit_test(exclusive_stores_compare),
        cmocka_unit_test(late_stamp_of_a_store),
        cmocka_unit_test(late_stamp_of_a_plain_store),
        cmocka_unit_test(plain_accesses_of_a_lock),
        cmocka_unit_test(promises),
        cmocka_unit_test(repeated_after_a_promise),
        cmocka_unit_test(release_after_a_promise),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
