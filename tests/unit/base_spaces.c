/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * base_spaces.c - address spaces over time against a table of every page
 * at every tick.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "spaces.h"

#define PAGES 48
#define TICKS 120
#define PIDS 4

static uint64_t state = 88172645463325252ull;

static unsigned below(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 20) % n);
}

/* What was where; each process is a column of its own. */
struct model {
    uint32_t items[PIDS][TICKS][PAGES];
    unsigned start[PIDS]; /* TICKS where it did not start */
};

static void change(struct spaces *spaces, struct model *model, unsigned tick,
                   uint32_t item)
{
    unsigned pid = below(PIDS);
    unsigned first = below(PAGES);
    unsigned last = first + below(PAGES - first);

    if (model->start[pid] > tick) {
        unsigned parent = below(PIDS);

        model->start[pid] = tick;
        if (model->start[parent] < tick) {
            assert_int_equal(0, spaces_fork(spaces, pid, parent, tick));
            memcpy(model->items[pid][tick], model->items[parent][tick],
                   sizeof(model->items[pid][tick]));
        }
    }
    if (below(4) == 0) {
        item = SPACES_NONE;
    }
    assert_int_equal(0, spaces_map(spaces, pid, tick, first, last, item));
    for (unsigned page = first; page <= last; page++) {
        model->items[pid][tick][page] = item;
    }
}

/* Where nothing is, what there was last, or else what comes first. */
static uint32_t nearest(const struct model *model, unsigned pid, unsigned tick,
                        unsigned page)
{
    for (unsigned i = tick + 1; i > model->start[pid]; i--) {
        if (model->items[pid][i - 1][page] != SPACES_NONE) {
            return model->items[pid][i - 1][page];
        }
    }
    for (unsigned i = tick; i < TICKS; i++) {
        if (model->items[pid][i][page] != SPACES_NONE) {
            return model->items[pid][i][page];
        }
    }
    return SPACES_NONE;
}

static void check(struct spaces *spaces, const struct model *model,
                  unsigned pid, unsigned tick, unsigned page)
{
    uint32_t expected = nearest(model, pid, tick, page);
    const uint32_t *there = model->items[pid][tick];
    struct spaces_piece piece;
    int found = spaces_find(spaces, pid, tick, page, &piece);

    assert_int_equal(expected != SPACES_NONE, found);
    if (found == 0) {
        return;
    }
    assert_int_equal(expected, piece.item);
    assert_int_equal(there[page] == SPACES_NONE, piece.is_guess);
    assert_true(piece.first <= page && page <= piece.last);
    for (uint64_t i = piece.first; !piece.is_guess && i <= piece.last; i++) {
        assert_int_equal(expected, there[i]);
    }
}

static void test_against_table(void **unused)
{
    struct model *model = calloc(1, sizeof(*model));

    (void)unused;
    for (unsigned round = 0; round < 60; round++) {
        struct spaces spaces = {0};
        uint32_t item = 0;

        memset(model->items, 0xff, sizeof(model->items));
        for (unsigned pid = 0; pid < PIDS; pid++) {
            model->start[pid] = TICKS;
        }
        for (unsigned tick = 0; tick < TICKS; tick++) {
            for (unsigned pid = 0; pid < PIDS && tick > 0; pid++) {
                memcpy(model->items[pid][tick], model->items[pid][tick - 1],
                       sizeof(model->items[pid][tick]));
            }
            for (unsigned n = below(3); n > 0; n--) {
                change(&spaces, model, tick, item++);
            }
            /* To ask in between must not change what is told later. */
            if (below(20) == 0 && model->start[0] <= tick) {
                struct spaces_piece piece;

                spaces_find(&spaces, 0, tick, below(PAGES), &piece);
            }
        }
        for (unsigned pid = 0; pid < PIDS; pid++) {
            for (unsigned tick = model->start[pid]; tick < TICKS; tick++) {
                for (unsigned page = 0; page < PAGES; page++) {
                    check(&spaces, model, pid, tick, page);
                }
            }
        }
        spaces_free(&spaces);
    }
    free(model);
}

/* The whole of the address space, and its ends. */
static void test_borders(void **unused)
{
    struct spaces spaces = {0};
    struct spaces_piece piece;

    (void)unused;
    assert_int_equal(0, spaces_map(&spaces, 7, 1, 0, UINT64_MAX, 1));
    assert_int_equal(0, spaces_map(&spaces, 7, 2, UINT64_MAX, UINT64_MAX, 2));
    assert_int_equal(0, spaces_map(&spaces, 7, 3, 0, 0, 3));
    assert_int_equal(1, spaces_find(&spaces, 7, 3, UINT64_MAX, &piece));
    assert_int_equal(2, piece.item);
    assert_int_equal(1, spaces_find(&spaces, 7, 1, UINT64_MAX, &piece));
    assert_int_equal(1, piece.item);
    assert_int_equal(1, spaces_find(&spaces, 7, 3, 0, &piece));
    assert_int_equal(3, piece.item);
    assert_int_equal(1, spaces_find(&spaces, 7, 3, 1, &piece));
    assert_int_equal(1, piece.item);
    assert_true(piece.first == 1 && piece.last == UINT64_MAX - 1);
    assert_int_equal(0, spaces_find(&spaces, 8, 3, 0, &piece));
    spaces_free(&spaces);
}

/* A pid that is given again: what its new process has is not the old one's. */
static void test_pid_again(void **unused)
{
    struct spaces spaces = {0};
    struct spaces_piece piece;

    (void)unused;
    assert_int_equal(0, spaces_start(&spaces, 5, 10));
    assert_int_equal(0, spaces_map(&spaces, 5, 10, 0, 9, 1));
    assert_int_equal(0, spaces_start(&spaces, 5, 20));
    assert_int_equal(0, spaces_map(&spaces, 5, 25, 0, 4, 2));
    assert_int_equal(1, spaces_find(&spaces, 5, 19, 3, &piece));
    assert_int_equal(1, piece.item);
    assert_int_equal(1, spaces_find(&spaces, 5, 25, 3, &piece));
    assert_int_equal(2, piece.item);
    assert_int_equal(0, spaces_find(&spaces, 5, 30, 7, &piece));
    assert_int_equal(1, spaces_find(&spaces, 5, 12, 7, &piece));
    spaces_free(&spaces);
}

/* A hundred thousand mappings, and as many look-ups, take no time to speak
   of: with either in proportion to the other this would not end. */
static void test_many(void **unused)
{
    struct spaces spaces = {0};
    struct spaces_piece piece;

    (void)unused;
    for (uint32_t i = 0; i < 200000; i++) {
        uint64_t first = (uint64_t)(i % 1000) * 16;

        assert_int_equal(0, spaces_map(&spaces, 1, i, first, first + 15,
                                       i % 3 == 0 ? SPACES_NONE : i));
    }
    for (uint32_t i = 0; i < 1000000; i++) {
        uint32_t time = i % 200000;

        spaces_find(&spaces, 1, time, (uint64_t)(time % 1000) * 16, &piece);
        assert_true(time % 3 == 0 || (piece.item == time && !piece.is_guess));
    }
    spaces_free(&spaces);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_table),
        cmocka_unit_test(test_borders),
        cmocka_unit_test(test_pid_again),
        cmocka_unit_test(test_many),

    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
