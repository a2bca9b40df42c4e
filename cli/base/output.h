/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * output.h - results on stdout, in large writes that are all checked.
 *
 * The first failed write ends it: later calls do nothing, and output_close()
 * says what happened.  A reader that went away (`| head`) is no failure.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/* The most that output_reserve() gives. */
#define OUTPUT_RESERVE_MAX (1u << 20)

struct output;

/**
 * output_open() - start to write to stdout
 *
 * Open it before any file, so that no file takes the place of a closed stdout.
 * From here on SIGPIPE is ignored.
 *
 * Return: the output, or NULL, said on stderr.
 */
struct output *output_open(void);

/**
 * output_close() - write what is left, free it
 *
 * Return: STATUS_FINE, or STATUS_FAILURE, said on stderr.
 */
int output_close(struct output *output);

/** output_is_over() - Return: true when nothing more can be written. */
bool output_is_over(const struct output *output);

/**
 * output_reserve() - room to format into
 * @size: at most OUTPUT_RESERVE_MAX
 *
 * Return: @size bytes, valid till the next call; never NULL.
 */
char *output_reserve(struct output *output, size_t size);

/** output_commit() - @size bytes of the reserved ones were filled. */
void output_commit(struct output *output, size_t size);

void output_string(struct output *output, const char *text);
void output_printf(struct output *output, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** output_text() - a string that a trace gave, escaped for a terminal. */
void output_text(struct output *output, const char *text);

/** output_part() - the same of the first @size bytes of it. */
void output_part(struct output *output, const char *text, size_t size);

/** output_json() - a string as a JSON string, with its quotes; NULL: null. */
void output_json(struct output *output, const char *text);

#endif /* OUTPUT_H */
