/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base_array.c - arrays that grow, and what they do where they cannot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "array.h"

struct thing {
    uint64_t number;
    char rest[24];
};

struct list {
    struct thing *all;
    size_t n, room;
};

static void elements_are_kept_while_it_grows(void **state)
{
    struct list list = {0};

    (void)state;
    for (uint64_t i = 0; i < 10000; i++) {
        struct thing *thing = array_add(list.all, list.n, list.room);

        assert_non_null(thing);
        assert_ptr_equal(thing, &list.all[i]);
        thing->number = i;
        assert_int_equal(list.n, i + 1);
        assert_int_equal(list.room & (list.room - 1), 0);
        assert_true(list.room >= list.n && list.room < 2 * list.n + 16);
    }
    for (uint64_t i = 0; i < list.n; i++) {
        assert_int_equal(list.all[i].number, i);
    }
    free(list.all);
}

static void room_that_is_there_moves_nothing(void **state)
{
    struct list list = {0};
    struct thing *all;

    (void)state;
    assert_int_equal(array_reserve(list.all, list.room, 1000), 0);
    assert_true(list.room >= 1000);
    assert_int_equal(list.n, 0);
    all = list.all;
    assert_int_equal(array_reserve(list.all, list.room, 1000), 0);
    assert_int_equal(array_reserve(list.all, list.room, 0), 0);
    assert_ptr_equal(list.all, all);
    free(list.all);
}

static void what_no_memory_holds_changes_nothing(void **state)
{
    struct list list = {0};
    struct thing *all;
    size_t room;

    (void)state;
    assert_non_null(array_add(list.all, list.n, list.room));
    list.all[0].number = 7;
    all = list.all;
    room = list.room;
    /* Of bytes more than a size_t has; more than half of that. */
    assert_int_equal(array_reserve(list.all, list.room, SIZE_MAX / 2), -1);
    assert_int_equal(array_reserve(list.all, list.room, SIZE_MAX), -1);
    assert_int_equal(array_reserve(list.all, list.room,
                                   PTRDIFF_MAX / sizeof(struct thing) + 1),
                     -1);
    /* Of that many the bytes are few again, modulo all that a size_t has. */
    assert_int_equal(
        array_reserve(list.all, list.room, SIZE_MAX / sizeof(struct thing) + 2),
        -1);
    assert_ptr_equal(list.all, all);
    assert_int_equal(list.room, room);
    assert_int_equal(list.n, 1);
    assert_int_equal(list.all[0].number, 7);
    free(list.all);
}

/* Twice so much would be less, in size_t. */
static void room_that_cannot_double_becomes_what_is_wanted(void **state)
{
    size_t room = SIZE_MAX / 2 + 2;

    (void)state;
    assert_null(array_larger(NULL, &room, SIZE_MAX, 1));
    assert_int_equal(room, SIZE_MAX / 2 + 2);
}

static void elements_come_and_go_in_the_middle(void **state)
{
    struct list list = {0};
    uint64_t expected[] = {0, 10, 1, 3, 11};

    (void)state;
    for (uint64_t i = 0; i < 4; i++) {
        array_insert(list.all, list.n, list.room, i)->number = i;
    }
    array_insert(list.all, list.n, list.room, 1)->number = 10;
    array_insert(list.all, list.n, list.room, list.n)->number = 11;
    array_remove(list.all, list.n, 3, 1);
    assert_int_equal(list.n, 5);
    for (size_t i = 0; i < list.n; i++) {
        assert_int_equal(list.all[i].number, expected[i]);
    }
    array_remove(list.all, list.n, 5, 0);
    assert_int_equal(list.n, 5);
    array_remove(list.all, list.n, 0, 5);
    assert_int_equal(list.n, 0);
    array_remove(list.all, list.n, 0, 0);
    free(list.all);
}

static void nothing_is_taken_out_of_an_empty_one(void **state)
{
    struct list list = {0};

    (void)state;
    array_remove(list.all, list.n, 0, 0);
    assert_null(list.all);
    assert_int_equal(list.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_are_kept_while_it_grows),
        cmocka_unit_test(room_that_is_there_moves_nothing),
        cmocka_unit_test(what_no_memory_holds_changes_nothing),
        cmocka_unit_test(room_that_cannot_double_becomes_what_is_wanted),
        cmocka_unit_test(elements_come_and_go_in_the_middle),
        cmocka_unit_test(nothing_is_taken_out_of_an_empty_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
