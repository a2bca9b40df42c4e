/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cli_words.c - what the commands make of numbers and of other people's text:
 * units, escaped text, fields of CSV, and the word that was meant.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "csv_field.h"
#include "escape.h"
#include "output.h"
#include "suggest.h"
#include "units.h"

static void numbers_in_groups(void **state)
{
    char text[UNITS_TEXT_MAX];

    (void)state;
    assert_string_equal(units_grouped(0, text), "0");
    assert_string_equal(units_grouped(999, text), "999");
    assert_string_equal(units_grouped(1000, text), "1,000");
    assert_string_equal(units_grouped(1234567, text), "1,234,567");
    assert_string_equal(units_grouped(UINT64_MAX, text),
                        "18,446,744,073,709,551,615");
}

static void times_and_dates(void **state)
{
    char text[UNITS_TEXT_MAX];

    (void)state;
    assert_string_equal(units_seconds(0, text), "0.000000");
    assert_string_equal(units_seconds(1234567899, text), "1.234567");
    assert_string_equal(units_seconds(UINT64_MAX, text), "18446744073.709551");
    assert_string_equal(units_date(0, text), "1970-01-01 00:00:00 UTC");
    assert_string_equal(units_date(1769862896999999999, text),
                        "2026-01-31 12:34:56 UTC");
}

/* What rounds up to 1024 of a unit is 1 of the next. */
static void sizes(void **state)
{
    char text[UNITS_TEXT_MAX];

    (void)state;
    assert_string_equal(units_size(0, text), "0 B");
    assert_string_equal(units_size(1023, text), "1023 B");
    assert_string_equal(units_size(1024, text), "1.0 KiB");
    assert_string_equal(units_size(1536, text), "1.5 KiB");
    assert_string_equal(units_size((1u << 20) - 52, text), "1023.9 KiB");
    assert_string_equal(units_size((1u << 20) - 1, text), "1.0 MiB");
    assert_string_equal(units_size(1u << 20, text), "1.0 MiB");
    assert_string_equal(units_size(UINT64_MAX, text), "16.0 EiB");
}

/* ESCAPED(way, in, size): a string, to be freed. */
static char *escaped(size_t (*escape)(const char *, size_t, char *),
                     const char *text, size_t size)
{
    char *out = malloc(size * ESCAPE_MAX + 1);

    assert_non_null(out);
    out[escape(text, size, out)] = '\0';
    return out;
}

struct escape_case {
    const char *in;
    size_t size;
    const char *text;
    const char *json;
};

#define IN(literal) literal, sizeof(literal) - 1

static void text_of_others_is_harmless(void **state)
{
    static const struct escape_case cases[] = {
        {IN(""), "", ""},
        {IN("plain"), "plain", "plain"},
        {IN("a\"b\\c"), "a\"b\\\\c", "a\\\"b\\\\c"},
        {IN("\n\t\r"), "\\n\\t\\r", "\\u000a\\u0009\\u000d"},
        {IN("\x1b[31m\x7f"), "\\x1b[31m\\x7f", "\\u001b[31m\\u007f"},
        {IN("\0x"), "\\x00x", "\\u0000x"},
        /* UTF-8 of 2, 3 and 4 bytes stays */
        {IN("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"),
         "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
         "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"},
        /* C1 controls, and what turns the direction of a line round */
        {IN("\xc2\x9b"), "\\xc2\\x9b", "\\u009b"},
        {IN("\xe2\x80\xae"), "\\xe2\\x80\\xae", "\xe2\x80\xae"},
        /* too short, too long for its value, a surrogate, beyond the last */
        {IN("\xe2\x82"), "\\xe2\\x82", "\xef\xbf\xbd\xef\xbf\xbd"},
        {IN("\xc0\xaf"), "\\xc0\\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},
        {IN("\xe0\x80\xaf"), "\\xe0\\x80\\xaf",
         "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {IN("\xed\xa0\x80"), "\\xed\\xa0\\x80",
         "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {IN("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80",
         "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *text = escaped(escape_text, cases[i].in, cases[i].size);
        char *json = escaped(escape_json, cases[i].in, cases[i].size);

        assert_string_equal(text, cases[i].text);
        assert_string_equal(json, cases[i].json);
        free(text);
        free(json);
    }
}

/* What csv_field() writes, to be freed. */
static char *field(const char *text)
{
    int fd = memfd_create("stdout", 0), before;
    struct output *output;
    char *out;
    off_t size;

    fflush(stdout);
    before = dup(STDOUT_FILENO);
    assert_true(fd >= 0 && before >= 0);
    assert_int_equal(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
    output = output_open();
    csv_field(output, text);
    output_close(output);
    assert_int_equal(dup2(before, STDOUT_FILENO), STDOUT_FILENO);
    close(before);
    size = lseek(fd, 0, SEEK_END);
    out = calloc((size_t)size + 1, 1);
    assert_int_equal(pread(fd, out, (size_t)size, 0), size);
    close(fd);
    return out;
}

static void fields_of_csv(void **state)
{
    static const char *const cases[][2] = {
        {NULL, ""},
        {"", ""},
        {"plain", "plain"},
        {"a,b", "\"a,b\""},
        {"say \"x\"", "\"say \"\"x\"\"\""},
        {"two\nlines", "\"two\\nlines\""},
        {"\x1b", "\\x1b"},
        {"\"", "\"\"\"\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *out = field(cases[i][0]);

        assert_string_equal(out, cases[i][1]);
        free(out);
    }
}

/* A character is not cut in two, however long the text before it is. */
static void a_long_field_keeps_its_characters(void **state)
{
    (void)state;
    for (size_t n = 240; n < 270; n++) {
        char text[300], expected[310], *out;

        memset(text, 'x', n);
        strcpy(text + n, "\xe2\x82\xac,");
        snprintf(expected, sizeof(expected), "\"%s\"", text);
        out = field(text);
        assert_string_equal(out, expected);
        free(out);
    }
}

/* Two letters that changed places are nearer than two wrong ones. */
static void swapped_letters(void **state)
{
    struct suggest suggest = {.word = "abcd"};

    (void)state;
    suggest_try(&suggest, "abxy");
    assert_string_equal(suggest.best, "abxy");
    suggest_try(&suggest, "abdc");
    assert_string_equal(suggest.best, "abdc");
}

/* The nearest of these words, or NULL. */
static const char *nearest(const char *word)
{
    static const char *const known[] = {"dump", "info", "races", "record",
                                        "report"};
    struct suggest suggest = {.word = word};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        suggest_try(&suggest, known[i]);
    }
    return suggest.best;
}

static void the_word_that_was_meant(void **state)
{
    (void)state;
    assert_string_equal(nearest("dump"), "dump");
    assert_string_equal(nearest("dmup"), "dump");     /* neighbours swapped */
    assert_string_equal(nearest("dum"), "dump");      /* the beginning */
    assert_string_equal(nearest("rec"), "record");    /* of it */
    assert_string_equal(nearest("inof"), "info");     /* swapped */
    assert_string_equal(nearest("raxces"), "races");  /* one too many */
    assert_string_equal(nearest("recort"), "record"); /* nearer than report */
    assert_null(nearest("frobnicate"));
    assert_null(nearest(""));
    assert_null(nearest("re"));
    assert_null(nearest("a-word-that-is-much-longer-than-any-that-is-known"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_in_groups),
        cmocka_unit_test(times_and_dates),
        cmocka_unit_test(sizes),
        cmocka_unit_test(text_of_others_is_harmless),
        cmocka_unit_test(fields_of_csv),
        cmocka_unit_test(a_long_field_keeps_its_characters),
        cmocka_unit_test(the_word_that_was_meant),
        cmocka_unit_test(swapped_letters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
