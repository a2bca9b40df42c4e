/* SPDX-License-Identifier: GPL-2.0-or-later */
/* csv_field.h - text as a field of CSV. */
#ifndef CSV_FIELD_H
#define CSV_FIELD_H

struct output;

/**
 * csv_field() - a field as RFC 4180 has it; NULL is empty
 *
 * What would harm a terminal is escaped, as in text.
 */
void csv_field(struct output *output, const char *text);

#endif /* CSV_FIELD_H */
