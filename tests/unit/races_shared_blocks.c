/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races_shared_blocks.c - what of blocks need not be read again, by the pages
 * that they touch, and by what their digests list.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "shared_blocks.h"

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
    assert_int_equal(race_blocks_start(blocks, &all[block], 10 + block), 0);
    for (uint32_t page = from; page < to; page++) {
        assert_int_equal(race_blocks_add(blocks, page, false), 0);
    }
}

/* Pages that are touched behind those, and listed. */
static void add_listed(struct race_blocks *blocks, uint32_t from, uint32_t to)
{
    for (uint32_t page = from; page < to; page++) {
        assert_int_equal(race_blocks_add(blocks, page, true), 0);
    }
}

static void is_needed(const struct race_blocks *blocks, size_t block,
                      enum race_block_need need)
{
    uint32_t number = UINT32_MAX;

    assert_int_equal(race_blocks_need(blocks, &all[block], &number), need);
    assert_int_equal(number, need == RACE_BLOCK_ALL ? UINT32_MAX : 10 + block);
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
    is_needed(&blocks, 0, RACE_BLOCK_ALL);
    is_needed(&blocks, 1, RACE_BLOCK_NOTHING);
    is_needed(&blocks, 2, RACE_BLOCK_NOTHING);
    is_needed(&blocks, 3, RACE_BLOCK_ALL); /* never seen */
    race_blocks_free(&blocks);
}

static void with_too_many_pages(void **state)
{
    struct race_blocks blocks = {.n = 0};

    (void)state;
    add(&blocks, 0, 0, RACE_BLOCK_PAGES);
    add(&blocks, 1, 0, RACE_BLOCK_PAGES + 1);
    choose(&blocks, RACE_BLOCK_PAGES + 5);
    is_needed(&blocks, 0, RACE_BLOCK_NOTHING);
    is_needed(&blocks, 1, RACE_BLOCK_ALL);
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
    is_needed(&blocks, 0, RACE_BLOCK_NOTHING);
    is_needed(&blocks, 1, RACE_BLOCK_NOTHING);
    is_needed(&blocks, 2, RACE_BLOCK_ALL);
    is_needed(&blocks, 3, RACE_BLOCK_ALL);
    race_blocks_free(&blocks);
    race_blocks_free(&others);
}

/* Of what is listed the list is enough, of the rest all is needed. */
static void by_what_is_listed(void **state)
{
    struct race_blocks blocks = {.n = 0}, others = {.n = 0};
    static const uint32_t numbers[] = {2, 1, 0};

    (void)state;
    add(&blocks, 0, 5, 7);
    add_listed(&blocks, 0, 2);
    add(&blocks, 1, 0, 2);
    add_listed(&blocks, 5, 7);
    add(&others, 2, 1, 2);
    add_listed(&others, 2, 3);
    assert_int_equal(race_blocks_merge(&blocks, &others, numbers), 0);
    choose(&blocks, 0);
    is_needed(&blocks, 0, RACE_BLOCK_LISTED);
    is_needed(&blocks, 1, RACE_BLOCK_ALL);
    is_needed(&blocks, 2, RACE_BLOCK_LISTED);
    race_blocks_free(&blocks);
    race_blocks_free(&others);
}

/* One page that is not listed is enough. */
static void by_the_worst_page(void **state)
{
    struct race_blocks blocks = {.n = 0};

    (void)state;
    add(&blocks, 0, 0, 0);
    add_listed(&blocks, 7, 8);
    assert_int_equal(race_blocks_add(&blocks, 7, false), 0);
    add_listed(&blocks, 7, 8);
    choose(&blocks, 7);
    is_needed(&blocks, 0, RACE_BLOCK_ALL);
    race_blocks_free(&blocks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_their_pages),
        cmocka_unit_test(with_too_many_pages),
        cmocka_unit_test(of_several_workers),
        cmocka_unit_test(by_what_is_listed),
        cmocka_unit_test(by_the_worst_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
