/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plugin_insn_numbers.c - numbers of translated instructions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "failing.h"
#include "insn_numbers.h"
#include "plugin_recording.h"
#include "qemu_fake.h"

#define N_INSNS 20000 /* the table grows three times */

static const uint8_t nop[] = {0x90, 0x66, 0x90};

static int start(void **state)
{
    (void)state;
    fake_recording_start("x86_64");
    return 0;
}

static void the_same_instruction_has_the_same_number(void **state)
{
    struct fake_message message;
    uint32_t first = insn_number(0x1000, nop, 1, CHANNEL_INSN_ATOMIC);

    (void)state;
    do {
        assert_true(fake_next_message(true, &message));
    } while (message.type != CHANNEL_MESSAGE_INSN);
    assert_int_equal(message.n_args, 3);
    assert_int_equal(message.args[0], 0x1000);
    assert_int_equal(message.args[1], first);
    assert_int_equal(message.args[2], 1 | CHANNEL_INSN_ATOMIC << 8);
    assert_memory_equal(message.text, nop, 1);
    assert_int_equal(insn_number(0x1000, nop, 1, 0), first);
    assert_false(fake_next_message(true, &message));
    /* Another pc, other bytes, or more of them. */
    assert_int_not_equal(insn_number(0x1001, nop, 1, 0), first);
    assert_int_not_equal(insn_number(0x1000, nop + 1, 1, 0), first);
    assert_int_not_equal(insn_number(0x1000, nop, 3, 0), first);
}

static void numbers_stay_while_the_table_grows(void **state)
{
    struct fake_message message;
    uint32_t first = 0;

    (void)state;
    for (uint32_t i = 0; i < N_INSNS; i++) {
        uint32_t number = insn_number(0x400000 + i, nop, 1, 0);

        first = i == 0 ? number : first;
        assert_int_equal(number, first + i);
        assert_true(fake_next_message(true, &message));
    }
    for (uint32_t i = 0; i < N_INSNS; i++) {
        assert_int_equal(insn_number(0x400000 + i, nop, 1, 0), first + i);
    }
}

static void numbers_that_have_run_out_are_one(void **state)
{
    atomic_uint *next = &plugin_recording.channel->next_insn;
    uint32_t before = atomic_exchange(next, CHANNEL_INSN_MAX);

    (void)state;
    assert_int_equal(insn_number(0x2000, nop, 1, 0), CHANNEL_INSN_MAX);
    assert_int_equal(insn_number(0x2001, nop, 1, 0), CHANNEL_INSN_MAX);
    assert_int_equal(atomic_exchange(next, before), CHANNEL_INSN_MAX);
}

/* @data: which allocation fails. */
static bool number_without_memory(const void *data)
{
    struct fake_message message;
    const char *why;

    fake_recording_start("x86_64");
    failing_set("memory", *(const unsigned *)data, false);
    for (uint32_t i = 0; i < N_INSNS; i++) {
        insn_number(0x400000 + i, nop, 1, 0);
        fake_next_message(true, &message);
    }
    why = fake_stopped();
    return failing_count() == 1 && why != NULL &&
           strcmp(why, "QEMU is out of memory") == 0;
}

static void no_memory_stops_the_recording(void **state)
{
    (void)state;
    for (unsigned nth = 1; nth <= 4; nth++) {
        assert_true(fake_isolated(number_without_memory, &nth));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_memory_stops_the_recording),
        cmocka_unit_test_setup(the_same_instruction_has_the_same_number, start),
        cmocka_unit_test(numbers_stay_while_the_table_grows),
        cmocka_unit_test(numbers_that_have_run_out_are_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
