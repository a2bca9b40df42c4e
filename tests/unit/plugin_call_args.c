/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plugin_call_args.c - one shape for calls that are made in different ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "call_args.h"
#include "failing.h"
#include "guest_memory.h"
#include "plugin_recording.h"
#include "qemu_fake.h"

#define MEMORY_VADDR 0x1000 /* of the guest's only memory */

static uint8_t memory[64];
static struct current_call current;

static int start(void **state)
{
    (void)state;
    fake_recording_start("x86_64");
    guest_base = (uint64_t)memory - MEMORY_VADDR;
    return 0;
}

static void of_guest(const char *name)
{
    plugin_recording.guest = guest_find(name);
    assert_non_null(plugin_recording.guest);
}

static void make(const char *name, uint64_t a, uint64_t b, uint64_t c,
                 uint64_t d, uint64_t e, uint64_t f)
{
    const struct guest_call *call = guest_call_named(name);
    const uint64_t args[CALL_ARGS] = {a, b, c, d, e, f};

    assert_non_null(call);
    call_args_set(&current, 77, call, args);
    assert_ptr_equal(current.call, call);
    assert_int_equal(current.number, 77);
}

static void a_plain_call_is_what_it_is(void **state)
{
    (void)state;
    of_guest("x86_64");
    make("mmap", 1, 2, 3, 4, UINT64_MAX, 4096);
    assert_int_equal(current.kind, GUEST_CALL_MMAP);
    assert_int_equal(current.args[4], UINT64_MAX);
    assert_int_equal(current.args[5], 4096);
    assert_int_equal(current.result_vaddr, 0);
    assert_int_equal(current.block_vaddr, 0);
    assert_int_equal(call_args_result(&current, -22), -22);
}

/* A register of a 32-bit guest may come sign-extended. */
static void words_are_as_wide_as_the_guests(void **state)
{
    (void)state;
    of_guest("arm");
    make("mmap2", 0xffffffff80000000, 2, 3, 4, UINT64_MAX, 3);
    assert_int_equal(current.kind, GUEST_CALL_MMAP);
    assert_int_equal(current.args[0], 0x80000000);
    assert_int_equal(current.args[4], UINT32_MAX);
    assert_int_equal(current.args[5], 3 * 4096);
    of_guest("aarch64");
    assert_int_equal(call_args_word(UINT64_MAX), UINT64_MAX);
}

static void arguments_in_memory_are_read(void **state)
{
    static const uint32_t narrow[] = {0x70000000, 0x2000,     3,
                                      0x22,       UINT32_MAX, 0};

    (void)state;
    of_guest("i386");
    memcpy(memory, narrow, sizeof(narrow));
    make("mmap", MEMORY_VADDR, 0, 0, 0, 0, 0);
    assert_int_equal(current.kind, GUEST_CALL_MMAP);
    assert_int_equal(current.args[0], 0x70000000);
    assert_int_equal(current.args[4], UINT32_MAX);
    assert_int_equal(current.block_vaddr, MEMORY_VADDR);
    assert_int_equal(current.block_words, 6);
    /* s390x is big-endian, and its words are wide. */
    of_guest("s390x");
    memset(memory, 0, sizeof(memory));
    memory[3] = 0x40;
    memory[15] = 0x7;
    make("mmap", MEMORY_VADDR, 0, 0, 0, 0, 0);
    assert_int_equal(current.args[0], 0x4000000000);
    assert_int_equal(current.args[1], 7);
}

static void what_cannot_be_read_is_no_block(void **state)
{
    (void)state;
    of_guest("i386");
    make("mmap", 0, 0, 0, 0, 0, 0);
    assert_int_equal(current.block_vaddr, 0);
    make("socketcall", 9, 0, 0, 0, 0, 0);
    assert_int_equal(current.kind, GUEST_CALL_OTHER);
    /* The guest's fault, not ours. */
    assert_null(fake_stopped());
}

static void shared_memory_by_ipc(void **state)
{
    (void)state;
    of_guest("i386");
    /* The highest bits are a version. */
    make("ipc", 1 << 16 | 21, 5, 010000, MEMORY_VADDR, 0x80000000, 0);
    assert_int_equal(current.kind, GUEST_CALL_SHMAT);
    assert_int_equal(current.args[0], 5);
    assert_int_equal(current.args[1], 0x80000000);
    assert_int_equal(current.args[2], 010000);
    memcpy(memory, "\x00\x10\x00\x40", 4);
    assert_int_equal(call_args_result(&current, 0), 0x40001000);
    assert_int_equal(call_args_result(&current, -12), -12);
    make("ipc", 22, 0, 0, 0, 0x40001000, 0);
    assert_int_equal(current.kind, GUEST_CALL_SHMDT);
    assert_int_equal(current.args[0], 0x40001000);
    assert_int_equal(current.result_vaddr, 0);
    make("ipc", 1, 0, 0, 0, 0, 0);
    assert_int_equal(current.kind, GUEST_CALL_OTHER);
}

static void sockets_by_socketcall(void **state)
{
    static const uint32_t words[] = {3, 0x5000, 100, 0};

    (void)state;
    of_guest("i386");
    memcpy(memory, words, sizeof(words));
    make("socketcall", 9, MEMORY_VADDR, 0, 0, 0, 0);
    assert_int_equal(current.kind, GUEST_CALL_WRITE);
    assert_int_equal(current.args[1], 0x5000);
    assert_int_equal(current.block_words, 4);
    make("socketcall", 21, MEMORY_VADDR, 0, 0, 0, 0);
    assert_int_equal(current.kind, GUEST_CALL_OTHER);
    make("socketcall", UINT32_MAX, MEMORY_VADDR, 0, 0, 0, 0);
    assert_int_equal(current.kind, GUEST_CALL_OTHER);
}

/* Not that nothing is mapped there: the kernel does not let us look. */
static void a_refusal_stops_the_recording(void **state)
{
    (void)state;
    of_guest("i386");
    failing_set("process_vm_readv", 1, false);
    make("mmap", MEMORY_VADDR, 0, 0, 0, 0, 0);
    failing_set(NULL, 0, false);
    assert_string_equal(fake_stopped(), "the guest's memory cannot be read");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_call_is_what_it_is),
        cmocka_unit_test(words_are_as_wide_as_the_guests),
        cmocka_unit_test(arguments_in_memory_are_read),
        cmocka_unit_test(what_cannot_be_read_is_no_block),
        cmocka_unit_test(shared_memory_by_ipc),
        cmocka_unit_test(sockets_by_socketcall),
        cmocka_unit_test(a_refusal_stops_the_recording),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
