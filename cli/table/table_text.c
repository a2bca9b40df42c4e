/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table_text.c - a table for people. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "escape.h"
#include "output.h"
#include "table.h"
#include "units.h"

/* The first column of a table with a title, which is its heading. */
#define LABEL_WIDTH 30

/* Of numbers and words; more than any of them takes. */
#define CELL_MAX 64

static int width_of(const struct table_column *column)
{
    static const int usual[] = {
        [TABLE_TEXT] = LABEL_WIDTH, [TABLE_WORD] = 12,  [TABLE_COUNT] = 15,
        [TABLE_BYTES] = 10,         [TABLE_NUMBER] = 8, [TABLE_THREAD] = 6,
        [TABLE_ADDRESS] = 18,       [TABLE_TIME] = 11,  [TABLE_PERCENT] = 5,
    };

    return column->width ? column->width : usual[column->type];
}

static bool is_left_aligned(const struct table_column *column)
{
    return column->type == TABLE_TEXT || column->type == TABLE_WORD;
}

/* Cut to that many characters, and filled up where it has fewer. */
static void put_padded(struct output *output, const char *text, int width)
{
    char escaped[CELL_MAX * 4 * ESCAPE_MAX + 1];
    size_t most = width < CELL_MAX ? (size_t)width : CELL_MAX;
    size_t size, n;
    bool is_cut = escape_characters(text, most + 1, &size) > most;

    escape_characters(text, is_cut ? most - 2 : most, &size);
    n = escape_text(text, size, escaped);
    escaped[n] = '\0';
    output_string(output, escaped);
    output_string(output, is_cut ? ".." : "");
    n = escape_characters(escaped, SIZE_MAX, &size) + (is_cut ? 2 : 0);
    for (; n < (size_t)width; n++) {
        output_string(output, " ");
    }
}

/* What a cell that is no text reads like. */
static const char *number_text(const struct table *table,
                               const struct table_column *column,
                               uint64_t number, char text[CELL_MAX])
{
    char units[UNITS_TEXT_MAX];

    switch (column->type) {
    case TABLE_COUNT:
        snprintf(text, CELL_MAX, "%s", units_grouped(number, units));
        break;
    case TABLE_BYTES:
        snprintf(text, CELL_MAX, "%s", units_size(number, units));
        break;
    case TABLE_TIME:
        snprintf(text, CELL_MAX, "%s", units_seconds(number, units));
        break;
    case TABLE_THREAD:
        snprintf(text, CELL_MAX, "T%" PRIu64, number);
        break;
    case TABLE_ADDRESS:
        snprintf(text, CELL_MAX, "0x%016" PRIx64, number);
        break;
    case TABLE_PERCENT:
        snprintf(text, CELL_MAX, "%.1f", table_percent(table, number));
        break;
    default:
        snprintf(text, CELL_MAX, "%" PRIu64, number);
        break;
    }
    return text;
}

/* Return: what a cell reads like, in @room or elsewhere; NULL: not known. */
static const char *cell_text(const struct table *table,
                             const struct table_column *column, const void *row,
                             char room[TABLE_TEXT_MAX])
{
    uint64_t number;

    if (is_left_aligned(column)) {
        return table_cell_text(column, row, room);
    }
    number = table_number(column, row);
    if (number == TABLE_UNKNOWN && column->type != TABLE_ADDRESS) {
        return NULL;
    }
    return number_text(table, column, number, room);
}

static void put_remark(struct output *output, const char *text,
                       const struct table_style *style)
{
    if (text) {
        output_string(output, "  ");
        output_string(output, style->dim);
        output_text(output, text);
        output_string(output, style->plain);
    }
}

static void put_cell(struct output *output, const struct table *table,
                     const struct table_column *column, const void *row,
                     const struct table_style *style, bool is_label)
{
    char room[TABLE_TEXT_MAX];
    const char *text = cell_text(table, column, row, room);

    if (column->is_remark) {
        put_remark(output, text, style);
        return;
    }
    if (!text) {
        text = column->unknown ? column->unknown : "-";
    }
    if (is_label || is_left_aligned(column)) {
        output_string(output, "  ");
        put_padded(output, text, is_label ? LABEL_WIDTH : width_of(column));
    } else {
        output_printf(output, " %*s", width_of(column), text);
    }
}

/* The next column that people see, from @column on, or NULL. */
static const struct table_column *shown(const struct table_column *column)
{
    while (column->name && column->audience == TABLE_FOR_PROGRAMS) {
        column++;
    }
    return column->name ? column : NULL;
}

static void put_row(struct output *output, const struct table *table,
                    const void *row, const struct table_style *style)
{
    const struct table_column *column = shown(table->shape->columns);
    bool is_label = table->title != NULL;

    output_string(output, is_label ? "" : " ");
    for (; column; column = shown(column + 1)) {
        put_cell(output, table, column, row, style, is_label);
        is_label = false;
    }
    output_string(output, "\n");
}

static void put_headings(struct output *output, const struct table *table,
                         const struct table_style *style)
{
    const struct table_column *column = shown(table->shape->columns);

    output_string(output, style->bold);
    if (column && table->title) {
        output_printf(output, "%-*s", LABEL_WIDTH + 2, table->title);
        column = shown(column + 1);
    } else {
        output_string(output, " ");
    }
    while (column && !column->is_remark) {
        const struct table_column *next = shown(column + 1);
        const char *text = column->heading ? column->heading : column->name;
        bool is_last = !next || next->is_remark;

        if (is_left_aligned(column)) {
            output_printf(output, "  %-*s", is_last ? 0 : width_of(column),
                          text);
        } else {
            output_printf(output, " %*s", width_of(column), text);
        }
        column = next;
    }
    output_printf(output, "%s\n", style->plain);
}

void table_text(struct output *output, const struct table *table,
                const struct table_style *style)
{
    char more[UNITS_TEXT_MAX];

    put_headings(output, table, style);
    for (size_t i = 0; i < table->n; i++) {
        put_row(output, table, table_row(table, i), style);
    }
    if (table->n < table->n_all) {
        output_printf(output, "  %s... and %s more%s\n", style->dim,
                      units_grouped(table->n_all - table->n, more),
                      style->plain);
    }
}
