/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races_find_waits.c - races_find() on traces that are made up: which loops
 * wait.
 */
#include "race_steps.h"

/* T1 loads LOCK that often, a stamp a load. */
#define LOADS_4(time)                                                          \
    {1, (time), LOAD, LOCK, 5, 0, {0}},                                        \
        {1, (time) + 1, LOAD, LOCK, 5, 0, {0}},                                \
        {1, (time) + 2, LOAD, LOCK, 5, 0, {0}},                                \
    {                                                                          \
        1, (time) + 3, LOAD, LOCK, 5, 0,                                       \
        {                                                                      \
            0                                                                  \
        }                                                                      \
    }
#define LOADS_16(time)                                                         \
    LOADS_4(time), LOADS_4((time) + 4), LOADS_4((time) + 8),                   \
        LOADS_4((time) + 12)

static void waiting_is_ad_hoc(void **state)
{
    const struct step waits[] = {
        LOADS_16(10),
        {1, 60, LOAD, LOCK, 5, 0, {0}},
        {1, 0, LOAD, X, 7, 0, {0}},
        {1, 80, LOAD, 0x100, 11, 0, {0}},
        {2, 35, STORE, X, 13, 0, {0}},
        {2, 40, STORE, LOCK, 3, 0, {0}},
        {2, 50, LOAD, 0x200, 17, 0, {0}},
    };
    /* It stops loading long before there is a store. */
    const struct step looks[] = {
        LOADS_16(10),
        {1, 27, LOAD, 0x100, 11, 0, {0}},
        {1, 29, LOAD, 0x108, 11, 0, {0}},
        {2, 35, LOAD, 0x200, 13, 0, {0}},
        {2, 40, STORE, LOCK, 3, 0, {0}},
        {2, 50, LOAD, 0x208, 17, 0, {0}},
    };

    (void)state;
    ONE_RACE(waits, 3, 5, RACE_AD_HOC);
    ONE_RACE(looks, 3, 5, RACE_PLAIN);
}

/*
 * A loop of few turns may end, by chance, with a store; so may one of more
 * turns where there are many stores.
 */
static void few_turns_are_no_waiting(void **state)
{
    const struct step few[] = {
        LOADS_4(10),
        LOADS_4(14),
        {1, 60, LOAD, LOCK, 5, 0, {0}},
        {1, 80, LOAD, 0x100, 11, 0, {0}},
        {2, 40, STORE, LOCK, 3, 0, {0}},
        {2, 50, LOAD, 0x200, 17, 0, {0}},
    };
    const struct step one_of_two[] = {
        LOADS_16(10),
        {1, 60, LOAD, LOCK, 5, 0, {0}},
        {1, 80, LOAD, 0x100, 11, 0, {0}},
        {2, 12, LOAD, 0x200, 17, 0, {0}},
        {2, 14, STORE, LOCK, 3, 0, {0}},
        {2, 16, LOAD, 0x200, 17, 0, {0}},
        {2, 40, STORE, LOCK, 3, 0, {0}},
        {2, 50, LOAD, 0x200, 17, 0, {0}},
    };
    const struct step second_of_two[] = {
        LOADS_16(10),
        LOADS_16(26),
        {1, 80, LOAD, LOCK, 5, 0, {0}},
        {1, 90, LOAD, 0x100, 11, 0, {0}},
        {2, 12, LOAD, 0x200, 17, 0, {0}},
        {2, 14, STORE, LOCK, 3, 0, {0}},
        {2, 16, LOAD, 0x200, 17, 0, {0}},
        {2, 60, STORE, LOCK, 3, 0, {0}},
        {2, 70, LOAD, 0x200, 17, 0, {0}},
    };

    (void)state;
    ONE_RACE(few, 3, 5, RACE_PLAIN);
    ONE_RACE(one_of_two, 3, 5, RACE_PLAIN);
    ONE_RACE(second_of_two, 3, 5, RACE_AD_HOC);
}

/* A loop that sleeps at each turn does not go on for nothing. */
static void loops_that_sleep_wait(void **state)
{
    const struct step sleeps[] = {
        {1, 10, LOAD, LOCK, 5, 0, {0}},
        {1, 12, EVENT, 0, 0, 0, CALL(35, 0, 0, "nanosleep")},
        {1, 14, EVENT, 0, 0, 0, RETURN(35, 0, "nanosleep")},
        {1, 16, LOAD, LOCK, 5, 0, {0}},
        {1, 18, EVENT, 0, 0, 0, CALL(24, 0, 0, "sched_yield")},
        {1, 20, EVENT, 0, 0, 0, RETURN(24, 0, "sched_yield")},
        {1, 60, LOAD, LOCK, 5, 0, {0}},
        {1, 80, LOAD, 0x100, 11, 0, {0}},
        {2, 40, STORE, LOCK, 3, 0, {0}},
        {2, 50, LOAD, 0x200, 17, 0, {0}},
    };
    /* Another thread sleeps; this one asks for something. */
    const struct step asks[] = {
        {1, 10, LOAD, LOCK, 5, 0, {0}},
        {1, 12, EVENT, 0, 0, 0, CALL(39, 0, 0, "getpid")},
        {1, 14, EVENT, 0, 0, 0, RETURN(39, 0, "getpid")},
        {1, 16, LOAD, LOCK, 5, 0, {0}},
        {1, 18, EVENT, 0, 0, 0, CALL(39, 0, 0, "getpid")},
        {1, 20, EVENT, 0, 0, 0, RETURN(39, 0, "getpid")},
        {1, 60, LOAD, LOCK, 5, 0, {0}},
        {1, 80, LOAD, 0x100, 11, 0, {0}},
        {2, 13, EVENT, 0, 0, 0, CALL(35, 0, 0, "nanosleep")},
        {2, 17, EVENT, 0, 0, 0, RETURN(35, 0, "nanosleep")},
        {2, 40, STORE, LOCK, 3, 0, {0}},
        {2, 50, LOAD, 0x200, 17, 0, {0}},
    };

    (void)state;
    ONE_RACE(sleeps, 3, 5, RACE_AD_HOC);
    ONE_RACE(asks, 3, 5, RACE_PLAIN);
}

/* The same loop has waited before, for another flag. */
static void a_loop_that_has_waited_waits(void **state)
{
    const struct step has_waited[] = {
        {1, 10, LOAD, OTHER_LOCK, 5, 0, {0}},
        {1, 12, EVENT, 0, 0, 0, CALL(35, 0, 0, "nanosleep")},
        {1, 14, EVENT, 0, 0, 0, RETURN(35, 0, "nanosleep")},
        {1, 16, LOAD, OTHER_LOCK, 5, 0, {0}},
        {1, 18, EVENT, 0, 0, 0, CALL(24, 0, 0, "sched_yield")},
        {1, 20, EVENT, 0, 0, 0, RETURN(24, 0, "sched_yield")},
        {1, 60, LOAD, OTHER_LOCK, 5, 0, {0}},
        {1, 62, LOAD, 0x100, 11, 0, {0}},
        LOADS_4(64),
        {1, 90, LOAD, LOCK, 5, 0, {0}},
        {1, 95, LOAD, 0x108, 11, 0, {0}},
        {2, 40, STORE, OTHER_LOCK, 3, 0, {0}},
        {2, 50, LOAD, 0x200, 17, 0, {0}},
        {2, 80, STORE, LOCK, 3, 0, {0}},
        {2, 85, LOAD, 0x200, 17, 0, {0}},
    };

    (void)state;
    ONE_RACE(has_waited, 3, 5, RACE_AD_HOC);
}

/*
 * T1 waits in its second block, and T2 has several.  The blocks in whose time
 * somebody waits are found, in whatever order they are in the file.
 */
static void one_race_in_blocks(const struct step *steps, size_t n,
                               enum race_kind kind)
{
    for (int is_backwards = 0; is_backwards < 2; is_backwards++) {
        struct races races;

        find_races_in(steps, n, is_backwards, &races);
        assert_int_equal(races.n_races, 1);
        assert_int_equal(races.races[0].kind, kind);
        races_free(&races);
    }
}

/* The store that ends the wait is in the middle of T2's third block. */
static void waiting_for_the_middle_of_a_block(void **state)
{
    const struct step middle[] = {
        {1, 10, LOAD, 0x100, 11, 0, {0}},  {1, 20, LOAD, 0x108, 11, 0, {0}},
        {1, 0, CUT, 0, 0, 0, {0}},         LOADS_16(310),
        {1, 330, LOAD, LOCK, 5, 0, {0}},   {1, 360, LOAD, LOCK, 5, 0, {0}},
        {1, 0, LOAD, X, 7, 0, {0}},        {1, 380, LOAD, 0x100, 11, 0, {0}},
        {2, 30, LOAD, 0x200, 17, 0, {0}},  {2, 100, LOAD, 0x208, 17, 0, {0}},
        {2, 0, CUT, 0, 0, 0, {0}},         {2, 110, LOAD, 0x200, 17, 0, {0}},
        {2, 200, LOAD, 0x208, 17, 0, {0}}, {2, 0, CUT, 0, 0, 0, {0}},
        {2, 335, STORE, X, 13, 0, {0}},    {2, 340, STORE, LOCK, 3, 0, {0}},
        {2, 350, LOAD, 0x200, 17, 0, {0}}, {2, 0, CUT, 0, 0, 0, {0}},
        {2, 410, LOAD, 0x200, 17, 0, {0}}, {2, 500, LOAD, 0x208, 17, 0, {0}},
    };

    (void)state;
    one_race_in_blocks(middle, N_STEPS(middle), RACE_AD_HOC);
}

/* It is at the end of T2's first, long after the last stamp there. */
static void waiting_for_the_end_of_a_block(void **state)
{
    const struct step behind[] = {
        {1, 10, LOAD, 0x100, 11, 0, {0}},  {1, 20, LOAD, 0x108, 11, 0, {0}},
        {1, 0, CUT, 0, 0, 0, {0}},         LOADS_16(310),
        {1, 330, LOAD, LOCK, 5, 0, {0}},   {1, 360, LOAD, LOCK, 5, 0, {0}},
        {1, 0, LOAD, X, 7, 0, {0}},        {1, 380, LOAD, 0x100, 11, 0, {0}},
        {2, 30, LOAD, 0x200, 17, 0, {0}},  {2, 100, LOAD, 0x208, 17, 0, {0}},
        {2, 0, STORE, X, 13, 0, {0}},      {2, 0, STORE, LOCK, 3, 0, {0}},
        {2, 0, CUT, 0, 0, 0, {0}},         {2, 350, LOAD, 0x200, 17, 0, {0}},
        {2, 360, LOAD, 0x208, 17, 0, {0}}, {2, 0, CUT, 0, 0, 0, {0}},
        {2, 410, LOAD, 0x200, 17, 0, {0}},
    };

    (void)state;
    one_race_in_blocks(behind, N_STEPS(behind), RACE_AD_HOC);
}

/* There, but over before T1's first load: it ends no wait. */
static void a_store_before_the_loop(void **state)
{
    const struct step before[] = {
        {1, 10, LOAD, 0x100, 11, 0, {0}},
        {1, 20, LOAD, 0x108, 11, 0, {0}},
        {1, 0, CUT, 0, 0, 0, {0}},
        {1, 90, LOAD, OTHER_LOCK, 9, 0, {0}},
        {1, 0, LOAD, OTHER_LOCK, 9, 0, {0}},
        {1, 0, LOAD, OTHER_LOCK, 9, 0, {0}},
        LOADS_16(310),
        {1, 330, LOAD, LOCK, 5, 0, {0}},
        {1, 360, LOAD, LOCK, 5, 0, {0}},
        {1, 380, LOAD, 0x100, 11, 0, {0}},
        {2, 30, STORE, OTHER_LOCK + 8, 17, 0, {0}},
        {2, 100, STORE, LOCK, 3, 0, {0}},
        {2, 0, CUT, 0, 0, 0, {0}},
        {2, 250, LOAD, 0x200, 17, 0, {0}},
        {2, 260, LOAD, 0x208, 17, 0, {0}},
        {2, 0, CUT, 0, 0, 0, {0}},
        {2, 410, LOAD, 0x200, 17, 0, {0}},
    };

    (void)state;
    one_race_in_blocks(before, N_STEPS(before), RACE_PLAIN);
}

/* Two counters side by side, each loaded and stored in the same loop. */
static void counting_is_no_waiting(void **state)
{
    struct step steps[2 * 4 * 10];
    size_t n = 0;
    struct races races;

    (void)state;
    for (uint32_t i = 0; i < 10; i++) {
        for (uint32_t thread = 1; thread < N_THREADS; thread++) {
            uint64_t time = 10 + 10 * i + thread;

            steps[n++] = (struct step){thread, time, LOAD, X, 3, 3, {0}};
            steps[n++] = (struct step){thread, 0, STORE, X, 5, 3, {0}};
            steps[n++] = (struct step){thread, 0, LOAD, X + 4, 7, 3, {0}};
            steps[n++] = (struct step){thread, 0, STORE, X + 4, 11, 3, {0}};
        }
    }
    find_races(steps, n, &races);
    assert_int_equal(races.n_races, 4); /* load, store and two stores of each */
    for (size_t i = 0; i < races.n_races; i++) {
        assert_int_equal(races.races[i].kind, RACE_PLAIN);
    }
    races_free(&races);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waiting_is_ad_hoc),
        cmocka_unit_test(few_turns_are_no_waiting),
        cmocka_unit_test(loops_that_sleep_wait),
        cmocka_unit_test(a_loop_that_has_waited_waits),
        cmocka_unit_test(waiting_for_the_middle_of_a_block),
        cmocka_unit_test(waiting_for_the_end_of_a_block),
        cmocka_unit_test(a_store_before_the_loop),
        cmocka_unit_test(counting_is_no_waiting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
