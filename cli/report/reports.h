/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports.h - the one table of reports.
 *
 * A report lives in a file of its own and owns one const struct report_kind,
 * report_NAME.  All else is made of that: --by, the tables that are shown,
 * which analyses run, text, CSV and JSON.
 */
#ifndef REPORTS_H
#define REPORTS_H

#include "report.h"

/* A row a report, in the order in which --by has them. */
/* clang-format off */
#define REPORTS(REPORT)                                                        \
    REPORT(functions)                                                          \
    REPORT(lines)                                                              \
    REPORT(variables)                                                          \
    REPORT(regions)                                                            \
    REPORT(pages)                                                              \
    REPORT(lines64)                                                            \
    REPORT(threads)                                                            \
    REPORT(processes)                                                          \
    REPORT(allocations)
/* clang-format on */

#define REPORTS_DECLARE(name) extern const struct report_kind report_##name;
REPORTS(REPORTS_DECLARE)

/* All of them, NULL at the end. */
extern const struct report_kind *const reports[];

/** reports_word() - for --by: "all", then the reports' names, then NULL. */
const char *reports_word(size_t i);

/** reports_n() - Return: how many reports there are. */
size_t reports_n(void);

#endif /* REPORTS_H */
