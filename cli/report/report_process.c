/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_process.c - see report_process.h. */
#include "report_process.h"

#include <inttypes.h>
#include <stdio.h>

const char *report_process_text(const struct report *report,
                                struct table *table, uint64_t pid)
{
    char text[64];

    if (!report->has_processes) {
        return "";
    }
    if (pid == TABLE_UNKNOWN) {
        return "several processes";
    }
    snprintf(text, sizeof(text), "process %" PRIu64, pid);
    return table_keep(table, text);
}

const char *report_process_remark(const char *what, const char *process,
                                  char room[TABLE_TEXT_MAX])
{
    bool has_process = process && *process;

    if (!what || !*what) {
        return has_process ? process : NULL;
    }
    if (!has_process) {
        return what;
    }
    snprintf(room, TABLE_TEXT_MAX, "%.1000s, %s", what, process);
    return room;
}
