/* SPDX-License-Identifier: GPL-2.0-or-later */
/* channel_clock.c - which clock stamps are taken from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include "channel.h"
#include "clock.h"
#include "clock_check.h"
#include "stamp_clock.h"

#define LONG_NS 60000000000u /* a pair of cores needs some microseconds */
#define FAR_TICKS (1ull << 32)

static bool has_one_core(void)
{
    cpu_set_t mine;

    return sched_getaffinity(0, sizeof(mine), &mine) != 0 ||
           CPU_COUNT(&mine) < 2;
}

static uint64_t read_true(void)
{
    return clock_ticks_after();
}

/* Of every other core it is ahead. */
static uint64_t read_skewed(void)
{
    return clock_ticks_after() + (sched_getcpu() % 2 == 0 ? FAR_TICKS : 0);
}

/* What no core's counter can be: it goes back each time. */
static uint64_t read_backwards(void)
{
    return UINT64_MAX - clock_ticks_after();
}

static void cores_that_agree_do(void **state)
{
    (void)state;
    assert_true(clock_cores_agree(read_true, LONG_NS));
    /* Without time for a single turn nothing is known against them. */
    assert_true(clock_cores_agree(read_true, 0));
}

static void cores_that_differ_are_found(void **state)
{
    (void)state;
    if (has_one_core()) {
        skip();
    }
    assert_false(clock_cores_agree(read_skewed, LONG_NS));
    assert_false(clock_cores_agree(read_backwards, LONG_NS));
}

static void one_core_agrees_with_itself(void **state)
{
    cpu_set_t before;
    cpu_set_t one;

    (void)state;
    assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
    CPU_ZERO(&one);
    for (int cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; cpu++) {
        if (CPU_ISSET(cpu, &before)) {
            CPU_SET(cpu, &one);
        }
    }
    assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
    assert_true(clock_cores_agree(read_backwards, LONG_NS));
    assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
}

static void what_the_kernel_says(void **state)
{
    (void)state;
    assert_int_equal(clock_kernel_trusts(NULL, NULL), CLOCK_SYNCHRONOUS);
#if defined(__x86_64__)
    assert_int_equal(clock_kernel_trusts("kvm-clock tsc acpi_pm \n", NULL),
                     CLOCK_SYNCHRONOUS);
    assert_int_equal(clock_kernel_trusts("hpet acpi_pm\n", NULL),
                     CLOCK_NOT_LISTED);
    assert_int_equal(clock_kernel_trusts("hyperv_clocksource_tsc_page\n", NULL),
                     CLOCK_NOT_LISTED);
    assert_int_equal(clock_kernel_trusts("", NULL), CLOCK_NOT_LISTED);
    assert_int_equal(
        clock_kernel_trusts("tsc", "flags\t\t: fpu tsc constant_tsc nopl\n"),
        CLOCK_SYNCHRONOUS);
    assert_int_equal(clock_kernel_trusts("tsc", "flags\t: fpu tsc nopl\n"),
                     CLOCK_NOT_CONSTANT);
#endif
}

static void the_choice_is_obeyed(void **state)
{
    (void)state;
    assert_int_equal(clock_choose(CLOCK_CHOICE_PROCESSOR),
                     CLOCK_PROCESSOR_ASKED);
    assert_int_equal(clock_choose(CLOCK_CHOICE_COUNTER), CLOCK_COUNTER_ASKED);
    assert_false(clock_reason_is_counter(CLOCK_PROCESSOR_ASKED));
    for (int i = CLOCK_COUNTER_ASKED; i < CLOCK_REASONS_END; i++) {
        assert_true(clock_reason_is_counter(i));
        assert_non_null(clock_reason_words(i));
    }
    /* Of a channel that a stray store hit. */
    assert_non_null(clock_reason_words(UINT32_MAX));
}

#define N_STAMPS 20000
#define N_THREADS 4

static struct channel *channel;
static uint8_t n_taken[N_THREADS * N_STAMPS + 1];

static void *take_stamps(void *argument)
{
    uint64_t last = 0;

    for (unsigned i = 0; i < N_STAMPS; i++) {
        uint64_t stamp = i % 2 ? stamp_after(channel) : stamp_visible(channel);

        assert_true(stamp > last && stamp <= N_THREADS * N_STAMPS);
        __atomic_fetch_add(&n_taken[stamp], 1, __ATOMIC_RELAXED);
        last = stamp;
    }
    return argument;
}

/* Each number is one stamp's, and a thread's only grow. */
static void stamps_of_a_counter_are_in_order(void **state)
{
    struct channel_config config = {
        .stamp_interval = 1,
        .clock = CLOCK_CHOICE_COUNTER,
    };
    pthread_t threads[N_THREADS];
    int fd;

    (void)state;
    channel = channel_create(&config, &fd);
    assert_non_null(channel);
    for (unsigned i = 0; i < N_THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, take_stamps, NULL),
                         0);
    }
    for (unsigned i = 0; i < N_THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    for (unsigned i = 1; i <= N_THREADS * N_STAMPS; i++) {
        assert_int_equal(n_taken[i], 1);
    }
    channel_unmap(channel);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cores_that_agree_do),
        cmocka_unit_test(cores_that_differ_are_found),
        cmocka_unit_test(one_core_agrees_with_itself),
        cmocka_unit_test(what_the_kernel_says),
        cmocka_unit_test(the_choice_is_obeyed),
        cmocka_unit_test(stamps_of_a_counter_are_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
