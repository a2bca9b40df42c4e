/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plugin_pages.c - the map of writable pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "failing.h"
#include "pages.h"

#define TOP ((uint64_t)1 << PAGES_VADDR_BITS)
#define MIB ((uint64_t)1 << 20)

static void assert_pages(uint64_t start, uint64_t end, bool are_set)
{
    for (uint64_t at = start; at < end; at += PAGE_BYTES) {
        assert_int_equal(pages_contain(at), are_set);
        assert_int_equal(pages_contain(at + PAGE_BYTES - 1), are_set);
    }
}

static int make_map(void **state)
{
    (void)state;
    return pages_init();
}

static int forget_map(void **state)
{
    (void)state;
    pages_set(0, TOP, false);
    return 0;
}

static void a_page_with_a_byte_in_the_range_counts(void **state)
{
    (void)state;
    pages_set(0x10fff, 2, true);
    assert_pages(0xf000, 0x10000, false);
    assert_pages(0x10000, 0x12000, true);
    assert_pages(0x12000, 0x13000, false);
    pages_set(0x11001, 1, false);
    assert_pages(0x10000, 0x11000, true);
    assert_pages(0x11000, 0x12000, false);
}

static void an_empty_range_is_none(void **state)
{
    (void)state;
    pages_set(0x10000, 0, true);
    assert_pages(0xf000, 0x12000, false);
    /* Around the end of the address space. */
    pages_set(UINT64_MAX - 10, 100, true);
    assert_pages(0, 0x1000, false);
}

static void the_last_page_is_in_the_map(void **state)
{
    (void)state;
    pages_set(TOP - 2 * PAGE_BYTES, 100 * PAGE_BYTES, true);
    assert_pages(TOP - 2 * PAGE_BYTES, TOP, true);
    /* Addresses above share the bytes of those below. */
    assert_true(pages_contain(UINT64_MAX));
    assert_false(pages_contain(TOP));
}

/*
 * Bytes that this process has mapped: all, or those that a strict limit on
 * memory counts.
 */
static uint64_t mapped_bytes(bool all)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    unsigned long long start;
    unsigned long long end;
    uint64_t sum = 0;
    char prot[5];
    char line[4096];

    assert_non_null(maps);
    while (fgets(line, sizeof(line), maps) != NULL) {
        if (sscanf(line, "%llx-%llx %4s", &start, &end, prot) == 3 &&
            (all || (prot[1] == 'w' && prot[3] == 'p'))) {
            sum += end - start;
        }
    }
    fclose(maps);
    return sum;
}

/* vm.overcommit_memory=2 counts private memory that may be written to. */
static void the_map_is_not_committed(void **state)
{
    const uint64_t places[] = {0, PAGES_N / 2, PAGES_N - 1};
    uint64_t before = mapped_bytes(false);
    struct page_bytes bytes;

    (void)state;
    assert_int_equal(page_bytes_init(&bytes), 0);
    assert_non_null(bytes.flat);
    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
        assert_int_equal(page_bytes_set(&bytes, places[i], places[i] + 1, 1),
                         0);
    }
    assert_true(mapped_bytes(false) - before <= 4 * 2 * MIB);
    munmap(bytes.flat, PAGES_N);
}

static void check_big_clear(void)
{
    const uint64_t start = 0x7000000000 + 3 * PAGE_BYTES;
    const uint64_t size = 1024 * MIB;

    pages_set(start - PAGE_BYTES, size + 2 * PAGE_BYTES, true);
    pages_set(start, size, false);
    assert_pages(start - PAGE_BYTES, start, true);
    assert_pages(start, start + size, false);
    assert_pages(start + size, start + size + PAGE_BYTES, true);
}

static void much_is_cleared_at_once(void **state)
{
    (void)state;
    check_big_clear();
}

/* As where the guest has locked all memory: the kernel takes none back. */
static void much_is_cleared_where_the_kernel_refuses(void **state)
{
    (void)state;
    failing_set("madvise", 1, true);
    check_big_clear();
    assert_int_equal(failing_count(), 1);
    failing_set(NULL, 0, false);
}

/* The last: it selects for good. */
static void selected_regions_count(void **state)
{
    (void)state;
    assert_int_equal(pages_region(0x10000), SELECTION_MMAP);
    assert_int_equal(pages_select(1u << SELECTION_HEAP, false), 0);
    pages_set(0x10000, 0x4000, true);
    assert_pages(0x10000, 0x14000, false);
    pages_set_region(0x11000, 0x2000, SELECTION_HEAP);
    assert_pages(0x11000, 0x13000, true);
    assert_pages(0x13000, 0x14000, false);
    assert_int_equal(pages_region(0x12fff), SELECTION_HEAP);
    assert_int_equal(pages_region(0x13000), SELECTION_MMAP);
    /* What does not count may be writable all the same. */
    assert_true(pages_are_writable(0x13000));
    pages_set(0x12000, 1, false);
    assert_pages(0x12000, 0x13000, false);
    assert_false(pages_are_writable(0x12000));
    pages_set_region(0x11000, 1, SELECTION_STACK);
    assert_pages(0x11000, 0x12000, false);
    assert_true(pages_are_writable(0x11000));
}

static void read_only_pages_count_where_wanted(void **state)
{
    (void)state;
    assert_int_equal(pages_select(1u << SELECTION_DATA, true), 0);
    pages_set_region(0x10000, 0x1000, SELECTION_DATA);
    assert_pages(0x10000, 0x11000, true);
    assert_false(pages_are_writable(0x10000));
    pages_set(0x10000, 1, false);
    assert_pages(0x10000, 0x11000, true);
    assert_pages(0x11000, 0x12000, false);
}

/* Where the address space is limited: the form of two levels, from here on. */
static void two_levels_where_space_is_limited(void **state)
{
    const uint64_t start = 0x7000000000 + 3 * PAGE_BYTES;
    struct rlimit before;
    struct rlimit limit;
    struct page_bytes bytes;
    uint64_t first = page_number(start);

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    limit = before;
    limit.rlim_cur = mapped_bytes(true) + ((uint64_t)16 << 30);
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
    assert_int_equal(page_bytes_init(&bytes), 0);
    assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);

    assert_null(bytes.flat);
    assert_true(page_bytes_are_there(&bytes));
    assert_int_equal(page_bytes_get(&bytes, first), 0);
    assert_int_equal(page_bytes_set(&bytes, 0, PAGES_N, 0), 0);
    /* Over the border of two leaves, and the last page. */
    assert_int_equal(page_bytes_set(&bytes, first, first + PAGE_LEAF_N, 7), 0);
    assert_int_equal(page_bytes_set(&bytes, PAGES_N - 1, PAGES_N, 9), 0);
    assert_int_equal(page_bytes_get(&bytes, first - 1), 0);
    assert_int_equal(page_bytes_get(&bytes, first), 7);
    assert_int_equal(page_bytes_get(&bytes, first + PAGE_LEAF_N - 1), 7);
    assert_int_equal(page_bytes_get(&bytes, first + PAGE_LEAF_N), 0);
    assert_int_equal(page_bytes_get(&bytes, PAGES_N - 1), 9);
    assert_int_equal(page_bytes_set(&bytes, first + 1, first + PAGE_LEAF_N, 0),
                     0);
    assert_int_equal(page_bytes_get(&bytes, first), 7);
    assert_int_equal(page_bytes_get(&bytes, first + 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_page_with_a_byte_in_the_range_counts,
                                  forget_map),
        cmocka_unit_test_teardown(an_empty_range_is_none, forget_map),
        cmocka_unit_test_teardown(the_last_page_is_in_the_map, forget_map),
        cmocka_unit_test(the_map_is_not_committed),
        cmocka_unit_test_teardown(much_is_cleared_at_once, forget_map),
        cmocka_unit_test_teardown(much_is_cleared_where_the_kernel_refuses,
                                  forget_map),
        cmocka_unit_test(two_levels_where_space_is_limited),
        cmocka_unit_test(selected_regions_count),
        cmocka_unit_test(read_only_pages_count_where_wanted),
    };

    return cmocka_run_group_tests(tests, make_map, NULL);
}
