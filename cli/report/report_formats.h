/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_formats.h - the ways to show a report. */
#ifndef REPORT_FORMATS_H
#define REPORT_FORMATS_H

#include "report.h"

struct output;

/**
 * struct report_format - a way to show a report
 * @name: as --format has it
 * @is_one_table: cannot show an overview
 * @is_for_people: through a pager, with colours, the rows that matter most
 * @write: all of it
 */
struct report_format {
    const char *name;
    bool is_one_table;
    bool is_for_people;
    void (*write)(struct output *output, const struct report *report,
                  const struct table_style *style);
};

/** report_format() - Return: the Ith of them, or NULL. */
const struct report_format *report_format(size_t i);

/** report_format_word() - Return: its name, or NULL. */
const char *report_format_word(size_t i);

#endif /* REPORT_FORMATS_H */
