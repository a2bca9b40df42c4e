/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report_overview.h - what is shown around the tables where all reports are:
 * how much was accessed when, and how threads share it.
 */
#ifndef REPORT_OVERVIEW_H
#define REPORT_OVERVIEW_H

#include "report.h"

struct output;
struct report_overview;

/* Of struct memory_use, which it is made of. */
extern const struct report_need report_overview_need;

/** report_overview_new() - Return: 0, or MEMTRACE_ERR_NOMEM. */
int report_overview_new(const struct report *report,
                        struct report_overview **overview);

/** report_overview_head() - for people, before the tables. */
void report_overview_head(struct output *output, const struct report *report,
                          const struct table_style *style);

/** report_overview_tail() - for people, behind them. */
void report_overview_tail(struct output *output, const struct report *report,
                          const struct table_style *style);

/** report_overview_json() - members of the object behind those of tables. */
void report_overview_json(struct output *output, const struct report *report);

void report_overview_free(struct report_overview *overview);

#endif /* REPORT_OVERVIEW_H */
