/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dwarf_units.c - compilation units and their functions, by address.
 *
 * Functions of a unit are read when an address in it is first asked for.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dwarf.h>

#include "array.h"
#include "file_parts.h"
#include "lower_bound.h"

/* What is longer has no name that one would want to read. */
#define SCOPED_NAME_BYTES 512

static int add_unit(struct symbols_file *file, Dwarf_Die *die)
{
    struct units *units = &file->units;
    size_t before = units->ranges.n;

    if (array_reserve(units->units, units->room, units->n + 1) < 0) {
        return -ENOMEM;
    }
    units->units[units->n] = (struct unit){.die = *die};
    if (die_ranges(&units->ranges, die, units->n, file->dwarf_bias) != 0) {
        return -ENOMEM;
    }
    units->n++;
    if (units->ranges.n == before) {
        /* It does not say what code it has: its functions do. */
        struct unit *unit = &units->units[units->n - 1];
        int error = unit_read_functions(file, unit);

        for (size_t i = 0; error == 0 && i < unit->ranges.n; i++) {
            error = intervals_add(&units->ranges, unit->ranges.array[i].start,
                                  unit->ranges.array[i].end, units->n - 1, 0);
        }
        return error;
    }
    return 0;
}

int units_read(struct symbols_file *file)
{
    Dwarf *dwarf = file_dwarf(file);
    Dwarf_CU *cu = NULL;
    Dwarf_Die die;
    Dwarf_Die split;
    uint8_t type;
    int error = 0;

    if (file->units.is_read) {
        return 0;
    }
    while (dwarf && error == 0 &&
           dwarf_get_units(dwarf, cu, &cu, NULL, &type, &die, &split) == 0) {
        if (type == DW_UT_skeleton && split.addr) {
            die = split;
        }
        if (dwarf_tag(&die) == DW_TAG_compile_unit) {
            error = add_unit(file, &die);
        }
    }
    if (error != 0) {
        units_free(&file->units);
        return error;
    }
    intervals_sort(&file->units.ranges);
    file->units.is_read = true;
    return 0;
}

/* @scopes: the namespaces and classes that the entries visited are in */
struct reading {
    struct symbols_file *file;
    struct unit *unit;
    const char *scopes[DIE_DEPTH + 1];
};

static int add_function(struct reading *reading, Dwarf_Die *die)
{
    struct unit *unit = reading->unit;
    size_t before = unit->ranges.n;
    struct function *function;

    if (array_reserve(unit->functions, unit->room, unit->n_functions + 1) < 0 ||
        die_ranges(&unit->ranges, die, unit->n_functions,
                   reading->file->dwarf_bias) != 0) {
        return -ENOMEM;
    }
    if (unit->ranges.n == before) {
        return 0;
    }
    function = &unit->functions[unit->n_functions++];
    function->die = *die;
    function->linkage_name = die_linkage_name(die);
    return 0;
}

/*
 * Note what an entry that has no linkage name is called in full. In a
 * function, where its scope is "", that is no more than its name.
 */
static int add_scoped(struct reading *reading, Dwarf_Die *die, unsigned depth)
{
    struct unit *unit = reading->unit;
    Dwarf_Attribute attribute;
    const char *name = dwarf_attr(die, DW_AT_name, &attribute)
                           ? dwarf_formstring(&attribute)
                           : NULL;
    char text[SCOPED_NAME_BYTES];
    size_t used = 0;
    struct scoped_name *scoped;

    for (unsigned i = 0; name && i < depth; i++) {
        if (reading->scopes[i] && *reading->scopes[i] == '\0') {
            return 0;
        }
        if (reading->scopes[i] && used < sizeof(text)) {
            used += (size_t)snprintf(text + used, sizeof(text) - used,
                                     "%s::", reading->scopes[i]);
        }
    }
    if (used == 0 || used + strlen(name) >= sizeof(text) ||
        dwarf_hasattr(die, DW_AT_linkage_name)) {
        return 0;
    }
    memcpy(text + used, name, strlen(name));
    scoped = array_add(unit->scoped, unit->n_scoped, unit->scoped_room);
    if (!scoped) {
        return -ENOMEM;
    }
    *scoped = (struct scoped_name){
        dwarf_dieoffset(die),
        names_keep(&reading->file->names, text, used + strlen(name)),
    };
    return 0;
}

static int visit(struct die_walk *walk, Dwarf_Die *die, unsigned depth)
{
    struct reading *reading = walk->context;
    int tag = dwarf_tag(die);
    const char *name;
    int error;

    reading->scopes[depth] = NULL;
    switch (tag) {
    case DW_TAG_subprogram:
        error = add_function(reading, die);
        if (error == 0) {
            error = add_scoped(reading, die, depth);
        }
        reading->scopes[depth] = "";
        return error ? error : DIE_INTO; /* local classes, nested functions */
    case DW_TAG_variable:
        return add_scoped(reading, die, depth);
    case DW_TAG_namespace:
        name = dwarf_diename(die);
        reading->scopes[depth] = name ? name : "(anonymous namespace)";
        return DIE_INTO;
    case DW_TAG_class_type:
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
    case DW_TAG_module:
        reading->scopes[depth] = dwarf_diename(die);
        return DIE_INTO;
    case DW_TAG_lexical_block:
        return DIE_INTO;
    default:
        return 0;
    }
}

/* The entry that has the name of another: its origin or declaration. */
static uint64_t named_entry(Dwarf_Die *die)
{
    Dwarf_Die named = *die;

    for (int i = 0; i < 16 && !dwarf_hasattr(&named, DW_AT_name); i++) {
        Dwarf_Attribute attribute;

        if ((!dwarf_attr(&named, DW_AT_abstract_origin, &attribute) &&
             !dwarf_attr(&named, DW_AT_specification, &attribute)) ||
            !dwarf_formref_die(&attribute, &named)) {
            break;
        }
    }
    return dwarf_dieoffset(&named);
}

const char *unit_name(struct symbols_file *file, const struct unit *unit,
                      Dwarf_Die *die)
{
    uint64_t offset;
    size_t at;

    if (unit->n_scoped == 0) {
        return die_name(&file->names, die);
    }
    offset = named_entry(die);
    at = lower_bound(unit->n_scoped, i, unit->scoped[i].offset < offset);
    if (at < unit->n_scoped && unit->scoped[at].offset == offset &&
        unit->scoped[at].name) {
        return unit->scoped[at].name;
    }
    return die_name(&file->names, die);
}

int unit_read_functions(struct symbols_file *file, struct unit *unit)
{
    struct reading reading = {.file = file, .unit = unit};
    struct die_walk walk = {.visit = visit, .context = &reading};
    int error;

    if (unit->is_read) {
        return 0;
    }
    error = die_walk(&walk, &unit->die);
    for (size_t i = 0; error == 0 && i < unit->n_functions; i++) {
        unit->functions[i].name =
            unit_name(file, unit, &unit->functions[i].die);
    }
    if (error == 0) {
        intervals_sort(&unit->ranges);
        unit->is_read = true;
    }
    return error;
}

struct unit *units_find(struct symbols_file *file, uint64_t address)
{
    const struct interval *interval =
        intervals_find(&file->units.ranges, address);

    return interval ? &file->units.units[interval->item] : NULL;
}

const struct function *unit_find(const struct unit *unit, uint64_t address,
                                 uint64_t *start)
{
    const struct interval *interval = intervals_find(&unit->ranges, address);

    if (!interval) {
        return NULL;
    }
    *start = interval->start;
    return &unit->functions[interval->item];
}

void units_free(struct units *units)
{
    for (size_t i = 0; i < units->n; i++) {
        free(units->units[i].functions);
        free(units->units[i].paths);
        free(units->units[i].scoped);
        intervals_free(&units->units[i].ranges);
    }
    free(units->units);
    intervals_free(&units->ranges);
    *units = (struct units){0};
}
