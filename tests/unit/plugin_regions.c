/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plugin_regions.c - which kind of memory a mapping is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "failing.h"
#include "pages.h"
#include "plugin_recording.h"
#include "qemu_fake.h"
#include "regions.h"

#define MIB ((uint64_t)1 << 20)
#define ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS)

static void start(void)
{
    fake_recording_start("x86_64");
    plugin_recording.selection.regions = 1u << SELECTION_HEAP;
    if (pages_select(1u << SELECTION_HEAP, false) != 0) {
        abort();
    }
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
    regions_unmap(0, 2048 * MIB);
    return 0;
}

static void names_tell(void **state)
{
    const int rw = PROT_READ | PROT_WRITE;

    (void)state;
    regions_map(0x10000, 0x1000, rw, ANONYMOUS, "[heap]");
    assert_int_equal(pages_region(0x10000), SELECTION_HEAP);
    regions_map(0x20000, 0x1000, rw, 0, "[stack]");
    assert_int_equal(pages_region(0x20000), SELECTION_STACK);
    regions_map(0x30000, 0x1000, rw, MAP_SHARED, "[shm]");
    assert_int_equal(pages_region(0x30000), SELECTION_MMAP);
    regions_map(0x10000, 0x1000, rw, ANONYMOUS | MAP_FIXED, "");
    assert_int_equal(pages_region(0x10000), SELECTION_MMAP);
}

/* A file is a program or a library where it was mapped as code once. */
static void files_with_code_are_data(void **state)
{
    const int rw = PROT_READ | PROT_WRITE;

    (void)state;
    regions_map(0x10000, 0x2000, rw, MAP_PRIVATE, "/tmp/file");
    assert_int_equal(pages_region(0x10000), SELECTION_MMAP);
    regions_map(0x20000, 0x1000, PROT_READ | PROT_EXEC, MAP_PRIVATE,
                "/lib/a.so");
    regions_map(0x21000, 0x1000, rw, MAP_PRIVATE, "/lib/a.so");
    assert_int_equal(pages_region(0x21fff), SELECTION_DATA);
    /* The loader's .bss: right behind, where it is to be. */
    regions_map(0x22000, 0x3000, rw, ANONYMOUS | MAP_FIXED, "");
    assert_int_equal(pages_region(0x24fff), SELECTION_DATA);
    regions_map(0x25000, 0x1000, rw, ANONYMOUS, "");
    assert_int_equal(pages_region(0x25000), SELECTION_MMAP);
    regions_unmap(0x21000, 0x1000);
    assert_int_equal(pages_region(0x21000), SELECTION_MMAP);
    assert_int_equal(pages_region(0x22000), SELECTION_DATA);
}

static void arenas_are_heap(void **state)
{
    (void)state;
    regions_map(256 * MIB, 128 * MIB, PROT_NONE, ANONYMOUS, "");
    assert_int_equal(pages_region(300 * MIB), SELECTION_HEAP);
    regions_map(512 * MIB, 64 * MIB + 1, PROT_NONE, ANONYMOUS, "");
    assert_int_equal(pages_region(513 * MIB), SELECTION_MMAP);
    regions_map(1024 * MIB, 64 * MIB, PROT_READ, ANONYMOUS, "");
    assert_int_equal(pages_region(1025 * MIB), SELECTION_MMAP);
}

static void set_stack(uint64_t stack, uint64_t tls)
{
    const struct guest_clone clone = {.stack = stack, .tls = tls};

    regions_set_stack(&clone);
}

/* What is in the middle of other memory is that only if nothing says more. */
static void a_stack_may_be_a_piece(void **state)
{
    const int rw = PROT_READ | PROT_WRITE;

    (void)state;
    regions_map(128 * MIB, 64 * MIB, rw, ANONYMOUS, "");
    set_stack(160 * MIB, 0);
    assert_int_equal(pages_region(160 * MIB - 1), SELECTION_STACK);
    assert_int_equal(pages_region(160 * MIB - 16384), SELECTION_STACK);
    assert_int_equal(pages_region(160 * MIB - 16385), SELECTION_MMAP);
    regions_map(256 * MIB, 64 * MIB, rw, ANONYMOUS, "");
    set_stack(288 * MIB, 288 * MIB + 1024);
    assert_int_equal(pages_region(256 * MIB), SELECTION_STACK);
    assert_int_equal(pages_region(288 * MIB), SELECTION_MMAP);
}

static void a_new_thread_has_its_stack(void **state)
{
    const int rw = PROT_READ | PROT_WRITE;

    (void)state;
    regions_map(8 * MIB, 8 * MIB, rw, ANONYMOUS, "");
    regions_map(32 * MIB, 8 * MIB, rw, ANONYMOUS, "");
    set_stack(16 * MIB, 0);
    assert_int_equal(pages_region(8 * MIB), SELECTION_STACK);
    assert_int_equal(pages_region(16 * MIB - 1), SELECTION_STACK);
    assert_int_equal(pages_region(32 * MIB), SELECTION_MMAP);
    /* What was mapped anew is not what it was. */
    regions_unmap(32 * MIB, 8 * MIB);
    set_stack(40 * MIB, 0);
    assert_int_equal(pages_region(32 * MIB), SELECTION_MMAP);
    /* What is no memory of its own stays what it is. */
    regions_map(64 * MIB, MIB, rw, ANONYMOUS, "[heap]");
    set_stack(65 * MIB, 0);
    assert_int_equal(pages_region(64 * MIB), SELECTION_HEAP);
}

/* @data: which allocation fails. Return: whether it was told, or none did. */
static bool map_without_memory(const void *data)
{
    unsigned nth = *(const unsigned *)data;
    const char *why;

    start();
    failing_set("memory", nth, false);
    regions_map(8 * MIB, 8 * MIB, PROT_READ | PROT_WRITE, ANONYMOUS, "");
    regions_map(0x20000, 0x1000, PROT_EXEC, MAP_PRIVATE, "/lib/a.so");
    why = fake_stopped();
    return (why != NULL) == (failing_count() > 0) &&
           (why != NULL) == (nth <= 2);
}

static void no_memory_stops_the_recording(void **state)
{
    (void)state;
    for (unsigned nth = 1; nth <= 3; nth++) {
        assert_true(fake_isolated(map_without_memory, &nth));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* First: it starts recordings of its own. */
        cmocka_unit_test(no_memory_stops_the_recording),
        cmocka_unit_test_setup_teardown(names_tell, set_up, unmap),
        cmocka_unit_test_teardown(files_with_code_are_data, unmap),
        cmocka_unit_test_teardown(arenas_are_heap, unmap),
        cmocka_unit_test_teardown(a_new_thread_has_its_stack, unmap),
        cmocka_unit_test_teardown(a_stack_may_be_a_piece, unmap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
