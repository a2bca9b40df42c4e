/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guests_calls.c - system calls by name and by number, and that what orders
 * threads is told in every trace.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "guest_calls.h"
#include "guest_numbers.h"

static const char *const names[] = {
#define CALL(name, ...) #name,
#include "call_rows.h"
#undef CALL
};

#define N_NAMES (sizeof(names) / sizeof(names[0]))

static const struct guest_call *named(const char *name)
{
    const struct guest_call *call = guest_call_named(name);

    if (!call) {
        fail_msg("no call %s", name);
    }
    return call;
}

/* They are, where the rows are sorted. */
static void every_name_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_NAMES; i++) {
        assert_string_equal(named(names[i])->name, names[i]);
        assert_true(i == 0 || strcmp(names[i - 1], names[i]) < 0);
    }
    assert_null(guest_call_named("getpid"));
    assert_null(guest_call_named(""));
}

static void every_number_is_one_call(void **state)
{
    const struct guest *guest;

    (void)state;
    for (size_t i = 0; (guest = guest_list(i)) != NULL; i++) {
        int64_t first = guest->calls->first;
        int64_t end = first + (int64_t)guest->calls->n;
        size_t n = 0;

        for (int64_t number = first; number < end; number++) {
            const struct guest_call *call = guest_call_numbered(guest, number);

            n += call != NULL;
            for (int64_t other = first; call && other < number; other++) {
                assert_ptr_not_equal(guest_call_numbered(guest, other), call);
            }
        }
        assert_true(n > 100);
        assert_non_null(guest_call_numbered(guest, first));
        assert_non_null(guest_call_numbered(guest, end - 1));
        assert_null(guest_call_numbered(guest, first - 1));
        assert_null(guest_call_numbered(guest, end));
        assert_null(guest_call_numbered(guest, -1));
        assert_null(guest_call_numbered(guest, INT64_MIN));
    }
}

static const struct guest_call *numbered(const char *guest, int64_t number)
{
    return guest_call_numbered(guest_find(guest), number);
}

static void numbers_are_the_architectures(void **state)
{
    (void)state;
    assert_ptr_equal(numbered("x86_64", 0), named("read"));
    assert_ptr_equal(numbered("aarch64", 63), named("read"));
    assert_ptr_equal(numbered("mips64el", 5000), named("read"));
    assert_ptr_equal(numbered("aarch64", 38), named("renameat"));
    assert_null(numbered("riscv64", 38));
    /* What is older than the row says is none of ours. */
    assert_null(numbered("i386", 82));
}

/* A trace of plain `record` must have what `races` asks for. */
static void what_orders_is_told(void **state)
{
    static const char *const told[] = {
        "clock_nanosleep",
        "clock_nanosleep_time64",
        "clone",
        "exit_group",
        "futex",
        "mmap",
        "nanosleep",
        "pause",
        "poll",
        "read",
        "rt_sigaction",
        "rt_sigsuspend",
        "semctl",
        "sigaction",
        "socketcall",
        "waitid",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
        assert_true(guest_call_is_told(named(told[i])));
    }
    assert_false(guest_call_is_told(named("clock_gettime")));
    assert_false(guest_call_is_told(named("stat")));
}

/* An object is asked for where the call does something to it. */
static void subjects_have_an_effect(void **state)
{
    const unsigned on_object =
        CALL_RELEASES | CALL_ACQUIRES | CALL_CLOSES | CALL_SIGNALS;

    (void)state;
    for (size_t i = 0; i < N_NAMES; i++) {
        const struct guest_call *call = named(names[i]);

        switch (call->subject) {
        case CALL_SUBJECT_DESCRIPTOR:
            assert_true(call->does & on_object);
            break;
        case CALL_SUBJECT_THREAD:
        case CALL_SUBJECT_PROCESS:
            assert_true(call->does & CALL_SIGNALS);
            break;
        default:
            break;
        }
    }
}

static const struct guest_call *through(const char *name, uint64_t first)
{
    return guest_call_through(named(name), first);
}

static void calls_through_others(void **state)
{
    (void)state;
    assert_ptr_equal(through("ipc", 1), named("semop"));
    assert_ptr_equal(through("ipc", 1 << 16 | 21), named("shmat"));
    assert_null(through("ipc", 0));
    assert_null(through("ipc", 23));
    assert_null(through("ipc", UINT64_MAX));
    assert_ptr_equal(through("socketcall", 9), named("send"));
    assert_null(through("socketcall", 1));
    assert_null(through("socketcall", 21));
    assert_null(through("socketcall", UINT64_MAX));
    assert_ptr_equal(through("read", 1), named("read"));
    assert_int_equal(guest_socketcall_args(1), 3);
    assert_int_equal(guest_socketcall_args(11), 6);
    assert_int_equal(guest_socketcall_args(0), 0);
    assert_int_equal(guest_socketcall_args(21), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_is_found),
        cmocka_unit_test(every_number_is_one_call),
        cmocka_unit_test(numbers_are_the_architectures),
        cmocka_unit_test(what_orders_is_told),
        cmocka_unit_test(subjects_have_an_effect),
        cmocka_unit_test(calls_through_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
