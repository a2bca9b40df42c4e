/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * file_functions.c - goes through all functions of a file: those of DWARF,
 * their inlined copies, and what else the symbol tables have.
 */
#include <errno.h>
#include <string.h>

#include <dwarf.h>

#include "file_parts.h"

/*
 * @result: what @each returned, where that was not 0
 * @chosen: for tell_choice()
 */
struct telling {
    struct symbols_file *file;
    struct unit *unit;
    int (*each)(void *context, const struct symbols_function *function);
    void *context;
    int result;
    struct symbols_function chosen;
};

static int tell(struct telling *telling, Dwarf_Die *die, bool is_inlined)
{
    struct intervals ranges = {0};
    struct symbols_function function = {.is_inlined = is_inlined};
    int error = die_ranges(&ranges, die, 0, telling->file->dwarf_bias);

    if (ranges.n > 0) {
        function.name = unit_name(telling->file, telling->unit, die);
        function.linkage_name = die_linkage_name(die);
    }
    for (size_t i = 0; error == 0 && function.name && i < ranges.n; i++) {
        function.range =
            file_range(telling->file, ranges.array[i].start,
                       ranges.array[i].end - ranges.array[i].start);
        telling->result = telling->each(telling->context, &function);
        error = telling->result ? -ECANCELED : 0;
    }
    intervals_free(&ranges);
    return error;
}

static int visit(struct die_walk *walk, Dwarf_Die *die, unsigned depth)
{
    int error = 0;

    (void)depth;
    switch (dwarf_tag(die)) {
    case DW_TAG_subprogram:
        error = tell(walk->context, die, false);
        return error ? error : DIE_INTO;
    case DW_TAG_inlined_subroutine:
        error = tell(walk->context, die, true);
        return error ? error : DIE_INTO;
    case DW_TAG_namespace:
    case DW_TAG_class_type:
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
    case DW_TAG_module:
    case DW_TAG_lexical_block:
        return DIE_INTO;
    default:
        return 0;
    }
}

/* Does DWARF have the function that the symbol names, by that name? */
static bool is_known(struct symbols_file *file, const struct symbol *symbol)
{
    struct unit *unit = units_find(file, symbol->address);
    const struct function *function;
    uint64_t start;

    if (!unit || unit_read_functions(file, unit) != 0) {
        return false;
    }
    function = unit_find(unit, symbol->address, &start);
    return function && start == symbol->address && function->linkage_name &&
           strcmp(function->linkage_name, symbol->name) == 0;
}

/* One of the functions that a symbol may stand for. */
static int tell_choice(void *context, uint64_t start, uint64_t end)
{
    struct telling *telling = context;
    struct symbols_function function = telling->chosen;

    function.range = file_range(telling->file, start, end - start);
    telling->result = telling->each(telling->context, &function);
    return telling->result ? -ECANCELED : 0;
}

static int tell_symbols(struct telling *telling)
{
    struct symbols_file *file = telling->file;
    const struct intervals *code = &file->table.kinds[SYMBOL_CODE];
    int result = 0;

    for (size_t i = 0; result == 0 && i < code->n; i++) {
        const struct interval *interval = &code->array[i];
        const struct symbol *symbol = &file->table.symbols[interval->item];
        struct symbols_function function = {
            .name = names_demangle(&file->names, symbol->name),
            .linkage_name = symbol->name,
            .range = file_range(file, interval->start,
                                interval->end - interval->start),
        };

        if (symbol->is_chosen) {
            int n;

            telling->chosen = function;
            n = ifunc_each(file, symbol, tell_choice, telling);
            if (n == -ECANCELED) {
                return telling->result;
            }
            /* Where they are not known the resolver has to do. */
            if (n > 0) {
                continue;
            }
        }
        if (!is_known(file, symbol)) {
            result = telling->each(telling->context, &function);
        }
    }
    return result;
}

int symbols_file_functions(struct symbols_file *file,
                           int (*each)(void *context,
                                       const struct symbols_function *function),
                           void *context)
{
    struct telling telling = {.file = file, .each = each, .context = context};
    int error = units_read(file);

    if (error == 0) {
        error = symbol_table_read(file);
    }
    for (size_t i = 0; error == 0 && i < file->units.n; i++) {
        struct die_walk walk = {.visit = visit, .context = &telling};

        telling.unit = &file->units.units[i];
        error = unit_read_functions(file, telling.unit);
        if (error == 0) {
            error = die_walk(&walk, &telling.unit->die);
        }
    }
    if (error == -ECANCELED) {
        return telling.result;
    }
    return error ? error : tell_symbols(&telling);
}
