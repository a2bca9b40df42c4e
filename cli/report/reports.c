/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reports.c - the one table of reports; see reports.h. */
#include "reports.h"

#define ADDRESS_OF(name) &report_##name,

const struct report_kind *const reports[] = {REPORTS(ADDRESS_OF) NULL};

size_t reports_n(void)
{
    return sizeof(reports) / sizeof(reports[0]) - 1;
}

const char *reports_word(size_t i)
{
    return !i ? "all" : reports[i - 1] ? reports[i - 1]->name : NULL;
}
