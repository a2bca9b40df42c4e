/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * file_data.c - the variable that an address of a file is in, or an offset in
 * its block of thread-local memory.
 */
#include <errno.h>
#include <string.h>

#include <dwarf.h>

#include "file_parts.h"

static void put_variable(struct symbols_file *file,
                         const struct variable *variable, uint64_t address,
                         struct symbols_data *data)
{
    Dwarf_Die die = variable->die;
    int line;

    data->variable = variable->name;
    data->offset = address - variable->address + variable->part;
    data->size_bytes = variable->size_bytes;
    data->is_atomic =
        data_path(file, &die, data->offset, data->path, sizeof(data->path));
    data->source = unit_named_source(file, &file->units.units[variable->unit],
                                     &die, DW_AT_decl_file);
    if (dwarf_decl_line(&die, &line) == 0 && line > 0) {
        data->line = (unsigned)line;
    }
}

static int find(struct symbols_file *file, bool is_thread_local,
                uint64_t address, struct symbols_data *data)
{
    const struct interval *interval;
    const struct symbol *symbol;
    int error = variables_read(file);

    if (error != 0) {
        return error;
    }
    interval = intervals_find(is_thread_local ? &file->variables.tls
                                              : &file->variables.places,
                              address);
    if (interval) {
        put_variable(file, &file->variables.variables[interval->item], address,
                     data);
        return 0;
    }
    error = symbol_table_read(file);
    symbol =
        error ? NULL
              : symbol_table_find(
                    file, is_thread_local ? SYMBOL_TLS : SYMBOL_DATA, address);
    if (symbol) {
        data->variable = names_demangle(&file->names, symbol->name);
        data->offset = address - symbol->address;
        data->size_bytes = symbol->size_bytes;
    }
    return error;
}

int file_data(struct symbols_file *file, uint64_t address,
              struct symbols_data *data)
{
    return find(file, false, address, data);
}

int file_tls_data(struct symbols_file *file, uint64_t offset,
                  struct symbols_data *data)
{
    return find(file, true, offset, data);
}
