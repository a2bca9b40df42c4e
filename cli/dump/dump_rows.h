/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_rows.h - accesses as lines of text, CSV or JSON. */
#ifndef DUMP_ROWS_H
#define DUMP_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memtrace.h"

enum dump_format { DUMP_TEXT, DUMP_CSV, DUMP_JSON };

/* Bytes that the longest line of any format takes. */
#define DUMP_ROW_MAX 256

/**
 * struct dump_rows - how to format, and what was formatted last
 * @reader: whose accesses they are
 * @format: of the lines
 * @has_pc, @has_stamps: add them to a line of text
 * @has_kernel: tell in CSV and JSON whether the kernel made an access
 * @has_values: show the values of a batch, which may have none
 * @time, @time_text, @time_size: the last stamp as text; it changes only every
 *                                few dozen accesses
 */
struct dump_rows {
    const struct memtrace_reader *reader;
    enum dump_format format;
    bool has_pc;
    bool has_stamps;
    bool has_kernel;
    bool has_values;
    uint64_t time;
    char time_text[24];
    size_t time_size;
};

void dump_rows_start(struct dump_rows *rows);

/** dump_rows_header() - Return: the line before the first, or "". */
const char *dump_rows_header(const struct dump_rows *rows);

/**
 * dump_rows_put() - a line for each access of a batch
 * @out: room for DUMP_ROW_MAX bytes an access
 *
 * Return: bytes written.
 */
size_t dump_rows_put(struct dump_rows *rows, const struct memtrace_batch *batch,
                     char *out);

/**
 * dump_rows_kernel() - the line of a MEMTRACE_EVENT_KERNEL_ACCESS
 * @out: room for DUMP_ROW_MAX bytes
 *
 * Return: bytes written.
 */
size_t dump_rows_kernel(struct dump_rows *rows,
                        const struct memtrace_event *event, char *out);

#endif /* DUMP_ROWS_H */
