/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_names.h - what stands behind an access in a line: names of its code
   and of its memory. */
#ifndef DUMP_NAMES_H
#define DUMP_NAMES_H

#include "dump_rows.h"
#include "source_lines.h"

struct allocations;
struct dump_data;
struct dump_code;
struct output;
struct symbols;

/**
 * struct dump_names - how to name, and what was named before
 * @symbols: of the trace
 * @has_source: add the line of source
 */
struct dump_names {
    struct memtrace_reader *reader;
    struct symbols *symbols;
    enum dump_format format;
    bool has_source;

    /* dump_names.c's own */
    struct source_lines lines;
    struct dump_code *code;
    struct dump_data *data;
    struct allocations *blocks;
};

/** dump_names_start() - Return: 0, or a negative MEMTRACE_ERR_ value. */
int dump_names_start(struct dump_names *names);
void dump_names_end(struct dump_names *names);

/** dump_names_header() - Return: the columns of CSV, each after a comma. */
const char *dump_names_header(const struct dump_names *names);

/**
 * dump_names_put() - the names, to be put before the end of a line
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int dump_names_put(struct dump_names *names, struct output *output,
                   uint32_t thread, const struct memtrace_access *access);

#endif /* DUMP_NAMES_H */
