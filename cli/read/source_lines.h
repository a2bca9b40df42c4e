/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source_lines.h - lines of source files, each file read when first needed. */
#ifndef SOURCE_LINES_H
#define SOURCE_LINES_H

struct source_file;

/* All zero has read nothing yet. */
struct source_lines {
    struct source_file *first;
};

/**
 * source_line() - a line of a file
 * @path: as the compiler had it
 * @line: from 1
 *
 * Return: without the space around it, valid till the next call; NULL where
 * the file cannot be read or is shorter.
 */
const char *source_line(struct source_lines *lines, const char *path,
                        unsigned line);
void source_lines_free(struct source_lines *lines);

#endif /* SOURCE_LINES_H */
