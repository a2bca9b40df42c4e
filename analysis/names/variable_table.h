/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * variable_table.h - the global and static variables of all programs and
 * libraries of a trace, to be found by address while it is read.
 */
#ifndef VARIABLE_TABLE_H
#define VARIABLE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "symbols.h"

/**
 * struct variable_entry - a variable of a file
 * @first, @last: in the file's own addresses
 * @name: valid until symbols_free()
 * @image: of the file, as the guest has it
 */
struct variable_entry {
    uint64_t first;
    uint64_t last;
    const char *name;
    const char *image;
};

/* The variables of the file that a part of memory is of. */
struct variable_part {
    uint64_t pid;
    uint64_t first;
    uint32_t mapping;
    uint64_t bias; /* of addresses in memory */
    size_t from;   /* in struct variable_table.list */
    size_t n;
};

/**
 * struct variable_table - all of them
 * @list: n of them, those of a file together, by address; none overlap
 */
struct variable_table {
    struct variable_entry *list;
    size_t n;
    size_t room;
    struct variable_part *parts;
    size_t n_parts;
    size_t room_parts;
};

/**
 * variable_table_of() - read them from the files of a trace
 * @symbols: of trace_symbols_new(), prepared
 * @out: give it to variable_table_free() also after an error
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int variable_table_of(struct symbols *symbols, struct variable_table *out);
void variable_table_free(struct variable_table *variables);

/** variable_table_part() - Return: those of a part's file, or NULL. */
const struct variable_part *
variable_table_part(const struct variable_table *variables,
                    const struct symbols_part *part);

#endif /* VARIABLE_TABLE_H */
