/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dwarf_variables.c - variables that have a place of their own: globals,
 * statics wherever they are declared, and thread-local ones.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <dwarf.h>

#include "array.h"
#include "file_parts.h"

/* The operand of an operation that gives an address, by itself or by index. */
static bool operand(Dwarf_Attribute *location, const Dwarf_Op *op,
                    uint64_t *value)
{
    Dwarf_Attribute indirect;
    Dwarf_Addr address;

    switch (op->atom) {
    case DW_OP_addr:
    case DW_OP_const4u:
    case DW_OP_const8u:
        *value = op->number;
        return true;
    case DW_OP_addrx:
    case DW_OP_constx:
    case DW_OP_GNU_addr_index:
    case DW_OP_GNU_const_index:
        if (dwarf_getlocation_attr(location, op, &indirect) != 0 ||
            dwarf_formaddr(&indirect, &address) != 0) {
            return false;
        }
        *value = address;
        return true;
    default:
        return false;
    }
}

/* Return: whether the variable is at one place in memory. */
static bool find_place(Dwarf_Die *die, struct variable *variable)
{
    Dwarf_Attribute location;
    Dwarf_Op *ops;
    size_t n;
    size_t used = 1;

    if (!dwarf_attr(die, DW_AT_location, &location) ||
        dwarf_getlocation(&location, &ops, &n) != 0 || n == 0 ||
        !operand(&location, &ops[0], &variable->address)) {
        return false;
    }
    if (n > used && (ops[used].atom == DW_OP_form_tls_address ||
                     ops[used].atom == DW_OP_GNU_push_tls_address)) {
        variable->is_thread_local = true;
        used++;
    } else if (ops[0].atom != DW_OP_addr && ops[0].atom != DW_OP_addrx &&
               ops[0].atom != DW_OP_GNU_addr_index) {
        return false;
    }
    if (n > used && ops[used].atom == DW_OP_plus_uconst) {
        variable->address += ops[used].number;
        used++;
    }
    return n == used;
}

static int add(struct symbols_file *file, const struct variable *variable)
{
    struct variables *variables = &file->variables;
    struct intervals *intervals =
        variable->is_thread_local ? &variables->tls : &variables->places;
    uint64_t size = variable->size_bytes ? variable->size_bytes : 1;
    uint64_t end;

    if (__builtin_add_overflow(variable->address, size, &end)) {
        return 0;
    }
    if (array_reserve(variables->variables, variables->room, variables->n + 1) <
        0) {
        return -ENOMEM;
    }
    variables->variables[variables->n] = *variable;
    return intervals_add(intervals, variable->address, end, variables->n++, 0);
}

/* Whose variables are read: those of one unit. */
struct reading {
    struct symbols_file *file;
    size_t unit;
};

/*
 * Compilers for aarch64 and others say nothing of where a thread-local
 * variable is. The symbol table does, by its name, where that is the only one.
 */
static bool find_by_name(const struct symbols_file *file, Dwarf_Die *die,
                         unsigned depth, struct variable *variable)
{
    const struct intervals *symbols = &file->table.kinds[SYMBOL_TLS];
    const struct symbol *found = NULL;
    const char *name = symbols->n > 0 ? die_linkage_name(die) : NULL;

    if (!name || dwarf_hasattr(die, DW_AT_location) ||
        dwarf_hasattr(die, DW_AT_declaration) ||
        (depth > 0 && !dwarf_hasattr_integrate(die, DW_AT_external))) {
        return false;
    }
    for (size_t i = 0; i < symbols->n; i++) {
        const struct symbol *symbol =
            &file->table.symbols[symbols->array[i].item];

        if (strcmp(symbol->name, name) == 0) {
            if (found) {
                return false;
            }
            found = symbol;
        }
    }
    if (found) {
        variable->address = found->address;
        variable->is_thread_local = true;
    }
    return found != NULL;
}

static int take(const struct reading *reading, Dwarf_Die *die, unsigned depth)
{
    struct symbols_file *file = reading->file;
    struct variable variable = {.die = *die, .unit = reading->unit};
    const struct unit *unit;
    const struct symbol *symbol;

    if (!find_place(die, &variable) &&
        !find_by_name(file, die, depth, &variable)) {
        return 0;
    }
    if (!variable.is_thread_local) {
        if (variable.address == 0) {
            return 0; /* the linker threw it away */
        }
        variable.address += file->dwarf_bias;
    }
    variable.linkage_name = die_linkage_name(die);
    if (!variable.linkage_name) {
        return 0;
    }
    unit = &file->units.units[reading->unit];
    variable.name = unit_symbol_name(
        file, unit, variable.is_thread_local ? SYMBOL_TLS : SYMBOL_DATA,
        variable.address, die);
    if (!variable.name) {
        variable.name = unit_name(file, unit, die);
    }
    variable.size_bytes = data_bytes(die);
    symbol = symbol_table_find(
        file, variable.is_thread_local ? SYMBOL_TLS : SYMBOL_DATA,
        variable.address);
    /* A structure that ends with an array of any size is larger than its
       type. */
    if (symbol && symbol->address == variable.address &&
        symbol->size_bytes > variable.size_bytes) {
        variable.size_bytes = symbol->size_bytes;
    }
    return add(file, &variable);
}

static int visit(struct die_walk *walk, Dwarf_Die *die, unsigned depth)
{
    switch (dwarf_tag(die)) {
    case DW_TAG_variable:
        return take(walk->context, die, depth);
    case DW_TAG_subprogram:
    case DW_TAG_inlined_subroutine:
    case DW_TAG_lexical_block:
    case DW_TAG_namespace:
    case DW_TAG_class_type:
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
    case DW_TAG_module:
    case DW_TAG_common_block:
        return DIE_INTO;
    default:
        return 0;
    }
}

int variables_read(struct symbols_file *file)
{
    struct variables *variables = &file->variables;
    int error;

    if (variables->is_read) {
        return 0;
    }
    error = units_read(file);
    if (error == 0) {
        error = symbol_table_read(file);
    }
    for (size_t i = 0; error == 0 && i < file->units.n; i++) {
        struct unit *unit = &file->units.units[i];
        struct reading reading = {file, i};
        struct die_walk walk = {.visit = visit, .context = &reading};

        error = unit_read_functions(file, unit); /* for their scopes */
        if (error == 0) {
            error = die_walk(&walk, &unit->die);
        }
    }
    if (error != 0) {
        variables_free(variables);
        return error;
    }
    intervals_sort(&variables->places);
    intervals_sort(&variables->tls);
    variables->is_read = true;
    return 0;
}

void variables_free(struct variables *variables)
{
    free(variables->variables);
    intervals_free(&variables->places);
    intervals_free(&variables->tls);
    *variables = (struct variables){0};
}
