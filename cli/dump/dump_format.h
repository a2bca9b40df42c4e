/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump_format.h - a way to print accesses: a struct dump_format, in a file of
 * its own.  dump_formats.c lists them.
 */
#ifndef DUMP_FORMAT_H
#define DUMP_FORMAT_H

#include "dump_names.h"
#include "dump_rows.h"

struct output;

/**
 * struct dump_format - a way to print accesses
 * @name: as --format has it
 * @line_end: of each line; names go before it
 * @header: the first line, with the columns of names and of code where they are
 *          there; NULL: there is none
 * @rows: a line for each access of a batch; @out has room for DUMP_ROW_MAX
 *        bytes an access. No printf() in it: this is where dump spends its
 *        time. Return: bytes written
 * @kernel: the line of a MEMTRACE_EVENT_KERNEL_ACCESS, in DUMP_ROW_MAX bytes.
 *          Return: bytes written
 * @names: what goes before the end of a line
 * @event: the line of any other event; NULL: it has none
 */
struct dump_format {
    const char *name;
    const char *line_end;
    void (*header)(struct output *output, const struct dump_rows *rows,
                   bool has_names, bool has_code);
    size_t (*rows)(struct dump_rows *rows, const struct memtrace_batch *batch,
                   char *out);
    size_t (*kernel)(struct dump_rows *rows, const struct memtrace_event *event,
                     char *out);
    void (*names)(struct output *output, const struct dump_name *name);
    void (*event)(struct output *output, const struct memtrace_reader *reader,
                  const struct memtrace_event *event, bool has_stamps);
};

/* One word a format, in the order in which --format has them. */
#define DUMP_FORMATS(FORMAT) FORMAT(text) FORMAT(csv) FORMAT(json)

#define DUMP_FORMAT_DECLARE(name)                                              \
    extern const struct dump_format dump_format_##name;
DUMP_FORMATS(DUMP_FORMAT_DECLARE)

/* All of them, NULL at the end. */
extern const struct dump_format *const dump_formats[];

/** dump_format_word() - Return: the name of the Ith, NULL behind the last. */
const char *dump_format_word(size_t i);

#endif /* DUMP_FORMAT_H */
