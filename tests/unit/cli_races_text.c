/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cli_races_text.c - the words of a report of races. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "races_view.h"

static void sides(void **state)
{
    const struct race race = {
        .sides = {{.thread = 2, .size = 4}, {3, 0, 8, true, false}},
    };
    const struct race_item item = {
        .race = &race,
        .thread_names = {NULL, "a worker"},
    };
    char text[RACES_SIDE_TEXT];

    (void)state;
    assert_string_equal(races_side_text(&item, 0, text),
                        "Previous read of size 4 by T2");
    assert_string_equal(races_side_text(&item, 1, text),
                        "Write of size 8 by T3 (a worker)");
}

static void expect_last_sync(enum race_sync_kind kind, const char *words)
{
    const struct race race = {
        .last_sync = {.kind = kind, .vaddr = 0x4000004010}};
    const struct race_item item = {.race = &race};
    char text[RACES_LAST_SYNC_TEXT];
    const char *last_sync = races_last_sync_text(&item, text);

    if (words) {
        assert_non_null(last_sync);
        assert_string_equal(last_sync, words);
    } else {
        assert_null(last_sync);
    }
}

static void meetings(void **state)
{
    (void)state;
    expect_last_sync(RACE_SYNC_NONE, NULL);
    expect_last_sync(RACE_SYNC_WORD, "0x0000004000004010");
    expect_last_sync(RACE_SYNC_OBJECT, "a file, pipe or socket");
    expect_last_sync(RACE_SYNC_START, "the creation of one of them");
    expect_last_sync(RACE_SYNC_SIGNAL, "a signal");
}

/* A word with its variable; where it has none, its address has to do. */
static void meetings_at_variables(void **state)
{
    const struct race race = {
        .last_sync = {.kind = RACE_SYNC_WORD, .vaddr = 0x4000004010}};
    struct race_item item = {
        .race = &race,
        .last_sync = {.kind = TRACE_PLACE_DATA,
                      .file = "/a/program",
                      .data = {.variable = "mutex", .path = ".lock"}},
    };
    char text[RACES_LAST_SYNC_TEXT];

    (void)state;
    assert_string_equal(races_last_sync_text(&item, text),
                        "mutex.lock at 0x0000004000004010");
    item.last_sync = (struct trace_place){.kind = TRACE_PLACE_HEAP, .file = ""};
    assert_string_equal(races_last_sync_text(&item, text),
                        "0x0000004000004010");
}

/* Of all rules those that are suppressions. */
static void suppressions(void **state)
{
    struct code_rule list[] = {
        {.class = CODE_USER},   {.class = CODE_CLASSES},
        {.class = CODE_LOADER}, {.class = CODE_CLASSES},
        {.class = CODE_LIBC},
    };
    const struct code_rules rules = {.list = list, .n = 5};
    const struct races_view view = {.rules = &rules};

    (void)state;
    assert_ptr_equal(races_suppression(&view, NULL), &list[1]);
    assert_ptr_equal(races_suppression(&view, &list[1]), &list[3]);
    assert_null(races_suppression(&view, &list[3]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sides),
        cmocka_unit_test(meetings),
        cmocka_unit_test(meetings_at_variables),
        cmocka_unit_test(suppressions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
