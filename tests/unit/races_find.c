/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races_find.c - races_find() on traces that are made up: what is ordered,
 * what is not, and what a trace leaves in doubt.
 */
#include "race_steps.h"

#define N_STEPS(steps) (sizeof(steps) / sizeof((steps)[0]))

#define NO_RACE(steps)                                                         \
    do {                                                                       \
        struct races races_;                                                   \
        find_races(steps, N_STEPS(steps), &races_);                            \
        assert_int_equal(races_.n_races, 0);                                   \
        races_free(&races_);                                                   \
    } while (0)

/* One race, of these instructions in some order. */
#define ONE_RACE(steps, a, b, kind_)                                           \
    do {                                                                       \
        struct races races_;                                                   \
        find_races(steps, N_STEPS(steps), &races_);                            \
        assert_int_equal(races_.n_races, 1);                                   \
        assert_int_equal(races_.races[0].kind, kind_);                         \
        assert_int_equal(                                                      \
            races_.races[0].sides[0].insn *races_.races[0].sides[1].insn,      \
            (a) * (b));                                                        \
        races_free(&races_);                                                   \
    } while (0)

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

#define CALL(number, first, second, name)                                      \
    {                                                                          \
        .type = MEMTRACE_EVENT_SYSCALL, .n_args = 7,                           \
        .args = {number, first, second}, .text = (name)                        \
    }
#define RETURN(number, result, name)                                           \
    {                                                                          \
        .type = MEMTRACE_EVENT_SYSCALL_RETURN, .n_args = 2,                    \
        .args = {number, result}, .text = (name)                               \
    }

static void starts_and_ends(void **state)
{
    const struct step before_start[] = {
        {0, 1, STORE, X, 3, 0, {0}},
        {1, 10, LOAD, X + 8, 7, 0, {0}},
        {1, 11, STORE, X + 8, 7, 0, {0}},
    };
    const struct step after_start[] = {
        {0, 6, STORE, X, 3, 0, {0}},
        {1, 10, LOAD, X, 5, 0, {0}},
    };
    const struct step joined[] = {
        {1, 10, STORE, X, 3, 0, {0}},
        {1, 20, EVENT, 0, 0, 0, CALL(60, 0, 0, "exit")},
        {1, 20, EVENT, 0, 0, 0, {.type = MEMTRACE_EVENT_THREAD_END}},
        {0, 30, LOAD, END_WORD(1), 11, 3, {0}},
        {0, 0, LOAD, X, 5, 0, {0}},
        {0, 40, LOAD, 0x100, 13, 0, {0}},
    };
    const struct step joined_another[] = {
        {1, 10, STORE, X, 3, 0, {0}},
        {1, 20, EVENT, 0, 0, 0, CALL(60, 0, 0, "exit")},
        {1, 20, EVENT, 0, 0, 0, {.type = MEMTRACE_EVENT_THREAD_END}},
        {0, 30, LOAD, END_WORD(2), 11, 3, {0}},
        {0, 0, LOAD, X, 5, 0, {0}},
        {0, 40, LOAD, 0x100, 13, 0, {0}},
    };

    (void)state;
    NO_RACE(before_start);
    ONE_RACE(after_start, 3, 5, RACE_PLAIN);
    NO_RACE(joined);
    ONE_RACE(joined_another, 3, 5, RACE_PLAIN);
}

static void futexes_and_pipes(void **state)
{
    const struct step futex[] = {
        {1, 10, STORE, X, 3, 0, {0}},
        {1, 20, EVENT, 0, 0, 0, CALL(202, LOCK, 1, "futex")},
        {2, 15, EVENT, 0, 0, 0, CALL(202, LOCK, 0, "futex")},
        {2, 25, EVENT, 0, 0, 0, RETURN(202, 0, "futex")},
        {2, 25, LOAD, X, 5, 0, {0}},
    };
    const struct step pipe[] = {
        {1, 10, STORE, X, 3, 0, {0}},
        {1, 20, EVENT, 0, 0, 0, CALL(1, 4, 0, "write")},
        {2, 15, EVENT, 0, 0, 0, CALL(0, 3, 0, "read")},
        {2, 25, EVENT, 0, 0, 0, RETURN(0, 1, "read")},
        {2, 25, LOAD, X, 5, 0, {0}},
    };
    const struct step both_write[] = {
        {1, 10, STORE, X, 3, 0, {0}},
        {1, 20, EVENT, 0, 0, 0, CALL(1, 4, 0, "write")},
        {2, 15, EVENT, 0, 0, 0, CALL(1, 4, 0, "write")},
        {2, 25, EVENT, 0, 0, 0, RETURN(1, 1, "write")},
        {2, 25, LOAD, X, 5, 0, {0}},
    };

    (void)state;
    NO_RACE(futex);
    NO_RACE(pipe);
    ONE_RACE(both_write, 3, 5, RACE_PLAIN);
}

/* A call of T1, and one of T2 that it ends. */
#define THEN(gives, takes)                                                     \
    {                                                                          \
        {1, 10, STORE, X, 3, 0, {0}},                                          \
            {1, 20, EVENT, 0, 0, 0, CALL(0, 4, 0, gives)},                     \
            {2, 15, EVENT, 0, 0, 0, CALL(0, 3, 0, takes)},                     \
            {2, 25, EVENT, 0, 0, 0, RETURN(0, 1, takes)},                      \
            {2, 25, LOAD, X, 5, 0, {0}}, {2, 30, LOAD, 0x100, 7, 0, {0}},      \
    }

static void timers_and_descriptors(void **state)
{
    const struct step timer[] = THEN("timer_settime", "rt_sigtimedwait");
    const struct step timer64[] = THEN("timer_settime64", "rt_sigtimedwait");
    const struct step interval[] = THEN("setitimer", "rt_sigtimedwait");
    const struct step alarm[] = THEN("alarm", "rt_sigtimedwait");
    const struct step descriptor[] = THEN("timerfd_settime", "read");
    const struct step epoll[] = THEN("epoll_ctl", "epoll_pwait");
    /* Whether it closed something, and what, is not known. */
    const struct step dup[] = THEN("dup3", "read");
    const struct step yields[] = THEN("sched_yield", "read");

    (void)state;
    NO_RACE(timer);
    NO_RACE(timer64);
    NO_RACE(interval);
    NO_RACE(alarm);
    NO_RACE(descriptor);
    NO_RACE(epoll);
    ONE_RACE(dup, 3, 5, RACE_PLAIN);
    ONE_RACE(yields, 3, 5, RACE_PLAIN);
}

static void kernel_takes_part(void **state)
{
    const struct step steps[] = {
        {1, 10, STORE, X, 3, 0, {0}},
        {2, 15, EVENT, 0, 0, 0, CALL(1, 1, X, "write")},
        {2,
         15,
         EVENT,
         0,
         0,
         0,
         {.type = MEMTRACE_EVENT_KERNEL_ACCESS,
          .n_args = 4,
          .args = {X, 4, 0, 1}}},
        {2, 25, EVENT, 0, 0, 0, RETURN(1, 4, "write")},
    };

    (void)state;
    ONE_RACE(steps, 3, 1, RACE_PLAIN);
}

static void new_memory(void **state)
{
    const struct step unmapped[] = {
        {1, 10, STORE, X, 3, 0, {0}},
        {0,
         20,
         EVENT,
         0,
         0,
         0,
         {.type = MEMTRACE_EVENT_UNMAP, .n_args = 2, .args = {0x10000, 4096}}},
        {2, 30, STORE, X, 5, 0, {0}},
    };
    const struct step lost[] = {
        {1, 10, STORE, X, 3, 0, {0}},
        {0,
         20,
         EVENT,
         0,
         0,
         0,
         {.type = MEMTRACE_EVENT_LOST, .n_args = 1, .args = {7}}},
        {2, 30, STORE, X, 5, 0, {0}},
    };

    (void)state;
    NO_RACE(unmapped);
    NO_RACE(lost);
}

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
    /* It stops looking long before there is something to be seen. */
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
 * A loop of few turns may end, by chance, with a store; so may one of more,
 * where there are many stores.  One that sleeps does not go on for nothing.
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
    /* So does another thread; it itself asks something. */
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

    /* The same loop has waited before, for another flag. */
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
    ONE_RACE(few, 3, 5, RACE_PLAIN);
    ONE_RACE(one_of_two, 3, 5, RACE_PLAIN);
    ONE_RACE(second_of_two, 3, 5, RACE_AD_HOC);
    ONE_RACE(sleeps, 3, 5, RACE_AD_HOC);
    ONE_RACE(asks, 3, 5, RACE_PLAIN);
}

/*
 * T1 waits in its second block for what T2 stores in one of four: the blocks
 * where somebody waits are found, in whatever order they are in the file.
 */
static void waiting_in_blocks(void **state)
{
    /* The middle of T2's third block. */
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
    /* The end of its first, long after the last stamp there. */
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
    /* There, but over before T1 begins to look: it is no end of waiting. */
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
    struct races races;

    (void)state;
    for (int is_backwards = 0; is_backwards < 2; is_backwards++) {
        find_races_in(middle, N_STEPS(middle), is_backwards, &races);
        assert_int_equal(races.n_races, 1);
        assert_int_equal(races.races[0].kind, RACE_AD_HOC);
        races_free(&races);
        find_races_in(behind, N_STEPS(behind), is_backwards, &races);
        assert_int_equal(races.n_races, 1);
        assert_int_equal(races.races[0].kind, RACE_AD_HOC);
        races_free(&races);
        find_races_in(before, N_STEPS(before), is_backwards, &races);
        assert_int_equal(races.n_races, 1);
        assert_int_equal(races.races[0].kind, RACE_PLAIN);
        races_free(&races);
    }
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
    assert_false(is_in_condition(2, 24, 32, 3)); /* two words before it */
    assert_false(is_in_condition(3, 28, 36, 3)); /* half of the locks */
    assert_false(is_in_condition(3, 24, 40, 3)); /* no signals */
    assert_false(is_in_condition(3, 24, 32, 2)); /* half of the counter */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_orders),
        cmocka_unit_test(each_pair_is_one),
        cmocka_unit_test(bytes_count),
        cmocka_unit_test(atomics_order),
        cmocka_unit_test(exclusive_stores_compare),
        cmocka_unit_test(late_stamp_of_a_store),
        cmocka_unit_test(late_stamp_of_a_plain_store),
        cmocka_unit_test(plain_accesses_of_a_lock),
        cmocka_unit_test(promises),
        cmocka_unit_test(repeated_after_a_promise),
        cmocka_unit_test(starts_and_ends),
        cmocka_unit_test(futexes_and_pipes),
        cmocka_unit_test(timers_and_descriptors),
        cmocka_unit_test(kernel_takes_part),
        cmocka_unit_test(new_memory),
        cmocka_unit_test(waiting_is_ad_hoc),
        cmocka_unit_test(few_turns_are_no_waiting),
        cmocka_unit_test(waiting_in_blocks),
        cmocka_unit_test(private_blocks),
        cmocka_unit_test(counting_is_no_waiting),
        cmocka_unit_test(counters_of_conditions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
