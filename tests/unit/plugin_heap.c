/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plugin_heap.c - calls of malloc() and its like, followed on a QEMU that has
 * the registers of x86_64 which the tests give it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "guest_memory.h"
#include "heap.h"
#include "plugin_recording.h"
#include "qemu_fake.h"

enum { RAX, RDI, RSI, RDX, RSP, N_REGISTERS };

static uint64_t registers[N_REGISTERS];
static unsigned unreadable = N_REGISTERS; /* that one */
static bool has_registers = true;
static uint64_t is_pending; /* the number of the vCPU */
static struct fake_callback at_block;

/* The guest's stack, at its own addresses. */
static uint64_t stack[16];
#define STACK_VADDR(i) ((uint64_t)&stack[i])

/* --- QEMU's, and GLib's ---------------------------------------------------*/

struct glib_array {
    uint8_t *data;
    unsigned len;
};
struct glib_array *g_byte_array_new(void);
struct glib_array *g_byte_array_set_size(struct glib_array *array,
                                         unsigned size);
unsigned g_array_get_element_size(struct glib_array *array);
char *g_array_free(struct glib_array *array, int frees_elements);
struct glib_array *qemu_plugin_get_registers(void);
int qemu_plugin_read_register(struct qemu_plugin_register *handle,
                              struct glib_array *bytes);

static struct descriptor {
    struct qemu_plugin_register *handle;
    const char *name;
} descriptors[] = {{(void *)RAX, "rax"},
                   {(void *)RDI, "rdi"},
                   {(void *)RSI, "rsi"},
                   {(void *)RDX, "rdx"},
                   {(void *)RSP, "rsp"}};

struct glib_array *qemu_plugin_get_registers(void)
{
    static struct glib_array all = {(uint8_t *)descriptors, N_REGISTERS};

    return has_registers ? &all : NULL;
}

unsigned g_array_get_element_size(struct glib_array *array)
{
    (void)array;
    return sizeof(descriptors[0]);
}

char *g_array_free(struct glib_array *array, int frees_elements)
{
    (void)array, (void)frees_elements;
    return NULL;
}

struct glib_array *g_byte_array_new(void)
{
    static struct glib_array bytes;

    return &bytes;
}

struct glib_array *g_byte_array_set_size(struct glib_array *array,
                                         unsigned size)
{
    array->len = size;
    return array;
}

int qemu_plugin_read_register(struct qemu_plugin_register *handle,
                              struct glib_array *bytes)
{
    uintptr_t i = (uintptr_t)handle;

    if (i == unreadable) {
        return -1;
    }
    bytes->data = (uint8_t *)&registers[i];
    bytes->len = sizeof(registers[i]);
    return bytes->len;
}

struct qemu_plugin_scoreboard *qemu_plugin_scoreboard_new(size_t size)
{
    (void)size;
    return NULL;
}

void qemu_plugin_u64_set(struct qemu_plugin_number entry, unsigned vcpu_index,
                         uint64_t value)
{
    (void)entry, (void)vcpu_index;
    is_pending = value;
}

void qemu_plugin_register_vcpu_tb_exec_cond_cb(struct qemu_plugin_tb *tb,
                                               qemu_plugin_vcpu_udata_cb cb,
                                               enum qemu_plugin_cb_flags flags,
                                               enum qemu_plugin_cond cond,
                                               struct qemu_plugin_number entry,
                                               uint64_t imm, void *userdata)
{
    (void)tb, (void)flags, (void)cond, (void)entry, (void)imm, (void)userdata;
    at_block.run = cb;
}

/* --- the guest
 * --------------------------------------------------------------*/

static void enter(unsigned function, uint64_t return_to, unsigned at,
                  uint64_t arg0, uint64_t arg1, uint64_t arg2)
{
    stack[at] = return_to;
    registers[RSP] = STACK_VADDR(at);
    registers[RDI] = arg0;
    registers[RSI] = arg1;
    registers[RDX] = arg2;
    heap_watch_entry(NULL, function);
    fake_last_callback.run(0, fake_last_callback.userdata);
}

/* A block is run: QEMU calls back where the number is set. */
static void run_block(uint64_t pc)
{
    if (is_pending != 0) {
        at_block.run(0, (void *)pc);
    }
}

static void leave(uint64_t return_to, unsigned at, uint64_t result)
{
    registers[RSP] = STACK_VADDR(at + 1);
    registers[RAX] = result;
    run_block(return_to);
}

static void assert_told(unsigned type, unsigned n_args, const uint64_t *args,
                        const char *function)
{
    struct fake_message message;

    assert_true(fake_next_message(false, &message));
    assert_int_equal(message.type, type);
    assert_int_equal(message.n_args, n_args);
    assert_memory_equal(message.args, args, n_args * sizeof(*args));
    assert_string_equal(message.text, function);
}

static void assert_nothing_told(void)
{
    struct fake_message message;

    assert_false(fake_next_message(false, &message));
    assert_null(fake_stopped());
}

static int start(void **state)
{
    (void)state;
    /* Started from QEMU's first translation on: the guest is this program. */
    fake_recording_start("x86_64");
    if (heap_check() != NULL) {
        return -1;
    }
    heap_watch_block(NULL);
    return 0;
}

static void blocks_are_told(void **state)
{
    const uint64_t block[] = {0x5000, 24, 0x1111};
    const uint64_t cleared[] = {0x6000, 80, 0x2222};
    const uint64_t freed[] = {0x5000, 0x3333};

    (void)state;
    enter(HEAP_FUNCTION_malloc, 0x1111, 8, 24, 0, 0);
    assert_int_equal(is_pending, 1);
    run_block(0x9999);
    assert_nothing_told();
    leave(0x1111, 8, 0x5000);
    assert_int_equal(is_pending, 0);
    assert_told(CHANNEL_MESSAGE_ALLOCATE, 3, block, "malloc");
    enter(HEAP_FUNCTION_calloc, 0x2222, 8, 10, 8, 0);
    leave(0x2222, 8, 0x6000);
    assert_told(CHANNEL_MESSAGE_ALLOCATE, 3, cleared, "calloc");
    enter(HEAP_FUNCTION_free, 0x3333, 8, 0x5000, 0, 0);
    assert_told(CHANNEL_MESSAGE_FREE, 2, freed, "free");
    leave(0x3333, 8, 0);
    enter(HEAP_FUNCTION_free, 0x3333, 8, 0, 0, 0);
    leave(0x3333, 8, 0);
    enter(HEAP_FUNCTION_malloc, 0x1111, 8, 1 << 30, 0, 0);
    leave(0x1111, 8, 0);
    assert_nothing_told();
}

/* What malloc() calls itself is its own affair. */
static void the_outermost_call_counts(void **state)
{
    const uint64_t block[] = {0x5000, 24, 0x1111};

    (void)state;
    enter(HEAP_FUNCTION_malloc, 0x1111, 8, 24, 0, 0);
    enter(HEAP_FUNCTION_calloc, 0x1111, 4, 3, 8, 0);
    leave(0x1111, 4, 0x7000);
    assert_nothing_told();
    leave(0x1111, 8, 0x5000);
    assert_told(CHANNEL_MESSAGE_ALLOCATE, 3, block, "malloc");
    assert_nothing_told();
}

static void a_call_that_is_left_by_longjmp_is_over(void **state)
{
    const uint64_t block[] = {0x5000, 8, 0x1111};

    (void)state;
    enter(HEAP_FUNCTION_malloc, 0x1111, 4, 24, 0, 0);
    registers[RSP] = STACK_VADDR(12);
    run_block(0x4444);
    assert_int_equal(is_pending, 0);
    enter(HEAP_FUNCTION_malloc, 0x1111, 8, 8, 0, 0);
    leave(0x1111, 8, 0x5000);
    assert_told(CHANNEL_MESSAGE_ALLOCATE, 3, block, "malloc");
    assert_nothing_told();
}

static void realloc_that_fails_keeps_its_block(void **state)
{
    const uint64_t freed[] = {0x5000, 0x1111};
    const uint64_t kept[] = {0x5000, CHANNEL_KEPT_SIZE, 0x1111};

    (void)state;
    enter(HEAP_FUNCTION_realloc, 0x1111, 8, 0x5000, 100, 0);
    leave(0x1111, 8, 0);
    assert_told(CHANNEL_MESSAGE_FREE, 2, freed, "realloc");
    assert_told(CHANNEL_MESSAGE_ALLOCATE, 3, kept, "realloc");
    assert_nothing_told();
}

static void a_result_in_memory_is_read_there(void **state)
{
    static uint64_t result = 0x8000;
    const uint64_t block[] = {0x8000, 48, 0x1111};

    (void)state;
    enter(HEAP_FUNCTION_posix_memalign, 0x1111, 8, (uint64_t)&result, 16, 48);
    leave(0x1111, 8, 0);
    assert_told(CHANNEL_MESSAGE_ALLOCATE, 3, block, "posix_memalign");
    enter(HEAP_FUNCTION_posix_memalign, 0x1111, 8, (uint64_t)&result, 16, 48);
    leave(0x1111, 8, 12);
    assert_nothing_told();
}

/* Blocks would be missing, and the wrong ones named. */
static void registers_that_cannot_be_read_stop_the_recording(void **state)
{
    static const char words[] = "QEMU does not tell the guest's registers";

    (void)state;
    unreadable = RSI;
    enter(HEAP_FUNCTION_malloc, 0x1111, 8, 24, 0, 0);
    assert_string_equal(fake_stopped(), words);
    assert_int_equal(is_pending, 0);
    unreadable = N_REGISTERS;
    enter(HEAP_FUNCTION_malloc, 0x1111, 8, 24, 0, 0);
    unreadable = RSP;
    leave(0x1111, 8, 0x5000);
    assert_string_equal(fake_stopped(), words);
    assert_int_equal(is_pending, 0);
    unreadable = N_REGISTERS;
    enter(HEAP_FUNCTION_malloc, 0x1111, 8, 24, 0, 0);
    unreadable = RAX;
    leave(0x1111, 8, 0x5000);
    assert_string_equal(fake_stopped(), words);
    unreadable = N_REGISTERS;
    assert_nothing_told();
}

static void a_function_that_is_none_stops_the_recording(void **state)
{
    (void)state;
    heap_watch_entry(NULL, HEAP_FUNCTION_COUNT);
    assert_string_equal(fake_stopped(), "the channel is damaged");
}

static bool finds_no_registers(const void *data)
{
    const char *why;

    (void)data;
    fake_recording_start("x86_64");
    has_registers = false;
    heap_watch_entry(NULL, HEAP_FUNCTION_malloc);
    why = fake_stopped();
    return why != NULL &&
           strcmp(why, "QEMU does not tell the guest's registers") == 0;
}

static void registers_that_are_missing_stop_the_recording(void **state)
{
    (void)state;
    assert_true(fake_isolated(finds_no_registers, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* First: it starts a recording of its own. */
        cmocka_unit_test(registers_that_are_missing_stop_the_recording),
        cmocka_unit_test_setup(blocks_are_told, start),
        cmocka_unit_test(the_outermost_call_counts),
        cmocka_unit_test(a_call_that_is_left_by_longjmp_is_over),
        cmocka_unit_test(realloc_that_fails_keeps_its_block),
        cmocka_unit_test(a_result_in_memory_is_read_there),
        cmocka_unit_test(registers_that_cannot_be_read_stop_the_recording),
        cmocka_unit_test(a_function_that_is_none_stops_the_recording),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
