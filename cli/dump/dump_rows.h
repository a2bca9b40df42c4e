/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump_rows.h - what accesses are formatted with, for the formats of dump.
 * Nothing of it is called an access at a time but what is inline.
 */
#ifndef DUMP_ROWS_H
#define DUMP_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "digits.h"
#include "memtrace.h"

/* Bytes that the longest line of any format takes. */
#define DUMP_ROW_MAX 256

/**
 * struct dump_rows - how to format, and what was formatted last
 * @reader: whose accesses they are
 * @has_pc, @has_stamps: add them to a line of text
 * @has_kernel: tell in CSV and JSON whether the kernel made an access
 * @has_values: show the values of a batch, which may have none
 * @time, @time_text, @time_size: the last stamp as text; it changes only every
 *                                few dozen accesses
 */
struct dump_rows {
    const struct memtrace_reader *reader;
    bool has_pc;
    bool has_stamps;
    bool has_kernel;
    bool has_values;
    uint64_t time;
    char time_text[24];
    size_t time_size;
};

/** dump_rows_set_time() - make the text of a stamp; before all else, of 0. */
__attribute__((cold)) void dump_rows_set_time(struct dump_rows *rows,
                                              uint64_t time);

/* @unknown stands where the clock's speed is not in the trace. */
static inline char *dump_rows_time(struct dump_rows *rows, uint64_t time,
                                   char *out, const char *unknown)
{
    if (__builtin_expect(time != rows->time, 0)) {
        dump_rows_set_time(rows, time);
    }
    if (!rows->time_size) {
        return put_bytes(out, unknown, strlen(unknown));
    }
    /* A copy of constant size is one instruction or two. */
    memcpy(out, rows->time_text, sizeof(rows->time_text));
    return out + rows->time_size;
}

/**
 * dump_rows_value() - the value of access @i of a batch
 * @unknown: stands where it is not known
 * @quote: on both sides of one
 *
 * Return: behind what was put, 0x and two digits a byte.
 */
char *dump_rows_value(const struct memtrace_batch *batch, size_t i, char *out,
                      const char *unknown, const char *quote);

#endif /* DUMP_ROWS_H */
