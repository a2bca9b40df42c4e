/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * die_walk.c - goes through DWARF entries, and takes their names.
 */
#include "file_parts.h"

#include <dwarf.h>

static int walk(struct die_walk *walking, Dwarf_Die *parent, unsigned depth)
{
    Dwarf_Die child;
    int result = 0;

    if (depth > DIE_DEPTH || dwarf_child(parent, &child) != 0) {
        return 0;
    }
    do {
        uint64_t offset = dwarf_dieoffset(&child);

        if (offset <= walking->last) {
            return 0;
        }
        walking->last = offset;
        result = walking->visit(walking, &child, depth);
        if (result == DIE_INTO) {
            result = walk(walking, &child, depth + 1);
        }
    } while (result == 0 && dwarf_siblingof(&child, &child) == 0);
    return result;
}

int die_walk(struct die_walk *walking, Dwarf_Die *parent)
{
    walking->last = dwarf_dieoffset(parent);
    return walk(walking, parent, 0);
}

const char *die_linkage_name(Dwarf_Die *die)
{
    Dwarf_Attribute attribute;
    const char *name = NULL;

    if (dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute) ||
        dwarf_attr_integrate(die, DW_AT_MIPS_linkage_name, &attribute)) {
        name = dwarf_formstring(&attribute);
    }
    return name ? name : dwarf_diename(die);
}

const char *die_name(struct names *names, Dwarf_Die *die)
{
    const char *linkage = die_linkage_name(die);

    return linkage ? names_demangle(names, linkage) : NULL;
}

/* Ranges that one entry may have; those of a damaged file do not end. */
#define RANGES_MAX 65536

int die_ranges(struct intervals *intervals, Dwarf_Die *die, size_t item,
               uint64_t bias)
{
    Dwarf_Addr base;
    Dwarf_Addr start;
    Dwarf_Addr end;
    ptrdiff_t offset = 0;
    int error = 0;

    for (int i = 0; error == 0 && i < RANGES_MAX; i++) {
        offset = dwarf_ranges(die, offset, &base, &start, &end);
        if (offset <= 0) {
            break;
        }
        /* What the linker threw away starts at 0. */
        if (start != 0) {
            error = intervals_add(intervals, start + bias, end + bias, item, 0);
        }
    }
    return error;
}
