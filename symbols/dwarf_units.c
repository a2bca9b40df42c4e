/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dwarf_units.c - compilation units and their functions, by address.
 *
 * Functions of a unit are read when an address in it is first asked for.
 */
#include <errno.h>
#include <stdlib.h>

#include <dwarf.h>

#include "array.h"
#include "file_parts.h"

/* Younger than libdw 0.188. */
#define LANGUAGE_CPLUSPLUS_17 0x2b
#define LANGUAGE_CPLUSPLUS_20 0x2c

static bool is_cplusplus(Dwarf_Die *die)
{
    switch (dwarf_srclang(die)) {
    case DW_LANG_C_plus_plus:
    case DW_LANG_C_plus_plus_03:
    case DW_LANG_C_plus_plus_11:
    case DW_LANG_C_plus_plus_14:
    case LANGUAGE_CPLUSPLUS_17:
    case LANGUAGE_CPLUSPLUS_20:
        return true;
    default:
        return false;
    }
}

static int add_unit(struct symbols_file *file, Dwarf_Die *die)
{
    struct units *units = &file->units;
    size_t before = units->ranges.n;

    if (array_reserve(units->units, units->room, units->n + 1) < 0) {
        return -ENOMEM;
    }
    units->units[units->n] = (struct unit){
        .die = *die,
        .is_cplusplus = is_cplusplus(die),
    };
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
        } else if (type == DW_UT_skeleton) {
            /* It has its lines and ranges all the same. */
            note_missing_split(file, &die);
        }
        if (dwarf_tag(&die) == DW_TAG_compile_unit ||
            dwarf_tag(&die) == DW_TAG_skeleton_unit) {
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

struct reading {
    struct symbols_file *file;
    struct unit *unit;
    struct scopes scopes;
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
    *function = (struct function){
        .die = *die,
        .linkage_name = die_linkage_name(die),
    };
    return 0;
}

static int visit(struct die_walk *walk, Dwarf_Die *die, unsigned depth)
{
    struct reading *reading = walk->context;
    int tag = dwarf_tag(die);
    int error;

    switch (tag) {
    case DW_TAG_subprogram:
        error = add_function(reading, die);
        if (error == 0) {
            error = scopes_add(&reading->scopes, reading->file, reading->unit,
                               die, depth);
        }
        scopes_enter(&reading->scopes, reading->file, reading->unit, die,
                     depth);
        return error ? error : DIE_INTO; /* local classes, nested functions */
    case DW_TAG_variable:
        return scopes_add(&reading->scopes, reading->file, reading->unit, die,
                          depth);
    case DW_TAG_namespace:
    case DW_TAG_class_type:
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
    case DW_TAG_module:
    case DW_TAG_lexical_block:
        scopes_enter(&reading->scopes, reading->file, reading->unit, die,
                     depth);
        return DIE_INTO;
    default:
        return 0;
    }
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
    if (error == 0) {
        unit_take_symbols(file, unit);
        for (size_t i = 0; i < unit->n_functions; i++) {
            struct function *function = &unit->functions[i];

            if (!function->name) {
                function->name = unit_name(file, unit, &function->die);
            }
        }
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
