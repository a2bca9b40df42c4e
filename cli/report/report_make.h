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

/**
 * struct report_order - which rows are shown
 * @column: sorted by the column of that name, the most first; NULL: by what
 *          they are of. A table that has it not is sorted so, too
 * @top: how many; 0: all
 */
struct report_order {
    const char *column;
    uint64_t top;
};

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
