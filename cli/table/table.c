/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table.c - rows of typed columns: made, sorted, cut.  See table.h. */
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "table.h"

/* Texts that only the table keeps, in pieces that never move. */
#define PIECE_BYTES (64u << 10)

struct table_texts {
    struct table_texts *next;
    size_t used, size;
    char bytes[];
};

void *table_add(struct table *table)
{
    size_t row_bytes = table->shape->row_bytes;
    char *row;

    /* The shape says how long a row is, no type does. */
    if (table->n == table->room) {
        char *larger =
            array_larger(table->rows, &table->room, table->n + 1, row_bytes);

        if (!larger) {
            return NULL;
        }
        table->rows = larger;
    }
    row = table->rows + table->n * row_bytes;
    memset(row, 0, row_bytes);
    table->n_all = ++table->n;
    return row;
}

void *table_row(const struct table *table, size_t i)
{
    return table->rows + i * table->shape->row_bytes;
}

static struct table_texts *more_texts(struct table *table, size_t size)
{
    size_t piece = size < PIECE_BYTES ? PIECE_BYTES : size;
    struct table_texts *texts = malloc(sizeof(*texts) + piece);

    if (texts) {
        *texts = (struct table_texts){.next = table->texts, .size = piece};
        table->texts = texts;
    }
    return texts;
}

const char *table_keep(struct table *table, const char *text)
{
    struct table_texts *texts = table->texts;
    size_t size = strlen(text) + 1;
    char *copy;

    if (!texts || texts->size - texts->used < size) {
        texts = more_texts(table, size);
        if (!texts) {
            return NULL;
        }
    }
    copy = texts->bytes + texts->used;
    texts->used += size;
    return memcpy(copy, text, size);
}

void table_free(struct table *table)
{
    while (table->texts) {
        struct table_texts *next = table->texts->next;

        free(table->texts);
        table->texts = next;
    }
    free(table->rows);
    table->rows = NULL;
    table->n = table->n_all = table->room = 0;
}

const struct table_column *table_column(const struct table_shape *shape,
                                        const char *name)
{
    for (const struct table_column *column = shape->columns; column->name;
         column++) {
        if (!column->derive && !strcmp(column->name, name)) {
            return column;
        }
    }
    return NULL;
}

const void *table_value(const struct table_column *column, const void *row)
{
    return (const char *)row + column->field;
}

uint64_t table_number(const struct table_column *column, const void *row)
{
    return *(const uint64_t *)table_value(column, row);
}

const char *table_cell_text(const struct table_column *column, const void *row,
                            char room[TABLE_TEXT_MAX])
{
    if (column->derive) {
        return column->derive(row, room);
    }
    if (column->type == TABLE_WORD) {
        return column->words[*(const int *)table_value(column, row)];
    }
    return *(const char *const *)table_value(column, row);
}

double table_percent(const struct table *table, uint64_t part)
{
    return table->whole ? 100.0 * (double)part / (double)table->whole : 0;
}

int table_compare_texts(const char *a, const char *b)
{
    return a == b ? 0 : !a ? -1 : !b ? 1 : strcmp(a, b);
}

int table_compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_values(const struct table_column *column, const void *a,
                          const void *b)
{
    if (column->derive) {
        return 0; /* made of the others */
    }
    switch (column->type) {
    case TABLE_TEXT:
        return table_compare_texts(
            *(const char *const *)table_value(column, a),
            *(const char *const *)table_value(column, b));
    case TABLE_WORD:
        return *(const int *)table_value(column, a) -
               *(const int *)table_value(column, b);
    case TABLE_ADDRESS:
        return table_compare_numbers(table_number(column, a),
                                     table_number(column, b));
    default:
        /* What is not known becomes the least. */
        return table_compare_numbers(table_number(column, a) + 1,
                                     table_number(column, b) + 1);
    }
}

struct sort {
    const struct table_shape *shape;
    const struct table_column *column;
};

static int compare_rows(const void *a, const void *b, void *context)
{
    const struct sort *sort = context;
    int order = sort->column ? compare_values(sort->column, b, a) : 0;
    const struct table_column *column = sort->shape->columns;

    if (order) {
        return order;
    }
    if (sort->shape->compare) {
        return sort->shape->compare(a, b);
    }
    for (; column->name && !order; column++) {
        order = compare_values(column, a, b);
    }
    return order;
}

int table_compare(const struct table *table, const struct table_column *column,
                  const void *a, const void *b)
{
    struct sort sort = {table->shape, column};

    return compare_rows(a, b, &sort);
}

void table_sort(struct table *table, const struct table_column *column)
{
    struct sort sort = {table->shape, column};

    if (table->n) {
        qsort_r(table->rows, table->n, table->shape->row_bytes, compare_rows,
                &sort);
    }
}

void table_cut(struct table *table, uint64_t top)
{
    if (top && table->n > top) {
        table->n = (size_t)top;
    }
}

void table_unite(struct table *table,
                 int (*compare)(const void *a, const void *b),
                 void (*add)(void *row, const void *other))
{
    size_t row_bytes = table->shape->row_bytes;
    size_t n = 0;

    if (table->n) {
        qsort(table->rows, table->n, row_bytes, compare);
    }
    for (size_t i = 0; i < table->n; i++) {
        char *last = n ? table->rows + (n - 1) * row_bytes : NULL;
        const char *row = table->rows + i * row_bytes;

        if (last && !compare(last, row)) {
            add(last, row);
        } else {
            memmove(table->rows + n++ * row_bytes, row, row_bytes);
        }
    }
    table->n = table->n_all = n;
}
