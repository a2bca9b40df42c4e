/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report_top.h - the first rows of many, in the order in which they are shown,
 * without keeping the others.
 */
#ifndef REPORT_TOP_H
#define REPORT_TOP_H

#include "report.h"

/**
 * struct report_top - rows that are being chosen
 * @table: of which all rows come through it
 */
struct report_top {
    struct table *table;

    /* report_top.c's own */
    const struct table_column *column;
    size_t top;   /* 0: all */
    size_t n_all; /* rows that were there */
    bool is_cut;  /* the table has the first @top and some more */
};

void report_top_open(struct report_top *top, const struct report *report,
                     struct table *table);

/**
 * report_top_add() - one more row
 * @row: copied, if it is among the first so far
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int report_top_add(struct report_top *top, const void *row);

/** report_top_close() - the table has the first rows and knows of the others.
 */
void report_top_close(struct report_top *top);

#endif /* REPORT_TOP_H */
