/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_names.h - the names of an access's code and of its memory. */
#ifndef DUMP_NAMES_H
#define DUMP_NAMES_H

#include <stdbool.h>

#include "memtrace.h"
#include "source_lines.h"

struct allocations;
struct dump_data;
struct dump_code;
struct symbols;

/**
 * struct dump_names - how to name, and what was named before
 * @symbols: of the trace
 * @has_code: find the line of source, too
 */
struct dump_names {
    struct memtrace_reader *reader;
    struct symbols *symbols;
    bool has_code;

    /* dump_names.c's own */
    struct source_lines lines;
    struct dump_code *code;
    struct dump_data *data;
    struct allocations *blocks;
};

/**
 * struct dump_name - of an access
 * @function, @source, @line: where its instruction is; NULL: not known
 * @data: what its memory is, in words; NULL: not known
 * @has_code: @code is asked for; it is NULL where it is not there
 */
struct dump_name {
    const char *function;
    const char *source;
    unsigned line;
    const char *data;
    bool has_code;
    const char *code;
};

/** dump_names_start() - Return: 0, or a negative MEMTRACE_ERR_ value. */
int dump_names_start(struct dump_names *names);
void dump_names_end(struct dump_names *names);

/**
 * dump_names_find() - name an access
 * @name: set; what is in it stays till the next call
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int dump_names_find(struct dump_names *names, uint32_t thread,
                    const struct memtrace_access *access,
                    struct dump_name *name);

#endif /* DUMP_NAMES_H */
