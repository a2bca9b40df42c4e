/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unit_names.c - what the functions and variables of a unit are called that
 * DWARF gives no linkage name: by their namespaces, classes and functions, or
 * in C++ by the symbol at the same place, which has parameters as well.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <dwarf.h>

#include "array.h"
#include "file_parts.h"
#include "lower_bound.h"

/* What is longer has no name that one would want to read. */
#define SCOPED_NAME_BYTES 512

static bool has_linkage_name(Dwarf_Die *die)
{
    return dwarf_hasattr_integrate(die, DW_AT_linkage_name) ||
           dwarf_hasattr_integrate(die, DW_AT_MIPS_linkage_name);
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

/* Of a class without a name: that of a lambda, or another. */
static int put_unnamed(char *text, size_t room, Dwarf_Die *member,
                       const char *name)
{
    int line;

    if (strcmp(name, "operator()") == 0 &&
        dwarf_decl_line(member, &line) == 0) {
        return snprintf(text, room, "{lambda:%d}::", line);
    }
    return snprintf(text, room, "{unnamed type}::");
}

/*
 * What an entry is called in full.  Return: false where that is no more than
 * its name, as in functions of other languages than C++.
 */
static bool put_scoped(const struct scopes *scopes, const struct unit *unit,
                       Dwarf_Die *die, unsigned depth,
                       char text[SCOPED_NAME_BYTES])
{
    Dwarf_Attribute attribute;
    const char *name = dwarf_attr(die, DW_AT_name, &attribute)
                           ? dwarf_formstring(&attribute)
                           : NULL;
    unsigned from = depth;
    size_t used = 0;

    while (from > 0 && !scopes->is_function[from - 1]) {
        from--;
    }
    if (!name || (from > 0 && !unit->is_cplusplus)) {
        return false;
    }
    for (unsigned i = from ? from - 1 : 0;
         i < depth && used < SCOPED_NAME_BYTES; i++) {
        const char *scope = scopes->names[i];
        size_t room = SCOPED_NAME_BYTES - used;

        if (scope && *scope == '\0') {
            used += (size_t)put_unnamed(text + used, room, die, name);
        } else if (scope) {
            used += (size_t)snprintf(text + used, room, "%s::", scope);
        }
    }
    if ((used == 0 && !unit->is_cplusplus) ||
        used + strlen(name) >= SCOPED_NAME_BYTES) {
        return false;
    }
    memcpy(text + used, name, strlen(name) + 1);
    return true;
}

void scopes_enter(struct scopes *scopes, struct symbols_file *file,
                  const struct unit *unit, Dwarf_Die *die, unsigned depth)
{
    char text[SCOPED_NAME_BYTES];
    const char *name = dwarf_diename(die);

    scopes->is_function[depth] = false;
    scopes->names[depth] = name;
    switch (dwarf_tag(die)) {
    case DW_TAG_subprogram:
        scopes->is_function[depth] = true;
        if (!unit->is_cplusplus) {
            return;
        }
        if (has_linkage_name(die)) {
            scopes->names[depth] = die_name(&file->names, die);
        } else if (put_scoped(scopes, unit, die, depth, text)) {
            scopes->names[depth] = names_keep(&file->names, text, strlen(text));
        }
        return;
    case DW_TAG_namespace:
        scopes->names[depth] = name ? name : "(anonymous namespace)";
        return;
    case DW_TAG_lexical_block:
        scopes->names[depth] = NULL;
        return;
    default:
        if (!name && unit->is_cplusplus) {
            scopes->names[depth] = "";
        }
    }
}

int scopes_add(const struct scopes *scopes, struct symbols_file *file,
               struct unit *unit, Dwarf_Die *die, unsigned depth)
{
    char text[SCOPED_NAME_BYTES];
    struct scoped_name *scoped;
    bool is_local = false;

    for (unsigned i = 0; i < depth; i++) {
        is_local |= scopes->is_function[i];
    }
    if (dwarf_hasattr(die, DW_AT_linkage_name) ||
        (is_local && dwarf_tag(die) == DW_TAG_variable) ||
        !put_scoped(scopes, unit, die, depth, text)) {
        return 0;
    }
    scoped = array_add(unit->scoped, unit->n_scoped, unit->scoped_room);
    if (!scoped) {
        return -ENOMEM;
    }
    *scoped = (struct scoped_name){
        dwarf_dieoffset(die),
        names_keep(&file->names, text, strlen(text)),
    };
    return 0;
}

const char *unit_symbol_name(struct symbols_file *file, const struct unit *unit,
                             enum symbol_kind kind, uint64_t address,
                             Dwarf_Die *die)
{
    const char *name = dwarf_diename(die);
    const struct symbol *symbol;
    const char *whole, *plain;
    size_t size;

    if (!unit->is_cplusplus || has_linkage_name(die) ||
        symbol_table_read(file) != 0) {
        return NULL;
    }
    symbol = symbol_table_find(file, kind, address);
    if (!symbol || symbol->address != address ||
        strncmp(symbol->name, "_Z", 2) != 0) {
        return NULL;
    }
    /* Copies of a function that the compiler made: ".isra.0", ".cold". */
    whole = names_keep(&file->names, symbol->name, strcspn(symbol->name, "."));
    plain = whole ? names_demangle(&file->names, whole) : NULL;
    if (!name || !plain || plain == whole) {
        return plain != whole ? plain : NULL; /* "[x, y]" has no name here */
    }
    /* Two functions of the same code may have become one. */
    size = strncmp(name, "operator", 8) == 0 ? 8 : strcspn(name, "<");
    return memmem(plain, strlen(plain), name, size) ? plain : NULL;
}

static struct scoped_name *find_scoped(const struct unit *unit, Dwarf_Die *die)
{
    uint64_t offset = unit->n_scoped > 0 ? named_entry(die) : 0;
    size_t at = lower_bound(unit->n_scoped, i, unit->scoped[i].offset < offset);

    return at < unit->n_scoped && unit->scoped[at].offset == offset &&
                   unit->scoped[at].name
               ? &unit->scoped[at]
               : NULL;
}

void unit_take_symbols(struct symbols_file *file, struct unit *unit)
{
    for (size_t i = 0; unit->is_cplusplus && i < unit->ranges.n; i++) {
        const struct interval *range = &unit->ranges.array[i];
        struct function *function = &unit->functions[range->item];
        const char *name = unit_symbol_name(file, unit, SYMBOL_CODE,
                                            range->start, &function->die);
        struct scoped_name *scoped;

        if (!name) {
            continue;
        }
        function->name = name;
        /* Its inlined copies have the same. */
        scoped = find_scoped(unit, &function->die);
        if (scoped) {
            scoped->name = name;
        }
    }
}

const char *unit_name(struct symbols_file *file, const struct unit *unit,
                      Dwarf_Die *die)
{
    const struct scoped_name *scoped =
        has_linkage_name(die) ? NULL : find_scoped(unit, die);

    return scoped ? scoped->name : die_name(&file->names, die);
}
