/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * escape.h - text from traces and users, made fit to print.
 *
 * Names in a trace may hold anything: a terminal's control sequences, newlines,
 * bytes that are no UTF-8.
 */
#ifndef ESCAPE_H
#define ESCAPE_H

#include <stddef.h>

/* Bytes that one byte of input takes at most. */
#define ESCAPE_MAX 6

/**
 * escape_text() - for a terminal or a line of text
 * @out: room for @size * ESCAPE_MAX bytes
 *
 * Valid printing UTF-8 stays; control characters, the backslash, and all that
 * is no UTF-8 become \n, \t, \\ or \xNN.
 *
 * Return: bytes written, no NUL among them.
 */
size_t escape_text(const char *text, size_t size, char *out);

/**
 * escape_json() - for the inside of a JSON string
 * @out: room for @size * ESCAPE_MAX bytes
 *
 * A byte that is no UTF-8 becomes U+FFFD.
 *
 * Return: bytes written, no NUL among them.
 */
size_t escape_json(const char *text, size_t size, char *out);

/**
 * escape_characters() - how many characters a text has
 * @most: look at no more of them
 * @bytes: set to how many bytes these take
 *
 * A byte that is no UTF-8 counts as one.
 */
size_t escape_characters(const char *text, size_t most, size_t *bytes);

#endif /* ESCAPE_H */
