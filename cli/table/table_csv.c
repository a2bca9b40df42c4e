/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table_csv.c - a table for other programs: CSV, with a header. */
#include <inttypes.h>

#include "csv_field.h"
#include "output.h"
#include "table.h"

static void put_number(struct output *output, const char *before,
                       uint64_t number)
{
    if (number != TABLE_UNKNOWN) {
        output_printf(output, "%s%" PRIu64, before, number);
    }
}

static void put_cell(struct output *output, const struct table *table,
                     const struct table_column *column, const void *row)
{
    char room[TABLE_TEXT_MAX];

    switch (column->type) {
    case TABLE_TEXT:
    case TABLE_WORD:
        csv_field(output, table_cell_text(column, row, room));
        break;
    case TABLE_COUNT:
    case TABLE_BYTES:
    case TABLE_NUMBER:
    case TABLE_TIME:
        put_number(output, "", table_number(column, row));
        break;
    case TABLE_THREAD:
        put_number(output, "T", table_number(column, row));
        break;
    case TABLE_ADDRESS:
        output_printf(output, "0x%016" PRIx64, table_number(column, row));
        break;
    case TABLE_PERCENT:
        output_printf(output, "%.4f",
                      table_percent(table, table_number(column, row)));
        break;
    }
}

void table_csv(struct output *output, const struct table *table)
{
    const char *separator = "";

    for (const struct table_column *column = table->shape->columns;
         column->name; column++) {
        if (column->audience != TABLE_FOR_PEOPLE) {
            output_printf(output, "%s%s", separator, column->name);
            separator = ",";
        }
    }
    output_string(output, "\n");
    for (size_t i = 0; i < table->n; i++) {
        separator = "";
        for (const struct table_column *column = table->shape->columns;
             column->name; column++) {
            if (column->audience != TABLE_FOR_PEOPLE) {
                output_string(output, separator);
                put_cell(output, table, column, table_row(table, i));
                separator = ",";
            }
        }
        output_string(output, "\n");
    }
}
