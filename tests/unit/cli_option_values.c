/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cli_option_values.c - text to value, for each type of option: what is taken
 * and what it means, and what is refused and why.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "option_values.h"

#define MS UINT64_C(1000000)
#define S (1000 * MS)

struct number_case {
    const char *text;
    uint64_t value;
    const char *why; /* NULL: it is taken */
};

static void check_numbers(const struct option *option,
                          const struct number_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *why = NULL;
        uint64_t value = 12345;
        int result = option_value(option, cases[i].text, &value, &why);

        if (cases[i].why) {
            assert_int_equal(result, OPTION_VALUE_WRONG);
            assert_string_equal(why, cases[i].why);
            assert_int_equal(value, 12345); /* as it was */
        } else {
            assert_int_equal(result, OPTION_VALUE_FINE);
            assert_int_equal(value, cases[i].value);
        }
    }
}

#define CHECK_NUMBERS(option, cases)                                           \
    check_numbers(option, cases, sizeof(cases) / sizeof(cases[0]))

static void numbers(void **state)
{
    static const char no[] = "not a number";
    static const struct number_case cases[] = {
        {"0", 0, NULL},
        {"42", 42, NULL},
        {"0x2a", 42, NULL},
        {"0X2A", 42, NULL},
        {"010", 10, NULL},
        {"18446744073709551615", UINT64_MAX, NULL},
        {"18446744073709551616", 0, no},
        {"0x10000000000000000", 0, no},
        {"", 0, no},
        {"0x", 0, no},
        {"-1", 0, no},
        {"+1", 0, no},
        {" 1", 0, no},
        {"1 ", 0, no},
        {"2a", 0, no},
        {"1K", 0, no},
    };
    static const struct option option = {.name = "n", .type = OPTION_NUMBER};

    (void)state;
    CHECK_NUMBERS(&option, cases);
}

static void sizes(void **state)
{
    static const char no[] = "not a size such as 4096, 64K or 2G";
    static const struct number_case cases[] = {
        {"4096", 4096, NULL},
        {"64K", 64 << 10, NULL},
        {"64k", 64 << 10, NULL},
        {"0x10M", 16 << 20, NULL},
        {"2G", UINT64_C(2) << 30, NULL},
        {"16777215T", UINT64_C(16777215) << 40, NULL},
        {"16777216T", 0, no},
        {"1KB", 0, no},
        {"1.5K", 0, no},
        {"K", 0, no},
        {"", 0, no},
    };
    static const struct option option = {.name = "n", .type = OPTION_SIZE};

    (void)state;
    CHECK_NUMBERS(&option, cases);
}

static void limits_are_allowed_themselves(void **state)
{
    static const struct number_case both[] = {
        {"1", 0, "must be 2 to 10"},
        {"2", 2, NULL},
        {"10", 10, NULL},
        {"11", 0, "must be 2 to 10"},
    };
    static const struct number_case least[] = {
        {"1", 0, "must be at least 2"},
        {"18446744073709551615", UINT64_MAX, NULL},
    };
    static const struct option of_both = {
        .name = "n", .type = OPTION_NUMBER, .min = 2, .max = 10};
    static const struct option of_least = {
        .name = "n", .type = OPTION_NUMBER, .min = 2};

    (void)state;
    CHECK_NUMBERS(&of_both, both);
    CHECK_NUMBERS(&of_least, least);
}

static void choices(void **state)
{
    static const char *const words[] = {"text", "csv", "json", NULL};
    static const struct option option = {
        .name = "format", .type = OPTION_CHOICE, .choices = words};
    const char *why = NULL;
    int value = -1;

    (void)state;
    assert_int_equal(option_value(&option, "json", &value, &why), 0);
    assert_int_equal(value, 2);
    assert_int_equal(option_value(&option, "jsno", &value, &why),
                     OPTION_VALUE_WRONG);
    assert_string_equal(why, "must be text, csv or json, did you mean json?");
    assert_int_equal(option_value(&option, "", &value, &why),
                     OPTION_VALUE_WRONG);
    assert_string_equal(why, "must be text, csv or json");
    assert_int_equal(value, 2);
}

struct range_case {
    const char *text;
    struct range ranges[3]; /* as many as are not {0, 0} */
    const char *why;
};

static void check_ranges(enum option_type type, const struct range_case *cases,
                         size_t n)
{
    const struct option option = {.name = "r", .type = type};

    for (size_t i = 0; i < n; i++) {
        const struct range *want = cases[i].ranges;
        struct option_ranges got = {.n = 0};
        const char *why = NULL;
        int result = option_value(&option, cases[i].text, &got, &why);
        size_t k = 0;

        if (cases[i].why) {
            assert_int_equal(result, OPTION_VALUE_WRONG);
            assert_string_equal(why, cases[i].why);
        } else {
            assert_int_equal(result, OPTION_VALUE_FINE);
            for (; k < 3 && (want[k].first || want[k].last); k++) {
                assert_true(k < got.n);
                assert_int_equal(got.ranges[k].first, want[k].first);
                assert_int_equal(got.ranges[k].last, want[k].last);
            }
            assert_int_equal(got.n, k);
        }
        free(got.ranges);
    }
}

#define CHECK_RANGES(type, cases)                                              \
    check_ranges(type, cases, sizeof(cases) / sizeof(cases[0]))

static const char backwards[] = "the range ends before it starts";
static const char commas[] = "ranges are separated by commas";

static void lists_of_numbers(void **state)
{
    static const char no[] = "not numbers such as 3 or 1,4-6";
    static const struct range_case cases[] = {
        {"3", {{3, 3}}, NULL},   {"1,4-6,9", {{1, 1}, {4, 6}, {9, 9}}, NULL},
        {"4-4", {{4, 4}}, NULL}, {"6-4", {{0, 0}}, backwards},
        {"", {{0, 0}}, no},      {"1,", {{0, 0}}, no},
        {"4-", {{0, 0}}, no},    {"1;2", {{0, 0}}, commas},
    };

    (void)state;
    CHECK_RANGES(OPTION_NUMBERS, cases);
}

static void addresses(void **state)
{
    static const char no[] =
        "not addresses such as 0x4000, 0x4000-0x5000 or 0x4000+64";
    static const char empty[] = "the range is empty or longer than memory";
    static const struct range_case cases[] = {
        {"0x4000", {{0x4000, 0x4000}}, NULL},
        {"4000", {{0x4000, 0x4000}}, NULL}, /* as in /proc/PID/maps */
        {"4000-5000", {{0x4000, 0x4fff}}, NULL},
        {"0x4000+64,0x10+1K", {{0x4000, 0x403f}, {0x10, 0x40f}}, NULL},
        {"ffffffffffffffff+1", {{UINT64_MAX, UINT64_MAX}}, NULL},
        {"5000-4000", {{0, 0}}, backwards},
        {"4000-4000", {{0, 0}}, backwards},
        {"4000+0", {{0, 0}}, empty},
        {"ffffffffffffffff+2", {{0, 0}}, empty},
        {"4000+", {{0, 0}}, no},
        {"4000-", {{0, 0}}, no},
        {"main", {{0, 0}}, no},
        {"4000 ", {{0, 0}}, commas},
    };

    (void)state;
    CHECK_RANGES(OPTION_ADDRESSES, cases);
}

static void times(void **state)
{
    static const char no[] = "not times such as 1.5s-2s, 10ms- or -300us";
    static const struct range_case cases[] = {
        {"1.5s-2s", {{1500 * MS, 2 * S - 1}}, NULL},
        {"1-2", {{S, 2 * S - 1}}, NULL},
        {"10ms-", {{10 * MS, UINT64_MAX}}, NULL},
        {"-300us", {{0, 300000 - 1}}, NULL},
        {"1ns-2ns,5us-", {{1, 1}, {5000, UINT64_MAX}}, NULL},
        {"0.000000001s-1s", {{1, S - 1}}, NULL},
        {"0.0000000019s-1s", {{1, S - 1}}, NULL}, /* digits beyond ns */
        {"1.9ns-2.1ns", {{1, 1}}, NULL},
        {"2s-1s", {{0, 0}}, backwards},
        {"1s-1s", {{0, 0}}, backwards},
        {"1s", {{0, 0}}, no},
        {"1m-2m", {{0, 0}}, no},
        {"x-", {{0, 0}}, no},
        {"18446744074s-", {{0, 0}}, no},
        {"1s-2s;3s-", {{0, 0}}, commas},
    };

    (void)state;
    CHECK_RANGES(OPTION_TIMES, cases);
}

static void strings_and_flags(void **state)
{
    static const struct option one = {.name = "s", .type = OPTION_STRING};
    static const struct option many = {.name = "s", .type = OPTION_STRINGS};
    static const struct option flag = {.name = "f", .type = OPTION_FLAG};
    struct option_strings strings = {.n = 0};
    const char *text = NULL, *why = NULL;

    (void)state;
    assert_int_equal(option_value(&one, "a", &text, &why), 0);
    assert_string_equal(text, "a");
    assert_int_equal(option_value(&many, "a", &strings, &why), 0);
    assert_int_equal(option_value(&many, "", &strings, &why), 0);
    assert_int_equal(strings.n, 2);
    assert_string_equal(strings.strings[0], "a");
    assert_string_equal(strings.strings[1], "");
    assert_int_equal(option_value(&flag, "on", NULL, &why), OPTION_VALUE_WRONG);
    assert_string_equal(why, "takes no value");
    free(strings.strings);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(sizes),
        cmocka_unit_test(limits_are_allowed_themselves),
        cmocka_unit_test(choices),
        cmocka_unit_test(lists_of_numbers),
        cmocka_unit_test(addresses),
        cmocka_unit_test(times),
        cmocka_unit_test(strings_and_flags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
