/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cli_table.c - rows of typed columns: made, sorted, united, and what each
 * printer makes of every type, of values that are not known and of names that
 * would do harm.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "output.h"
#include "table.h"

struct row {
    const char *name;
    int word;
    uint64_t count;
    uint64_t bytes;
    uint64_t number;
    uint64_t thread;
    uint64_t address;
    uint64_t time_ns;
};

static const char *const words[] = {"none", "some", NULL};

static const char *remark(const void *row_pointer, char room[TABLE_TEXT_MAX])
{
    const struct row *row = row_pointer;

    if (!row->count) {
        return NULL;
    }
    snprintf(room, TABLE_TEXT_MAX, "of %s", row->name ? row->name : "nobody");
    return room;
}

#define FIELD(member) offsetof(struct row, member)

static const struct table_column columns[] = {
    {.name = "name",
     .type = TABLE_TEXT,
     .field = FIELD(name),
     .unknown = "(nameless)"},
    {.name = "word", .type = TABLE_WORD, .field = FIELD(word), .words = words},
    {.name = "count", .type = TABLE_COUNT, .field = FIELD(count), .width = 9},
    {.name = "share",
     .heading = "%",
     .type = TABLE_PERCENT,
     .field = FIELD(count)},
    {.name = "bytes", .type = TABLE_BYTES, .field = FIELD(bytes)},
    {.name = "number", .type = TABLE_NUMBER, .field = FIELD(number)},
    {.name = "thread", .type = TABLE_THREAD, .field = FIELD(thread)},
    {.name = "address", .type = TABLE_ADDRESS, .field = FIELD(address)},
    {.name = "time_ns",
     .heading = "time s",
     .type = TABLE_TIME,
     .field = FIELD(time_ns)},
    {.name = "hidden",
     .type = TABLE_NUMBER,
     .audience = TABLE_FOR_PROGRAMS,
     .field = FIELD(number)},
    {.name = "remark",
     .type = TABLE_TEXT,
     .audience = TABLE_FOR_PEOPLE,
     .derive = remark,
     .is_remark = true},
    {.name = NULL},
};

static const struct table_shape shape = {
    .columns = columns,
    .row_bytes = sizeof(struct row),
};

static const struct table_style plain = {"", "", ""};

/* What @print writes to stdout. */
static const char *printed(const struct table *table,
                           void (*print)(struct output *output,
                                         const struct table *table))
{
    static char text[8192];
    FILE *file = tmpfile();
    int saved = dup(STDOUT_FILENO);
    struct output *output;
    size_t n;

    assert_non_null(file);
    assert_true(saved >= 0);
    assert_true(dup2(fileno(file), STDOUT_FILENO) >= 0);
    output = output_open();
    assert_non_null(output);
    print(output, table);
    assert_int_equal(output_close(output), 0); /* and stdout with it */
    assert_true(dup2(saved, STDOUT_FILENO) >= 0);
    close(saved);
    rewind(file);
    n = fread(text, 1, sizeof(text) - 1, file);
    text[n] = '\0';
    fclose(file);
    return text;
}

static void text(struct output *output, const struct table *table)
{
    table_text(output, table, &plain);
}

static void text_in_colour(struct output *output, const struct table *table)
{
    table_text(output, table, &(struct table_style){"<b>", "<d>", "</>"});
}

static void csv(struct output *output, const struct table *table)
{
    table_csv(output, table);
}

static void json(struct output *output, const struct table *table)
{
    table_json(output, table, "\n ");
}

/* Return: a table with that row in it. */
static struct table with(struct row values)
{
    struct table table = {.title = "Things", .shape = &shape, .whole = 2000};
    struct row *row = table_add(&table);

    assert_non_null(row);
    *row = values;
    return table;
}

static void every_type_in_text(void **state)
{
    struct table table = with(
        (struct row){"a", 1, 1234, 2048, 1234, 7, 0x4000001000, 1500000000});

    (void)state;
    assert_string_equal(
        printed(&table, text),
        "Things                            word             count     %      "
        "bytes   number thread            address      time s\n"
        "  a                               some             1,234  61.7    "
        "2.0 KiB     1234     T7 0x0000004000001000    1.500000  of a\n");
    table.title = NULL; /* then the first column is like the others */
    assert_string_equal(
        printed(&table, text),
        "   name                            word             count     %      "
        "bytes   number thread            address      time s\n"
        "   a                               some             1,234  61.7    "
        "2.0 KiB     1234     T7 0x0000004000001000    1.500000  of a\n");
    table_free(&table);
}

static void every_type_for_programs(void **state)
{
    struct table table = with(
        (struct row){"a", 1, 1234, 2048, 1234, 7, 0x4000001000, 1500000000});

    (void)state;
    assert_string_equal(
        printed(&table, csv),
        "name,word,count,share,bytes,number,thread,address,time_ns,hidden\n"
        "a,some,1234,61.7000,2048,1234,T7,0x0000004000001000,1500000000,"
        "1234\n");
    assert_string_equal(
        printed(&table, json),
        "\n {\"name\":\"a\",\"word\":\"some\",\"count\":1234,"
        "\"share\":61.7000,\"bytes\":2048,\"number\":1234,\"thread\":\"T7\","
        "\"address\":\"0x0000004000001000\",\"time_ns\":1500000000,"
        "\"hidden\":1234}");
    table_free(&table);
}

static void what_is_not_known(void **state)
{
    struct table table = with((struct row){
        .bytes = TABLE_UNKNOWN,
        .number = TABLE_UNKNOWN,
        .thread = TABLE_UNKNOWN,
        .address = UINT64_MAX, /* is an address */
        .time_ns = TABLE_UNKNOWN,
    });

    (void)state;
    assert_string_equal(
        strchr(printed(&table, text), '\n'),
        "\n  (nameless)                      none                 0   0.0    "
        "      -        -      - 0xffffffffffffffff           -\n");
    assert_string_equal(strchr(printed(&table, csv), '\n'),
                        "\n,none,0,0.0000,,,,0xffffffffffffffff,,\n");
    assert_string_equal(
        printed(&table, json),
        "\n {\"name\":null,\"word\":\"none\",\"count\":0,\"share\":0.0000,"
        "\"bytes\":null,\"number\":null,\"thread\":null,"
        "\"address\":\"0xffffffffffffffff\",\"time_ns\":null,"
        "\"hidden\":null}");
    table_free(&table);
}

static void nothing_at_all(void **state)
{
    struct table table = {.title = "Things", .shape = &shape};

    (void)state;
    assert_int_equal(*strchr(printed(&table, text), '\n'), '\n');
    assert_string_equal(
        printed(&table, csv),
        "name,word,count,share,bytes,number,thread,address,time_ns,hidden\n");
    assert_string_equal(printed(&table, json), "");
    table_sort(&table, NULL);
    table_free(&table);
}

/* Names out of a trace may be anything. */
static void hostile_names(void **state)
{
    static const struct {
        const char *name, *text, *csv, *json;
    } names[] = {
        {"\033]0;x\007", "\\x1b]0;x\\x07 ", "\\x1b]0;x\\x07,",
         "\"\\u001b]0;x\\u0007\","},
        {"two\nlines", "two\\nlines ", "\"two\\nlines\",",
         "\"two\\u000alines\","},
        {"a,\"b\"", "a,\"b\" ", "\"a,\"\"b\"\"\",", "\"a,\\\"b\\\"\","},
        {"\xff\xfe", "\\xff\\xfe ", "\\xff\\xfe,",
         "\"\xef\xbf\xbd\xef\xbf\xbd\","},
        {"</script><img>", "</script><img> ", "</script><img>,",
         "\"</script><img>\","},
        {"\xe2\x80\xaeright to left", "\\xe2\\x80\\xaeright to left ",
         "\\xe2\\x80\\xaeright to left,", "\"\xe2\x80\xaeright to left\","},
        {"", " ", ",", "\"\","},
        {"back\\slash", "back\\\\slash ", "back\\\\slash,",
         "\"back\\\\slash\","},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct table table = with((struct row){.name = names[i].name});
        const char *line = strchr(printed(&table, text), '\n') + 3;

        assert_memory_equal(line, names[i].text, strlen(names[i].text));
        assert_null(strchr(line, '\033'));
        assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
        line = strchr(printed(&table, csv), '\n') + 1;
        assert_memory_equal(line, names[i].csv, strlen(names[i].csv));
        line = printed(&table, json) + strlen("\n {\"name\":");
        assert_memory_equal(line, names[i].json, strlen(names[i].json));
        table_free(&table);
    }
}

/* A label is cut to 30 characters, none of them in two. */
static void long_names(void **state)
{
    struct table table = with((struct row){
        .name = "abcdefghijklmnopqrstuvwxyz0123456789",
    });
    struct row *row;

    (void)state;
    assert_memory_equal(strchr(printed(&table, text), '\n'),
                        "\n  abcdefghijklmnopqrstuvwxyz01..  none ", 38);
    row = table_row(&table, 0);
    row->name = "äöüäöüäöüäöüäöüäöüäöüäöüäöüäöü";
    assert_non_null(
        strstr(printed(&table, text), "\n  äöüäöüäöüäöüäöüäöüäöüäöüäöüäöü  n"));
    row->name = "äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüa";
    assert_non_null(
        strstr(printed(&table, text), "\n  äöüäöüäöüäöüäöüäöüäöüäöüäöüä..  n"));
    row->name = "ä\xff";
    assert_non_null(strstr(printed(&table, text),
                           "\n  ä\\xff                           none "));
    table_free(&table);
}

/* A character is in one piece where a long field has to be quoted. */
static void long_quoted_fields(void **state)
{
    char name[1024] = "\"";
    struct table table = with((struct row){.name = name});

    (void)state;
    for (size_t shift = 0; shift < 4; shift++) {
        memset(name + 1, 'x', shift);
        name[1 + shift] = '\0';
        while (strlen(name) < 700) {
            strcat(name, "\xe2\x82\xac");
        }
        assert_null(strstr(printed(&table, csv), "\\x"));
        assert_non_null(strstr(printed(&table, csv), name + 1));
    }
    table_free(&table);
}

static void colours_are_around_the_heading_and_remarks(void **state)
{
    struct table table = with((struct row){.name = "a", .count = 1});
    const char *shown;

    (void)state;
    table.n_all = 1234;
    shown = printed(&table, text_in_colour);
    assert_memory_equal(shown, "<b>Things", 9);
    assert_non_null(strstr(shown, "time s</>\n"));
    assert_non_null(strstr(shown, "  <d>of a</>\n"));
    assert_non_null(strstr(shown, "\n  <d>... and 1,233 more</>\n"));
    table_free(&table);
}

static struct row *add(struct table *table, const char *name, uint64_t count)
{
    struct row *row = table_add(table);

    assert_non_null(row);
    row->name = name ? table_keep(table, name) : NULL;
    row->count = count;
    return row;
}

static void assert_names(const struct table *table, const char *names)
{
    char all[64] = "";

    for (size_t i = 0; i < table->n; i++) {
        const struct row *row = table_row(table, i);

        strcat(all, row->name ? row->name : "-");
    }
    assert_string_equal(all, names);
}

static int by_count(const void *a, const void *b)
{
    return table_compare_numbers(((const struct row *)a)->count,
                                 ((const struct row *)b)->count);
}

static void sorting(void **state)
{
    const struct table_shape by_its_own = {columns, sizeof(struct row),
                                           by_count};
    struct table table = {.shape = &shape};

    (void)state;
    add(&table, "d", 3);
    add(&table, "c", TABLE_UNKNOWN);
    add(&table, NULL, 2);
    add(&table, "b", 2);
    add(&table, "a", 2);
    table_sort(&table, table_column(&shape, "count"));
    assert_names(&table, "d-abc"); /* what is not known is the least */
    table_sort(&table, NULL);
    assert_names(&table, "-abcd");
    table_sort(&table, table_column(&shape, "name"));
    assert_names(&table, "dcba-");
    table.shape = &by_its_own;
    table_sort(&table, NULL);
    assert_int_equal(((struct row *)table_row(&table, 3))->count, 3);
    table_cut(&table, 0);
    assert_int_equal(table.n, 5);
    table_cut(&table, 2);
    assert_int_equal(table.n, 2);
    assert_int_equal(table.n_all, 5);
    table_cut(&table, 9);
    assert_int_equal(table.n, 2);
    table_free(&table);
}

static void addresses_are_sorted_to_the_last(void **state)
{
    struct table table = {.shape = &shape};

    (void)state;
    add(&table, "a", 0)->address = UINT64_MAX;
    add(&table, "b", 0)->address = 5;
    table_sort(&table, table_column(&shape, "address"));
    assert_names(&table, "ab");
    table_free(&table);
}

static int by_name(const void *a, const void *b)
{
    return table_compare_texts(((const struct row *)a)->name,
                               ((const struct row *)b)->name);
}

static void add_count(void *row, const void *other)
{
    ((struct row *)row)->count += ((const struct row *)other)->count;
}

static void uniting(void **state)
{
    struct table table = {.shape = &shape};

    (void)state;
    table_unite(&table, by_name, add_count);
    for (uint64_t i = 0; i < 1000; i++) {
        char name[8];

        snprintf(name, sizeof(name), "%c", 'a' + (int)(i % 7));
        add(&table, name, i);
    }
    add(&table, NULL, 5);
    table_unite(&table, by_name, add_count);
    assert_names(&table, "-abcdefg");
    assert_int_equal(table.n_all, 8);
    for (uint64_t k = 0, sum = 0; k < 7; k++, sum = 0) {
        for (uint64_t i = k; i < 1000; i += 7) {
            sum += i;
        }
        assert_int_equal(((struct row *)table_row(&table, k + 1))->count, sum);
    }
    table_free(&table);
}

/* Texts stay where they are, of any length, however many there are. */
static void texts_that_are_kept(void **state)
{
    struct table table = {.shape = &shape};
    size_t sizes[] = {0, 1, 65534, 65535, 65536, 200000, 7};
    const char *kept[7];
    char *text_of = calloc(1, 200001);

    (void)state;
    assert_non_null(text_of);
    for (size_t i = 0; i < 7; i++) {
        memset(text_of, 'a' + (int)i, sizes[i]);
        text_of[sizes[i]] = '\0';
        kept[i] = table_keep(&table, text_of);
        assert_non_null(kept[i]);
    }
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(strlen(kept[i]), sizes[i]);
        assert_int_equal(strspn(kept[i], (char[]){'a' + (int)i, 0}), sizes[i]);
    }
    free(text_of);
    table_free(&table);
}

static void columns_by_name(void **state)
{
    (void)state;
    assert_ptr_equal(table_column(&shape, "count"), &columns[2]);
    assert_null(table_column(&shape, "remark")); /* has no field */
    assert_null(table_column(&shape, "nosuch"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_in_text),
        cmocka_unit_test(every_type_for_programs),
        cmocka_unit_test(what_is_not_known),
        cmocka_unit_test(nothing_at_all),
        cmocka_unit_test(hostile_names),
        cmocka_unit_test(long_names),
        cmocka_unit_test(long_quoted_fields),
        cmocka_unit_test(colours_are_around_the_heading_and_remarks),
        cmocka_unit_test(sorting),
        cmocka_unit_test(addresses_are_sorted_to_the_last),
        cmocka_unit_test(uniting),
        cmocka_unit_test(texts_that_are_kept),
        cmocka_unit_test(columns_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
