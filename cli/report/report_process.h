/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report_process.h - which process a row belongs to, in words.
 */
#ifndef REPORT_PROCESS_H
#define REPORT_PROCESS_H

#include "report.h"

/**
 * report_process_text() - a process as people read it behind a row
 * @pid: TABLE_UNKNOWN: several
 *
 * Return: text that the table keeps; "" where the trace has one process alone;
 * NULL out of memory.
 */
const char *report_process_text(const struct report *report,
                                struct table *table, uint64_t pid);

/**
 * report_process_remark() - a remark, and the process behind it
 * @what: NULL or "": none
 * @process: of report_process_text(), or NULL
 *
 * Return: @room, or one of them.
 */
const char *report_process_remark(const char *what, const char *process,
                                  char room[TABLE_TEXT_MAX]);

/* The column of a uint64_t, a pid, for programs; unknown where it is several'.
 */
#define REPORT_PID(row, member)                                                \
    {                                                                          \
        .name = "pid", .type = TABLE_NUMBER, .audience = TABLE_FOR_PROGRAMS,   \
        .field = offsetof(row, member)                                         \
    }

#endif /* REPORT_PROCESS_H */
