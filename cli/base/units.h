/* SPDX-License-Identifier: GPL-2.0-or-later */
/* units.h - numbers as people read them. */
#ifndef UNITS_H
#define UNITS_H

#include <stddef.h>
#include <stdint.h>

#define UNITS_TEXT_MAX 40

/** units_grouped() - `1,234,567`. Return: @text. */
const char *units_grouped(uint64_t value, char text[UNITS_TEXT_MAX]);

/** units_seconds() - `1.234567`, from nanoseconds. Return: @text. */
const char *units_seconds(uint64_t time_ns, char text[UNITS_TEXT_MAX]);

/** units_size() - `17 B`, `1.4 MiB`. Return: @text. */
const char *units_size(uint64_t size_bytes, char text[UNITS_TEXT_MAX]);

/** units_date() - `2026-01-31 12:34:56 UTC`. Return: @text. */
const char *units_date(uint64_t unix_ns, char text[UNITS_TEXT_MAX]);

#endif /* UNITS_H */
