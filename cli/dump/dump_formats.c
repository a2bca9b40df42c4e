/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_formats.c - the one table of ways to print accesses. */
#include "dump_format.h"

/* One line a format. */
/* clang-format off */
const struct dump_format *const dump_formats[] = {
    &dump_format_text,
    &dump_format_csv,
    &dump_format_json,
    NULL,
};
/* clang-format on */

const char *dump_format_word(size_t i)
{
    return dump_formats[i] ? dump_formats[i]->name : NULL;
}
