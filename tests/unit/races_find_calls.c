/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races_find_calls.c - races_find() on traces that are made up: what starts,
 * ends, system calls and new memory order.
 */
#include "race_steps.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_and_ends),
        cmocka_unit_test(futexes_and_pipes),
        cmocka_unit_test(timers_and_descriptors),
        cmocka_unit_test(kernel_takes_part),
        cmocka_unit_test(new_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
