/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cli_reports.c - the table of reports: each row is complete, and what is made
 * of the table can be told apart.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report_formats.h"
#include "reports.h"

/* Lower case, digits and _: a name in CSV, JSON and SQL. */
static bool is_plain(const char *name)
{
    return *name && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") ==
                        strlen(name);
}

static void names_are_plain_and_differ(void **state)
{
    (void)state;
    for (size_t i = 0; reports[i]; i++) {
        assert_true(is_plain(reports[i]->name));
        assert_true(strlen(reports[i]->title) < 32);
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(reports[i]->name, reports[k]->name);
            assert_string_not_equal(reports[i]->title, reports[k]->title);
        }
    }
    assert_true(reports_n() >= 8);
}

/* --by has all of them, in their order, behind "all". */
static void by_has_them(void **state)
{
    (void)state;
    assert_string_equal(reports_word(0), "all");
    for (size_t i = 0; i < reports_n(); i++) {
        assert_string_equal(reports_word(i + 1), reports[i]->name);
    }
    assert_null(reports_word(reports_n() + 1));
}

/* Each place is one report's, and there is no gap. */
static void places_in_the_overview(void **state)
{
    size_t n = 0;

    (void)state;
    for (size_t i = 0; reports[i]; i++) {
        n += reports[i]->overview > 0;
        for (size_t k = 0; k < i; k++) {
            assert_true(!reports[i]->overview ||
                        reports[i]->overview != reports[k]->overview);
        }
    }
    for (size_t i = 0; reports[i]; i++) {
        assert_in_range(reports[i]->overview, 0, n);
    }
}

static void assert_columns(const struct table_shape *shape)
{
    const struct table_column *columns = shape->columns;

    assert_int_not_equal(columns[0].audience, TABLE_FOR_PROGRAMS);
    for (size_t i = 0; columns[i].name; i++) {
        const struct table_column *column = &columns[i];

        assert_true(is_plain(column->name));
        assert_true(column->derive || column->field < shape->row_bytes);
        assert_true((column->type == TABLE_WORD) == (column->words != NULL));
        assert_true(!column->derive || column->type == TABLE_TEXT);
        assert_true(!column->is_remark || !columns[i + 1].name);
        for (size_t k = 0; k < i; k++) {
            if (column->audience != TABLE_FOR_PEOPLE &&
                columns[k].audience != TABLE_FOR_PEOPLE) {
                assert_string_not_equal(column->name, columns[k].name);
            }
        }
    }
}

static void columns_are_complete(void **state)
{
    (void)state;
    for (size_t i = 0; reports[i]; i++) {
        assert_columns(reports[i]->shape);
    }
}

static void analyses_are_complete(void **state)
{
    (void)state;
    for (size_t i = 0; reports[i]; i++) {
        const struct report_need *need = reports[i]->needs;

        assert_non_null(reports[i]->make);
        assert_non_null(need->analysis);
        for (; need->analysis; need++) {
            assert_in_range(need - reports[i]->needs, 0, REPORT_NEEDS - 1);
            assert_true(!need->analysis->merge ==
                        (need->analysis->order == ANALYSIS_TIME_ORDER));
            assert_true(!need->prepare == !need->release);
        }
    }
}

static void formats(void **state)
{
    (void)state;
    assert_string_equal(report_format_word(0), "text");
    assert_string_equal(report_format_word(1), "csv");
    assert_string_equal(report_format_word(2), "json");
    assert_null(report_format(3));
    assert_null(report_format_word(3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_plain_and_differ),
        cmocka_unit_test(by_has_them),
        cmocka_unit_test(places_in_the_overview),
        cmocka_unit_test(columns_are_complete),
        cmocka_unit_test(analyses_are_complete),
        cmocka_unit_test(formats),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
