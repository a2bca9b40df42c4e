/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plugin_file_roles.c - mapped files, and the ranges of them that have a role.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "addresses.h"
#include "failing.h"
#include "file_roles.h"
#include "plugin_recording.h"
#include "qemu_fake.h"

#define CODE (PROT_READ | PROT_EXEC)
#define DATA (PROT_READ | PROT_WRITE)

/* What the recorder knows of /lib/a.so; of other files nothing. */
static const struct lookup_range ranges[] = {
    {0x1100, 0x1180, 0x1000, LOOKUP_CODE, 0},
    {0x1200, 0x1300, 0x1000, LOOKUP_CODE, 0},
    {0x1200, 0x1300, 0x1000, LOOKUP_START, 7},
    {0x3010, 0x3020, 0x3000, LOOKUP_DATA, 0},
    {0x5000, 0x5100, 0x3000, LOOKUP_DATA, 0}, /* .bss */
};

#define N_RANGES (sizeof(ranges) / sizeof(ranges[0]))

static _Atomic(unsigned) n_asked;

static void *answer(void *argument)
{
    struct channel *channel = argument;
    struct lookup_question question;

    for (;;) {
        uint32_t doorbell = atomic_load(&channel->doorbell);

        atomic_store(&channel->sleeping, 1);
        if (lookup_take(&channel->lookup, &question)) {
            n_asked++;
            lookup_answer(&channel->lookup, &question, ranges,
                          strcmp(question.file, "/lib/a.so") == 0 ? N_RANGES
                                                                  : 0);
        } else {
            channel_futex_wait(&channel->doorbell, doorbell, 100);
        }
    }
    return NULL;
}

/* With a recorder that gives files roles; it answers till the program ends. */
static void start(void)
{
    pthread_t thread;

    fake_recording_start("x86_64");
    plugin_recording.selection.roles = LOOKUP_BIT(LOOKUP_CODE) |
                                       LOOKUP_BIT(LOOKUP_START) |
                                       LOOKUP_BIT(LOOKUP_DATA);
    plugin_recording.selection.has_addresses = 1;
    pthread_create(&thread, NULL, answer, plugin_recording.channel);
}

static int set_up(void **state)
{
    (void)state;
    start();
    return 0;
}

static int unmap(void **state)
{
    (void)state;
    file_roles_unmap(0, UINT64_MAX);
    return fake_stopped() != NULL;
}

static void code_is_found_where_it_is_mapped(void **state)
{
    const struct lookup_range *range;
    uint64_t start_of = 0;

    (void)state;
    file_roles_map(0x71000, 0x2000, CODE, 0x1000, "/lib/a.so");
    range = file_roles_find(LOOKUP_CODE, 0x71210, &start_of);
    assert_non_null(range);
    assert_int_equal(start_of, 0x71200);
    assert_int_equal(range->start, 0x1200);
    assert_null(file_roles_find(LOOKUP_CODE, 0x71180, &start_of));
    assert_null(file_roles_find(LOOKUP_CODE, 0x71300, &start_of));
    assert_null(file_roles_find(LOOKUP_CODE, 0x70000, &start_of));
    assert_null(file_roles_find(LOOKUP_HEAP, 0x71210, &start_of));
    assert_true(file_roles_want_code(0x71100));
    assert_false(file_roles_want_code(0x710ff));
    range = file_roles_enter_at(LOOKUP_START, 0x71200);
    assert_non_null(range);
    assert_int_equal(range->payload, 7);
    assert_null(file_roles_enter_at(LOOKUP_START, 0x71201));
}

static void a_file_is_asked_for_once(void **state)
{
    unsigned before = n_asked;
    uint64_t start_of;

    (void)state;
    for (uint64_t i = 0; i < 5; i++) {
        file_roles_map(0x100000 * (i + 1), 0x2000, CODE, 0x1000, "/lib/b.so");
        assert_null(
            file_roles_find(LOOKUP_CODE, 0x100000 * (i + 1), &start_of));
    }
    assert_int_equal(n_asked, before + 1);
    /* What is neither code nor data with a role is not asked for at all. */
    file_roles_map(0x900000, 0x1000, PROT_READ, 0, "/lib/c.so");
    file_roles_map(0x910000, 0x1000, CODE, 0, "[vdso]");
    assert_int_equal(n_asked, before + 1);
    assert_false(file_roles_want_code(0x900000));
    plugin_recording.selection.keeps_unnamed = 1;
    assert_true(file_roles_want_code(0x910000));
    assert_false(file_roles_want_code(0x900000));
    plugin_recording.selection.keeps_unnamed = 0;
}

/* In the middle, at either end, all of it. */
static void what_is_mapped_over_is_gone(void **state)
{
    uint64_t start_of;

    (void)state;
    file_roles_map(0x70000, 0x4000, CODE, 0, "/lib/a.so");
    file_roles_map(0x72000, 0x1000, PROT_READ, 0, "");
    assert_non_null(file_roles_find(LOOKUP_CODE, 0x71100, &start_of));
    file_roles_unmap(0x71000, 0x180);
    assert_null(file_roles_find(LOOKUP_CODE, 0x71100, &start_of));
    assert_non_null(file_roles_find(LOOKUP_CODE, 0x71200, &start_of));
    assert_int_equal(start_of, 0x71200);
    file_roles_map(0x71000, 0x1000, CODE, 0, "/lib/b.so");
    assert_null(file_roles_find(LOOKUP_CODE, 0x71200, &start_of));
    file_roles_unmap(0x70000, 0x4000);
    file_roles_map(0x80000, 0x2000, CODE, 0x1000, "/lib/a.so");
    file_roles_unmap(0x80000, 0x100);
    assert_non_null(file_roles_find(LOOKUP_CODE, 0x80100, &start_of));
    file_roles_unmap(0x80280, 0x2000);
    assert_non_null(file_roles_find(LOOKUP_CODE, 0x80200, &start_of));
    assert_null(file_roles_find(LOOKUP_CODE, 0x80280, &start_of));
    file_roles_unmap(0x7f000, 0x10000);
    assert_null(file_roles_find(LOOKUP_CODE, 0x80200, &start_of));
}

static void data_is_recorded_while_it_is_mapped(void **state)
{
    (void)state;
    file_roles_map(0x73000, 0x1000, DATA, 0x3000, "/lib/a.so");
    assert_false(addresses_have(0x73000, 0x7300f));
    assert_true(addresses_have(0x73010, 0x73010));
    assert_true(addresses_have(0x7301f, 0x7301f));
    assert_false(addresses_have(0x73020, 0x74fff));
    /* .bss goes on behind what is in the file, where memory is put there. */
    assert_true(addresses_have(0x75000, 0x750ff));
    file_roles_map(0x74000, 0x2000, DATA, 0, "");
    assert_true(addresses_have(0x75000, 0x750ff));
    /* Another part of the file has no such segment. */
    file_roles_map(0x83000, 0x1000, DATA, 0x2000, "/lib/a.so");
    assert_false(addresses_have(0x83000, 0x8ffff));
    file_roles_unmap(0x73000, 0x1000);
    assert_false(addresses_have(0x73010, 0x73010));
    assert_true(addresses_have(0x75000, 0x750ff));
}

/* @data: which allocation fails. Return: whether it was told, or none did. */
static bool map_without_memory(const void *data)
{
    unsigned nth = *(const unsigned *)data;
    const char *why;

    start();
    failing_set("memory", nth, false);
    file_roles_map(0x71000, 0x2000, CODE, 0x1000, "/lib/a.so");
    file_roles_map(0x73000, 0x1000, DATA, 0x3000, "/lib/a.so");
    file_roles_unmap(0x73000, 0x3000);
    why = fake_stopped();
    if (failing_count() == 0) {
        return why == NULL && nth > 6;
    }
    return why != NULL && strcmp(why, "QEMU is out of memory") == 0;
}

static void no_memory_stops_the_recording(void **state)
{
    (void)state;
    for (unsigned nth = 1; nth <= 12; nth++) {
        if (!fake_isolated(map_without_memory, &nth)) {
            fail_msg("allocation %u", nth);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* First: it starts recordings of its own. */
        cmocka_unit_test(no_memory_stops_the_recording),
        cmocka_unit_test_setup_teardown(code_is_found_where_it_is_mapped,
                                        set_up, unmap),
        cmocka_unit_test_teardown(a_file_is_asked_for_once, unmap),
        cmocka_unit_test_teardown(what_is_mapped_over_is_gone, unmap),
        cmocka_unit_test_teardown(data_is_recorded_while_it_is_mapped, unmap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
