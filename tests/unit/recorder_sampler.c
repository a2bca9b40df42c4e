/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * recorder_sampler.c - windows open and close, one after another, and leave
 * alone what else pauses.  Nothing depends on how long they take.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "sampler.h"

#define HOUR_NS (3600ull * 1000000000)

static int make_channel(void **state)
{
    *state = calloc(1, sizeof(struct channel));
    return *state ? 0 : -1;
}

static int free_channel(void **state)
{
    free(*state);
    return 0;
}

static void wait_for_sample(struct channel *channel, uint32_t bit)
{
    while ((atomic_load(&channel->gate.pauses) & SELECTION_PAUSE_SAMPLE) !=
           bit) {
        sched_yield();
    }
}

static void without_windows_there_is_no_sampler(void **state)
{
    struct channel *channel = *state;

    atomic_store(&channel->gate.pauses, SELECTION_PAUSE_SAMPLE);
    assert_null(sampler_start(channel, 0, HOUR_NS));
    assert_int_equal(sampler_stop(NULL), 0);
    assert_int_equal(atomic_load(&channel->gate.pauses),
                     SELECTION_PAUSE_SAMPLE);
}

static void the_first_window_opens_at_once(void **state)
{
    struct channel *channel = *state;
    struct sampler *sampler;

    atomic_store(&channel->gate.pauses,
                 SELECTION_PAUSE_SAMPLE | SELECTION_PAUSE_SKIP);
    sampler = sampler_start(channel, HOUR_NS, 2 * HOUR_NS);
    assert_non_null(sampler);
    wait_for_sample(channel, 0);
    assert_int_equal(atomic_load(&channel->gate.pauses), SELECTION_PAUSE_SKIP);
    /* It does not wait for the window's end. */
    assert_int_equal(sampler_stop(sampler), 1);
    assert_int_equal(atomic_load(&channel->gate.pauses), SELECTION_PAUSE_SKIP);
}

static void it_stays_closed_up_to_the_next_period(void **state)
{
    struct channel *channel = *state;
    struct sampler *sampler = sampler_start(channel, 1, HOUR_NS);

    assert_non_null(sampler);
    wait_for_sample(channel, SELECTION_PAUSE_SAMPLE);
    assert_int_equal(sampler_stop(sampler), 1);
    assert_int_equal(atomic_load(&channel->gate.pauses),
                     SELECTION_PAUSE_SAMPLE);
}

static void windows_follow_one_another(void **state)
{
    struct channel *channel = *state;
    struct sampler *sampler = sampler_start(channel, 200000, 400000);

    assert_non_null(sampler);
    atomic_fetch_or(&channel->gate.pauses, SELECTION_PAUSE_LIMIT);
    for (unsigned i = 0; i < 3; i++) {
        wait_for_sample(channel, SELECTION_PAUSE_SAMPLE);
        wait_for_sample(channel, 0);
    }
    assert_true(sampler_stop(sampler) >= 4);
    assert_true(atomic_load(&channel->gate.pauses) & SELECTION_PAUSE_LIMIT);
}

int main(void)
{
#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, make_channel, free_channel)
    const struct CMUnitTest tests[] = {
        TEST(without_windows_there_is_no_sampler),
        TEST(the_first_window_opens_at_once),
        TEST(it_stays_closed_up_to_the_next_period),
        TEST(windows_follow_one_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
