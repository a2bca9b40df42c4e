/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source_line.h - a line of source code, to show it. */
#ifndef SOURCE_LINE_H
#define SOURCE_LINE_H

#include <stdbool.h>

#define SOURCE_LINE_MAX 160

/**
 * source_line() - read a line, without the blanks around it
 * @folder: in which a relative path is looked for as well, or NULL
 * @path: of the source, as its compiler had it
 * @line: from 1
 *
 * Return: whether there is such a line; it is cut where it is too long.
 */
bool source_line(const char *folder, const char *path, unsigned line,
                 char out[SOURCE_LINE_MAX]);

#endif /* SOURCE_LINE_H */
