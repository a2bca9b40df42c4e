/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_formats.c - the one table of ways to print accesses. */
#include "dump_format.h"

#define ADDRESS(name) &dump_format_##name,

const struct dump_format *const dump_formats[] = {DUMP_FORMATS(ADDRESS) NULL};

const char *dump_format_word(size_t i)
{
    return dump_formats[i] ? dump_formats[i]->name : NULL;
}
