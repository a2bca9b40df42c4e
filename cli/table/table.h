/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * table.h - results as rows of typed columns.
 *
 * A report describes the columns of its rows once, as fields of a C struct.
 * Each way to show rows is one printer that knows the types and no report:
 * table_text.c, table_csv.c and table_json.c.
 */
#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct output;

/* The type of a column, and of the field that has its values. */
enum table_type {
    TABLE_TEXT,    /* const char *, NULL where it is not known */
    TABLE_WORD,    /* int, index of the column's words */
    TABLE_COUNT,   /* uint64_t, how many */
    TABLE_BYTES,   /* uint64_t, how large, in bytes */
    TABLE_NUMBER,  /* uint64_t that names something: a process, a line */
    TABLE_THREAD,  /* uint64_t, a thread's number, shown as T3 */
    TABLE_ADDRESS, /* uint64_t, of the guest's memory */
    TABLE_TIME,    /* uint64_t, nanoseconds */
    TABLE_PERCENT, /* uint64_t, a part of table.whole, shown as percent */
};

/* A number that is not known. An address is always known. */
#define TABLE_UNKNOWN UINT64_MAX

/* Who sees a column. */
enum table_audience {
    TABLE_FOR_ALL,
    TABLE_FOR_PEOPLE,   /* text */
    TABLE_FOR_PROGRAMS, /* CSV, JSON */
};

/* Bytes that the text of a column made by @derive takes. */
#define TABLE_TEXT_MAX 1280

/**
 * struct table_column - a column
 * @name: for programs: lower case, digits and _; NULL ends a list
 * @heading: for people; NULL: the name
 * @type: of the values
 * @audience: who sees it
 * @field: offset of the value in a row
 * @words: of TABLE_WORD
 * @derive: makes a text of a row, in place of a field; in @room or elsewhere.
 *          Return: the text, or NULL
 * @unknown: what people read where it is not known; NULL: -
 * @width: in characters; 0: what is usual for the type
 * @is_remark: stands behind a row, without a heading; the last column
 */
struct table_column {
    const char *name;
    const char *heading;
    enum table_type type;
    enum table_audience audience;
    size_t field;
    const char *const *words;
    const char *(*derive)(const void *row, char room[TABLE_TEXT_MAX]);
    const char *unknown;
    int width;
    bool is_remark;
};

/**
 * struct table_shape - what the rows of a kind of table are
 * @columns: end with one without a name
 * @row_bytes: size of the struct that has their fields
 * @compare: the order of rows by what they are of, as for qsort(); NULL: by
 *           the columns, from the first
 */
struct table_shape {
    const struct table_column *columns;
    size_t row_bytes;
    int (*compare)(const void *a, const void *b);
};

/**
 * struct table - rows
 * @title: for people; NULL where the first column is like the others
 * @shape: of the rows
 * @whole: what TABLE_PERCENT is a part of
 * @n: rows; the first of n_all, as table_sort() left them
 */
struct table {
    const char *title;
    const struct table_shape *shape;
    uint64_t whole;
    size_t n;
    size_t n_all;

    /* table.c's own */
    char *rows;
    size_t room;
    struct table_texts *texts;
};

/** table_add() - Return: one more row, all zero, or NULL out of memory. */
void *table_add(struct table *table);

/** table_row() - Return: a row, below n. */
void *table_row(const struct table *table, size_t i);

/** table_keep() - Return: a copy that lives as long as the table, or NULL. */
const char *table_keep(struct table *table, const char *text);

/** table_column() - Return: the column of that name with a field, or NULL. */
const struct table_column *table_column(const struct table_shape *shape,
                                        const char *name);

/**
 * table_sort() - sort the rows
 * @column: the most of it first, then as @compare says; NULL: that alone
 */
void table_sort(struct table *table, const struct table_column *column);

/** table_compare() - rows as table_sort() has them, for qsort(). */
int table_compare(const struct table *table, const struct table_column *column,
                  const void *a, const void *b);

/** table_cut() - leave the first @top rows; 0: all. */
void table_cut(struct table *table, uint64_t top);

/**
 * table_unite() - make one row of those that are the same
 * @compare: tells which are, as for qsort()
 * @add: add what the second row has to the first
 */
void table_unite(struct table *table,
                 int (*compare)(const void *a, const void *b),
                 void (*add)(void *row, const void *other));

void table_free(struct table *table);

/** table_compare_texts() - as strcmp(); NULL is before all others. */
int table_compare_texts(const char *a, const char *b);

/** table_compare_numbers() - Return: less than, equal to or above 0. */
int table_compare_numbers(uint64_t a, uint64_t b);

/* Escape sequences of a terminal, or "". */
struct table_style {
    const char *bold;
    const char *dim;
    const char *plain;
};

/** table_text() - for people: a heading, a line a row, how many more. */
void table_text(struct output *output, const struct table *table,
                const struct table_style *style);

/** table_csv() - as RFC 4180 has it, with a header. */
void table_csv(struct output *output, const struct table *table);

/**
 * table_json() - the rows as the inside of a JSON array of objects
 * @indent: before each row
 */
void table_json(struct output *output, const struct table *table,
                const char *indent);

/** table_json_row() - a row as a JSON object. */
void table_json_row(struct output *output, const struct table *table,
                    const void *row);

/* For printers. */

/** table_value() - Return: where a row has the value of a column. */
const void *table_value(const struct table_column *column, const void *row);

/** table_number() - Return: the number in it, TABLE_UNKNOWN or not. */
uint64_t table_number(const struct table_column *column, const void *row);

/** table_percent() - Return: what @part is of the table's whole. */
double table_percent(const struct table *table, uint64_t part);

/**
 * table_cell_text() - the text of a TABLE_TEXT or TABLE_WORD
 *
 * Return: it, in @room or elsewhere; NULL where it is not known.
 */
const char *table_cell_text(const struct table_column *column, const void *row,
                            char room[TABLE_TEXT_MAX]);

#endif /* TABLE_H */
