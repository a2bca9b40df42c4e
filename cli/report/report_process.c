/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_process.c - see report_process.h. */
#include "report_process.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "thread_names.h"

#define PROGRAM_MAX 32

/* The first word of a command, without its folder. */
static const char *program_of(const char *command, char text[PROGRAM_MAX])
{
    size_t n = strcspn(command, " ");
    const char *end = command + n, *start = end;

    while (start > command && start[-1] != '/') {
        start--;
    }
    snprintf(text, PROGRAM_MAX, "%.*s", (int)(end - start), start);
    return text;
}

const char *report_process_text(const struct report *report,
                                struct table *table, uint64_t pid)
{
    char text[PROGRAM_MAX + 64], program[PROGRAM_MAX];
    const char *command;

    if (!report->has_processes) {
        return "";
    }
    if (pid == TABLE_UNKNOWN) {
        return "several processes";
    }
    command = thread_names_command(report->names, pid, THREAD_NAMES_LAST);
    if (command && *command) {
        snprintf(text, sizeof(text), "process %" PRIu64 " (%s)", pid,
                 program_of(command, program));
    } else {
        snprintf(text, sizeof(text), "process %" PRIu64, pid);
    }
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
