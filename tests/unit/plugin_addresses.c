/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plugin_addresses.c - which addresses are recorded, where not all are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "addresses.h"
#include "failing.h"
#include "plugin_recording.h"
#include "qemu_fake.h"

static int start(void **state)
{
    (void)state;
    fake_recording_start("x86_64");
    return 0;
}

static void none_are_recorded_at_first(void **state)
{
    (void)state;
    assert_false(addresses_have(0, UINT64_MAX));
    addresses_set(NULL, 0);
    assert_false(addresses_have(0, UINT64_MAX));
}

static void ranges_are_found_to_the_byte(void **state)
{
    const struct range ranges[] = {
        {500, 599}, {100, 199}, {150, 249}, {300, 300}, {120, 130}};

    (void)state;
    addresses_set(ranges, 5);
    assert_false(addresses_have(0, 99));
    assert_true(addresses_have(0, 100));
    assert_true(addresses_have(199, 199));
    assert_true(addresses_have(249, 249));
    assert_false(addresses_have(250, 299));
    assert_true(addresses_have(250, 300));
    assert_false(addresses_have(301, 499));
    assert_true(addresses_have(599, 700));
    assert_false(addresses_have(600, UINT64_MAX));
    /* Around the end of memory: it ends there. */
    assert_false(addresses_have(UINT64_MAX - 3, 600));
}

static void those_of_the_user_stay(void **state)
{
    const struct range data = {500, 599};
    struct selection *selection = &plugin_recording.selection;

    (void)state;
    selection->n_addresses = 1;
    selection->addresses[0] = (struct range){UINT64_MAX - 1, UINT64_MAX};
    addresses_set(&data, 1);
    assert_true(addresses_have(500, 500));
    assert_true(addresses_have(UINT64_MAX, UINT64_MAX));
    assert_true(addresses_have(UINT64_MAX - 3, 4));
    addresses_set(NULL, 0);
    assert_false(addresses_have(500, 500));
    assert_true(addresses_have(UINT64_MAX, UINT64_MAX));
}

/* The old list would let pass what is no data any more, and hide the new. */
static void no_memory_stops_the_recording(void **state)
{
    const struct range data = {500, 599};

    (void)state;
    failing_set("memory", 1, false);
    addresses_set(&data, 1);
    failing_set(NULL, 0, false);
    assert_string_equal(fake_stopped(), "QEMU is out of memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_are_recorded_at_first),
        cmocka_unit_test(ranges_are_found_to_the_byte),
        cmocka_unit_test(those_of_the_user_stay),
        cmocka_unit_test(no_memory_stops_the_recording),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
