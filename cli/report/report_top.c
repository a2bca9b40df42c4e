/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report_top.c - see report_top.h.
 *
 * When there are twice as many rows as are shown, and some more, the others are
 * dropped.  From then on a row that comes behind the last of those is only
 * counted: so most rows of a long list cost a comparison.
 */
#include "report_top.h"

#include <string.h>

#define MORE_ROWS 1024

void report_top_open(struct report_top *top, const struct report *report,
                     struct table *table)
{
    const char *column = report->order->column;

    *top = (struct report_top){
        .table = table,
        .column = column ? table_column(table->shape, column) : NULL,
        .top = report->order->top < SIZE_MAX / 4 ? report->order->top : 0,
    };
}

int report_top_add(struct report_top *top, const void *row)
{
    struct table *table = top->table;
    void *added;

    top->n_all++;
    if (top->is_cut && table_compare(table, top->column, row,
                                     table_row(table, top->top - 1)) > 0) {
        return 0;
    }
    added = table_add(table);
    if (!added) {
        return MEMTRACE_ERR_NOMEM;
    }
    memcpy(added, row, table->shape->row_bytes);
    if (top->top && table->n >= 2 * top->top + MORE_ROWS) {
        table_sort(table, top->column);
        table_cut(table, top->top);
        top->is_cut = true;
    }
    return 0;
}

void report_top_close(struct report_top *top)
{
    top->table->n_all = top->n_all;
}
