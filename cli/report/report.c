/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report.c - what reports are made with; see report.h. */
#include "report.h"

#include "pass.h"

size_t report_item(const struct report *report, const struct analysis *analysis)
{
    size_t i = 0;

    while (i < report->n_items && report->items[i].analysis != analysis) {
        i++;
    }
    return i;
}

const void *report_state(const struct report *report,
                         const struct analysis *analysis)
{
    return report->items[report_item(report, analysis)].state;
}

const void *report_settings(const struct report *report,
                            const struct analysis *analysis)
{
    return report->items[report_item(report, analysis)].settings;
}

struct report_counts report_thread_counts(const struct thread_total *total)
{
    return (struct report_counts){
        .n_accesses = total->n_loads + total->n_stores,
        .n_loads = total->n_loads,
        .n_stores = total->n_stores,
        .n_atomics = total->n_atomics,
    };
}

void report_count_add(struct report_counts *counts,
                      const struct report_counts *more)
{
    counts->n_accesses += more->n_accesses;
    counts->n_loads += more->n_loads;
    counts->n_stores += more->n_stores;
    counts->n_atomics += more->n_atomics;
}
