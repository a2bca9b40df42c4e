/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report_make.h - chooses, makes and frees the tables of a report; for the
 * command.
 */
#ifndef REPORT_MAKE_H
#define REPORT_MAKE_H

#include "report.h"

/**
 * report_choose() - choose what is shown
 * @kind: a report; NULL: the overview, of all that the trace has
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int report_choose(struct report *report, const struct report_kind *kind);

struct choice;
struct progress_bar;

/**
 * report_make() - read the trace and make the tables
 * @choice: the accesses that count
 * @bar: shows how far it is
 *
 * Return: 0, or a negative error.
 */
int report_make(struct report *report, const struct choice *choice,
                const struct report_order *order, struct progress_bar *bar);

/** report_free() - free what was chosen and made, not the trace. */
void report_free(struct report *report);

#endif /* REPORT_MAKE_H */
