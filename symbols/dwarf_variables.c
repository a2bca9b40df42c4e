/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dwarf_variables.c - variables that have a place of their own: globals,
 * statics wherever they are declared, and thread-local ones.
 */
#include <errno.h>
#include <stdio.h>
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

/*
 * Go's linker writes an address as a block in DWARF 4 too, where libdw takes
 * none for an expression.
 */
static bool read_block(const struct symbols_file *file,
                       Dwarf_Attribute *location, uint64_t *address)
{
    Dwarf_Block block;
    size_t size;

    if (dwarf_formblock(location, &block) != 0 || block.length < 2 ||
        block.length > 1 + sizeof(*address) || block.data[0] != DW_OP_addr) {
        return false;
    }
    size = block.length - 1;
    *address = 0;
    for (size_t i = 0; i < size; i++) {
        size_t at = file->is_big_endian ? i : size - 1 - i;

        *address = *address << 8 | block.data[1 + at];
    }
    return true;
}

/* Return: whether the variable is at one place in memory. */
static bool find_place(const struct symbols_file *file, Dwarf_Die *die,
                       struct variable *variable)
{
    Dwarf_Attribute location;
    Dwarf_Op *ops;
    size_t n;
    size_t used = 1;

    if (!dwarf_attr(die, DW_AT_location, &location)) {
        return false;
    }
    if (dwarf_getlocation(&location, &ops, &n) != 0) {
        return read_block(file, &location, &variable->address);
    }
    if (n == 0 || !operand(&location, &ops[0], &variable->address)) {
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
    uint64_t size = variable->part_bytes   ? variable->part_bytes
                    : variable->size_bytes ? variable->size_bytes
                                           : 1;
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

/*
 * Whose variables are read: those of one unit. @block: the common block of
 * Fortran that was met last, NULL outside of it; its variables are one deeper.
 */
struct reading {
    struct symbols_file *file;
    size_t unit;
    const char *block;
    unsigned block_depth;
};

/* A name, behind that of the block that it is in: "block/variable". */
static const char *block_name(const struct reading *reading, const char *name)
{
    char *text;
    const char *kept = NULL;

    if (asprintf(&text, "%s/%s", reading->block, name) >= 0) {
        kept = names_keep(&reading->file->names, text, strlen(text));
        free(text);
    }
    return kept ? kept : name;
}

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

/* Its place is known: its names and its size. Return: false for no name. */
static bool describe(const struct reading *reading, Dwarf_Die *die,
                     unsigned depth, struct variable *variable)
{
    struct symbols_file *file = reading->file;
    const struct unit *unit = &file->units.units[reading->unit];

    variable->linkage_name = die_linkage_name(die);
    variable->name = unit_symbol_name(
        file, unit, variable->is_thread_local ? SYMBOL_TLS : SYMBOL_DATA,
        variable->address, die);
    if (!variable->linkage_name) {
        variable->linkage_name = variable->name; /* a structured binding */
    }
    if (!variable->linkage_name) {
        return false;
    }
    if (!variable->name) {
        variable->name = unit_name(file, unit, die);
    }
    if (reading->block && depth == reading->block_depth + 1) {
        variable->name = block_name(reading, variable->name);
    }
    variable->size_bytes = data_bytes(die);
    return true;
}

/*
 * A variable of which each part has a place of its own, as clang makes them:
 * "probe.0", "probe.1". What of it is nowhere is left out.
 */
static int take_pieces(const struct reading *reading, Dwarf_Die *die,
                       unsigned depth)
{
    struct variable variable = {.die = *die, .unit = reading->unit};
    Dwarf_Attribute location;
    Dwarf_Op *ops;
    size_t n;
    uint64_t address;
    int error = 0;

    if (!dwarf_attr(die, DW_AT_location, &location) ||
        dwarf_getlocation(&location, &ops, &n) != 0) {
        return 0;
    }
    for (size_t i = 0; error == 0 && i < n; i++) {
        bool has_place = operand(&location, &ops[i], &address);

        i += has_place;
        if (i == n || ops[i].atom != DW_OP_piece || ops[i].number == 0) {
            return 0;
        }
        if (has_place && address != 0) {
            variable.address = address + reading->file->dwarf_bias;
            variable.part_bytes = ops[i].number;
            error = describe(reading, die, depth, &variable)
                        ? add(reading->file, &variable)
                        : 0;
        }
        variable.part += ops[i].number;
    }
    return error;
}

static int take(const struct reading *reading, Dwarf_Die *die, unsigned depth)
{
    struct symbols_file *file = reading->file;
    struct variable variable = {.die = *die, .unit = reading->unit};
    const struct symbol *symbol;

    if (!find_place(file, die, &variable) &&
        !find_by_name(file, die, depth, &variable)) {
        return take_pieces(reading, die, depth);
    }
    if (!variable.is_thread_local) {
        if (variable.address == 0) {
            return 0; /* the linker threw it away */
        }
        variable.address += file->dwarf_bias;
    }
    if (!describe(reading, die, depth, &variable)) {
        return 0;
    }
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
    struct reading *reading = walk->context;

    if (depth <= reading->block_depth) {
        reading->block = NULL;
    }
    switch (dwarf_tag(die)) {
    case DW_TAG_common_block:
        reading->block = dwarf_diename(die);
        reading->block_depth = depth;
        return DIE_INTO;
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
        struct reading reading = {.file = file, .unit = i};
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
