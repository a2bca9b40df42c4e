/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table_json.c - a table for other programs: JSON objects. */
#include <inttypes.h>

#include "output.h"
#include "table.h"

static void put_number(struct output *output, const char *before,
                       uint64_t number, const char *behind)
{
    if (number == TABLE_UNKNOWN) {
        output_string(output, "null");
    } else {
        output_printf(output, "%s%" PRIu64 "%s", before, number, behind);
    }
}

static void put_cell(struct output *output, const struct table *table,
                     const struct table_column *column, const void *row)
{
    char room[TABLE_TEXT_MAX];

    switch (column->type) {
    case TABLE_TEXT:
    case TABLE_WORD:
        output_json(output, table_cell_text(column, row, room));
        break;
    case TABLE_COUNT:
    case TABLE_BYTES:
    case TABLE_NUMBER:
    case TABLE_TIME:
        put_number(output, "", table_number(column, row), "");
        break;
    case TABLE_THREAD:
        put_number(output, "\"T", table_number(column, row), "\"");
        break;
    case TABLE_ADDRESS:
        output_printf(output, "\"0x%016" PRIx64 "\"",
                      table_number(column, row));
        break;
    case TABLE_PERCENT:
        output_printf(output, "%.4f",
                      table_percent(table, table_number(column, row)));
        break;
    }
}

void table_json_row(struct output *output, const struct table *table,
                    const void *row)
{
    const char *separator = "{";

    for (const struct table_column *column = table->shape->columns;
         column->name; column++) {
        if (column->audience != TABLE_FOR_PEOPLE) {
            output_string(output, separator);
            output_json(output, column->name);
            output_string(output, ":");
            put_cell(output, table, column, row);
            separator = ",";
        }
    }
    output_string(output, "}");
}

void table_json(struct output *output, const struct table *table,
                const char *indent)
{
    for (size_t i = 0; i < table->n; i++) {
        output_string(output, i ? "," : "");
        output_string(output, indent);
        table_json_row(output, table, table_row(table, i));
    }
}
