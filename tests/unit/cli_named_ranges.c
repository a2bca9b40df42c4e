/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cli_named_ranges.c - which ranges of a file have a role, by names: those of
 * this program itself, whose places the kernel's list of mappings tells.
 */
#include <inttypes.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "named_ranges.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MOST_BEHIND 64
#endif
#endif
#ifndef MOST_BEHIND
#define MOST_BEHIND 0
#endif

/* What is named. Other names: gauge_. */
static volatile int named_table[24] = {1};
static volatile int gauge_other[24] = {1};

static __attribute__((noinline)) int named_first(int a)
{
    return a * named_table[a % 24];
}

static __attribute__((noinline)) int gauge_between(int a)
{
    return a + gauge_other[a % 24];
}

static __attribute__((noinline)) int named_second(int a)
{
    return a - named_table[a % 24];
}

/* Where in the file that is which is mapped at this address. */
static uint64_t offset_of(const void *address)
{
    uint64_t at = (uintptr_t)address, start, end, offset, found = UINT64_MAX;
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[PATH_MAX + 100];

    assert_non_null(maps);
    while (fgets(line, sizeof(line), maps)) {
        if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %" SCNx64, &start, &end,
                   &offset) == 3 &&
            at >= start && at < end) {
            found = at - start + offset;
        }
    }
    fclose(maps);
    assert_true(found != UINT64_MAX);
    return found;
}

static void read_patterns(struct name_patterns *patterns, const char *text)
{
    struct option_strings strings = {.n = 1, .strings = &text};

    assert_int_equal(name_patterns_read(patterns, "option", &strings), 0);
}

/* What is answered about this program. */
static size_t find(struct named_ranges *named,
                   const struct lookup_range **ranges)
{
    char path[PATH_MAX] = "";

    assert_true(readlink("/proc/self/exe", path, sizeof(path) - 1) > 0);
    return named_ranges_find(named, path, ranges);
}

/* The range with that role which has this offset, or NULL. */
static const struct lookup_range *range_at(const struct lookup_range *ranges,
                                           size_t n, enum lookup_role role,
                                           uint64_t offset)
{
    for (size_t i = 0; i < n; i++) {
        if (ranges[i].role == role && offset >= ranges[i].start &&
            offset < ranges[i].end) {
            return &ranges[i];
        }
    }
    return NULL;
}

static bool is_code(struct named_ranges *named, int (*function)(int))
{
    const struct lookup_range *ranges;
    size_t n = find(named, &ranges);

    return range_at(ranges, n, LOOKUP_CODE,
                    offset_of((const void *)(uintptr_t)function));
}

static void nothing_named_is_everything(void **state)
{
    struct named_ranges named = {.n = 0};
    const struct lookup_range *ranges;

    (void)state;
    assert_int_equal(named_ranges_roles(&named), 0);
    assert_true(named_ranges_keep_unnamed(&named));
    assert_int_equal(find(&named, &ranges), 1);
    assert_int_equal(ranges[0].role, LOOKUP_CODE);
    assert_int_equal(ranges[0].start, 0);
    assert_int_equal(ranges[0].end, UINT64_MAX);
    assert_int_equal(named_ranges_report(&named, "nowhere"), 0);
    named_ranges_free(&named);
}

static void functions_by_name(void **state)
{
    struct named_ranges named = {.n = 0};

    (void)state;
    read_patterns(&named.functions, "named_f*,named_second");
    assert_int_equal(named_ranges_roles(&named), LOOKUP_BIT(LOOKUP_CODE));
    assert_false(named_ranges_keep_unnamed(&named));
    assert_true(is_code(&named, named_first));
    assert_true(is_code(&named, named_second));
    assert_false(is_code(&named, gauge_between));
    named_ranges_free(&named);
}

static void functions_left_out(void **state)
{
    struct named_ranges named = {.n = 0};

    (void)state;
    read_patterns(&named.functions, "!named_*");
    assert_true(named_ranges_keep_unnamed(&named));
    assert_false(is_code(&named, named_first));
    assert_false(is_code(&named, named_second));
    assert_true(is_code(&named, gauge_between));
    named_ranges_free(&named);
}

/* Code must pass all lists. */
static void files_and_modules(void **state)
{
    static const struct {
        const char *source, *module;
        bool passes;
    } cases[] = {
        {"cli_named_ranges.c", NULL, true},
        {"!cli_named_ranges.c", NULL, false},
        {"nosuch.c", NULL, false},
        {NULL, "cli_named_ranges", true},
        {NULL, "!cli_named_ranges", false},
        {NULL, "nosuch", false},
        {"cli_named_ranges.c", "cli_*", true},
        {"cli_named_ranges.c", "nosuch", false},
        {"nosuch.c", "cli_*", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct named_ranges named = {.n = 0};

        if (cases[i].source) {
            read_patterns(&named.sources, cases[i].source);
        }
        if (cases[i].module) {
            read_patterns(&named.modules, cases[i].module);
        }
        assert_int_equal(is_code(&named, named_first), cases[i].passes);
        named_ranges_free(&named);
    }
}

/* A byte each, where the function begins; what is between is not concerned. */
static void where_recording_starts_and_stops(void **state)
{
    struct named_ranges named = {.n = 0};
    const struct lookup_range *ranges, *start, *stop;
    uint64_t first = offset_of((const void *)(uintptr_t)named_first);
    uint64_t second = offset_of((const void *)(uintptr_t)named_second);
    size_t n;

    (void)state;
    read_patterns(&named.start_at, "named_first");
    read_patterns(&named.stop_at, "named_second");
    assert_int_equal(named_ranges_roles(&named),
                     LOOKUP_BIT(LOOKUP_START) | LOOKUP_BIT(LOOKUP_STOP));
    assert_true(named_ranges_keep_unnamed(&named));
    n = find(&named, &ranges);
    start = range_at(ranges, n, LOOKUP_START, first);
    stop = range_at(ranges, n, LOOKUP_STOP, second);
    assert_int_equal(n, 3); /* and all code */
    assert_non_null(start);
    assert_non_null(stop);
    assert_int_equal(start->start, first);
    assert_int_equal(start->end, first + 1);
    assert_int_equal(stop->start, second);
    assert_int_equal(stop->end, second + 1);
    named_ranges_free(&named);
}

static void variables_by_name(void **state)
{
    struct named_ranges named = {.n = 0};
    const struct lookup_range *ranges, *table;
    size_t n;

    (void)state;
    read_patterns(&named.symbols, "named_table");
    assert_int_equal(named_ranges_roles(&named), LOOKUP_BIT(LOOKUP_DATA));
    n = find(&named, &ranges);
    table =
        range_at(ranges, n, LOOKUP_DATA, offset_of((const void *)named_table));
    assert_non_null(table);
    assert_int_equal(table->start, offset_of((const void *)named_table));
    /* AddressSanitizer puts something behind it, as part of it. */
    assert_in_range(table->end - table->start, sizeof(named_table),
                    sizeof(named_table) + MOST_BEHIND);
    assert_true(table->segment <= table->start);
    assert_null(
        range_at(ranges, n, LOOKUP_DATA, offset_of((const void *)gauge_other)));
    named_ranges_free(&named);
}

/* Sorted by role and place, none over another: the plugin searches them. */
static void ranges_are_in_order(void **state)
{
    struct named_ranges named = {.has_heap = true};
    const struct lookup_range *ranges, *again;
    size_t n;

    (void)state;
    read_patterns(&named.functions, "*");
    read_patterns(&named.symbols, "*");
    read_patterns(&named.start_at, "*");
    assert_int_equal(named_ranges_roles(&named),
                     LOOKUP_BIT(LOOKUP_CODE) | LOOKUP_BIT(LOOKUP_START) |
                         LOOKUP_BIT(LOOKUP_DATA) | LOOKUP_BIT(LOOKUP_HEAP));
    n = find(&named, &ranges);
    assert_true(n > 100);
    for (size_t i = 0; i < n; i++) {
        assert_true(ranges[i].start < ranges[i].end);
        if (i > 0 && ranges[i].role == ranges[i - 1].role) {
            assert_true(ranges[i].start >= ranges[i - 1].end);
        } else if (i > 0) {
            assert_true(ranges[i].role > ranges[i - 1].role);
        }
    }
    /* A long answer is asked for in parts: it is the same one. */
    assert_int_equal(find(&named, &again), n);
    assert_ptr_equal(again, ranges);
    named_ranges_free(&named);
}

static void a_file_that_is_not_there(void **state)
{
    struct named_ranges named = {.n = 0};
    const struct lookup_range *ranges;

    (void)state;
    read_patterns(&named.functions, "named_first");
    read_patterns(&named.symbols, "named_table");
    assert_int_equal(named_ranges_find(&named, "/nosuch/file", &ranges), 0);
    named_ranges_free(&named);
    named = (struct named_ranges){.n = 0};
    read_patterns(&named.functions, "!named_first");
    assert_int_equal(named_ranges_find(&named, "/nosuch/file", &ranges), 1);
    assert_int_equal(ranges[0].role, LOOKUP_CODE);
    named_ranges_free(&named);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_named_is_everything),
        cmocka_unit_test(functions_by_name),
        cmocka_unit_test(functions_left_out),
        cmocka_unit_test(files_and_modules),
        cmocka_unit_test(where_recording_starts_and_stops),
        cmocka_unit_test(variables_by_name),
        cmocka_unit_test(ranges_are_in_order),
        cmocka_unit_test(a_file_that_is_not_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
