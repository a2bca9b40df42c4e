/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * analysis_race_blocks.c - which blocks need not be read again, by the pages
 * that they touch.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "race_blocks.h"

static const struct memtrace_block all[] = {
    {.thread = 0, .first = 0, .n_accesses = 100},
    {.thread = 0, .first = 100, .n_accesses = 100},
    {.thread = 1, .first = 0, .n_accesses = 100},
    {.thread = 1, .first = 100, .n_accesses = 100},
};

/* A block that touches pages @from to @to. */
static void add(struct race_blocks *blocks, size_t block, uint32_t from,
                uint32_t to)
{
    assert_int_equal(race_blocks_start(blocks, &all[block]), 0);
    for (uint32_t page = from; page < to; page++) {
        assert_int_equal(race_blocks_add(blocks, page), 0);
    }
}

static bool is_page(const void *context, uint32_t page)
{
    return page == *(const uint32_t *)context;
}

static void choose(struct race_blocks *blocks, uint32_t needed)
{
    assert_int_equal(race_blocks_choose(blocks, is_page, &needed), 0);
}

static void by_their_pages(void **state)
{
    struct race_blocks blocks = {.n = 0};

    (void)state;
    add(&blocks, 0, 5, 8);
    add(&blocks, 1, 8, 9);
    add(&blocks, 2, 0, 0);
    choose(&blocks, 7);
    assert_false(race_blocks_are_private(&blocks, &all[0]));
    assert_true(race_blocks_are_private(&blocks, &all[1]));
    assert_true(race_blocks_are_private(&blocks, &all[2]));
    assert_false(race_blocks_are_private(&blocks, &all[3])); /* never seen */
    race_blocks_free(&blocks);
}

static void with_too_many_pages(void **state)
{
    struct race_blocks blocks = {.n = 0};

    (void)state;
    add(&blocks, 0, 0, RACE_BLOCK_PAGES);
    add(&blocks, 1, 0, RACE_BLOCK_PAGES + 1);
    choose(&blocks, RACE_BLOCK_PAGES + 5);
    assert_true(race_blocks_are_private(&blocks, &all[0]));
    assert_false(race_blocks_are_private(&blocks, &all[1]));
    race_blocks_free(&blocks);
}

/* Pages have other numbers elsewhere. */
static void of_several_workers(void **state)
{
    static const uint32_t numbers[] = {9, 7, 5};
    struct race_blocks blocks = {.n = 0}, others = {.n = 0};

    (void)state;
    add(&blocks, 0, 2, 3);
    add(&others, 1, 0, 1);
    add(&others, 2, 1, 3);
    add(&others, 3, 0, RACE_BLOCK_PAGES + 1);
    others.all[2].n = 0; /* but it is full */
    assert_int_equal(race_blocks_merge(&blocks, &others, numbers), 0);
    choose(&blocks, 5);
    assert_true(race_blocks_are_private(&blocks, &all[0]));
    assert_true(race_blocks_are_private(&blocks, &all[1]));
    assert_false(race_blocks_are_private(&blocks, &all[2]));
    assert_false(race_blocks_are_private(&blocks, &all[3]));
    race_blocks_free(&blocks);
    race_blocks_free(&others);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_their_pages),
        cmocka_unit_test(with_too_many_pages),
        cmocka_unit_test(of_several_workers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
