/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * data_path.c - which part of a variable a byte of it is, by its type:
 * "[17].next", as its language writes it.
 *
 * Of a union's members the first that has the byte is taken; of bit-fields
 * that share it, all are named.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <dwarf.h>

#include "file_parts.h"

#define MEMBERS_MAX 65536

struct path {
    char *text;
    size_t room;
    size_t used;
    const struct spelling *spelling;
    bool is_atomic;
};

__attribute__((format(printf, 2, 3))) static void put(struct path *path,
                                                      const char *format, ...)
{
    va_list arguments;
    int n;

    va_start(arguments, format);
    n = vsnprintf(path->text + path->used, path->room - path->used, format,
                  arguments);
    va_end(arguments);
    if (n > 0) {
        path->used += (size_t)n < path->room - path->used
                          ? (size_t)n
                          : path->room - path->used - 1;
    }
}

/* Is what an entry is declared as atomic, behind its typedefs and the like? */
static bool is_atomic(Dwarf_Die *die)
{
    Dwarf_Attribute attribute;
    Dwarf_Die type = *die;

    for (unsigned depth = 0; depth < TYPE_DEPTH; depth++) {
        if (!dwarf_attr_integrate(&type, DW_AT_type, &attribute) ||
            !dwarf_formref_die(&attribute, &type)) {
            return false;
        }
        switch (dwarf_tag(&type)) {
        case DW_TAG_atomic_type:
            return true;
        case DW_TAG_typedef:
        case DW_TAG_const_type:
        case DW_TAG_volatile_type:
        case DW_TAG_restrict_type:
            break;
        default:
            return false;
        }
    }
    return false;
}

/* Where a member starts; in DWARF 2 that is an expression. */
static bool start_of(Dwarf_Die *member, uint64_t *start)
{
    Dwarf_Attribute attribute;
    Dwarf_Op *ops;
    size_t n;

    *start = 0;
    if (!dwarf_attr_integrate(member, DW_AT_data_member_location, &attribute) ||
        die_number(member, DW_AT_data_member_location, start)) {
        return true;
    }
    if (dwarf_getlocation(&attribute, &ops, &n) != 0 || n != 1 ||
        ops[0].atom != DW_OP_plus_uconst) {
        return false;
    }
    *start = ops[0].number;
    return true;
}

/*
 * The bits of a bit-field from the start of the structure, in the order of
 * memory. Return: whether it is one.
 */
static bool bits_of(const struct symbols_file *file, Dwarf_Die *member,
                    uint64_t *first, uint64_t *n)
{
    uint64_t start;
    uint64_t bytes;
    uint64_t offset;
    Dwarf_Die type;

    if (!die_number(member, DW_AT_bit_size, n) || *n == 0) {
        return false;
    }
    if (die_number(member, DW_AT_data_bit_offset, first)) {
        return true;
    }
    if (!start_of(member, &start) ||
        !die_number(member, DW_AT_bit_offset, &offset)) {
        return false;
    }
    if (!die_number(member, DW_AT_byte_size, &bytes) &&
        (!die_type(member, &type) ||
         !die_number(&type, DW_AT_byte_size, &bytes))) {
        return false;
    }
    /* Counted from the most significant bit of its storage. */
    if (file->is_big_endian) {
        *first = start * 8 + offset;
        return true;
    }
    if (bytes > 64 || offset + *n > bytes * 8) {
        return false;
    }
    *first = start * 8 + bytes * 8 - offset - *n;
    return true;
}

uint64_t data_bytes(Dwarf_Die *variable)
{
    Dwarf_Die type;
    uint64_t size;

    return die_type(variable, &type) && type_bytes(&type, &size) ? size : 0;
}

struct found {
    Dwarf_Die member;
    uint64_t start;
    unsigned n_fields;
};

/* Name a bit-field beside the others of its byte: ".{a,b}". */
static void put_field(struct path *path, struct found *found, const char *name)
{
    if (found->n_fields == 1 && path->used > 0 && path->used < path->room - 1) {
        const char *dot = strrchr(path->text, '.');
        size_t at = dot ? (size_t)(dot - path->text) + 1 : path->used;

        memmove(path->text + at + 1, path->text + at, path->used - at + 1);
        path->text[at] = '{';
        path->used++;
    }
    if (found->n_fields > 0) {
        if (path->text[path->used - 1] == '}') {
            path->used--;
        }
        put(path, ",%s}", name);
    } else {
        put(path, ".%s", name);
    }
    found->n_fields++;
}

/* Return: whether the byte at @offset is in the member, as other than bits. */
static bool look_at(const struct symbols_file *file, Dwarf_Die *die,
                    uint64_t offset, struct path *path, struct found *found)
{
    int tag = dwarf_tag(die);
    uint64_t first;
    uint64_t n;
    Dwarf_Die type;
    uint64_t size;

    if (tag != DW_TAG_member && tag != DW_TAG_inheritance) {
        return false;
    }
    if (tag == DW_TAG_member && bits_of(file, die, &first, &n)) {
        const char *name = dwarf_diename(die);

        if (name && first / 8 <= offset && offset <= (first + n - 1) / 8) {
            put_field(path, found, name);
        }
        return false;
    }
    if (dwarf_hasattr(die, DW_AT_declaration) || !start_of(die, &first) ||
        offset < first || !die_type(die, &type)) {
        return false;
    }
    found->member = *die;
    found->start = first;
    /* An array without an end has a size of 0 and goes on for ever. */
    return !type_bytes(&type, &size) || size == 0
               ? dwarf_tag(&type) == DW_TAG_array_type
               : offset - first < size;
}

/* Has a structure a member at that byte? A variant is as large as the whole. */
static bool has_member_at(const struct symbols_file *file, Dwarf_Die *type,
                          uint64_t offset)
{
    char text[2];
    struct path path = {.text = text, .room = sizeof(text)};
    struct found found = {.n_fields = 0};
    Dwarf_Die die;

    if (dwarf_child(type, &die) != 0) {
        return false;
    }
    for (unsigned i = 0; i < MEMBERS_MAX; i++) {
        if (look_at(file, &die, offset, &path, &found)) {
            return true;
        }
        if (dwarf_siblingof(&die, &die) != 0) {
            break;
        }
    }
    return false;
}

/*
 * The payload of an enumeration of Rust. Which variant it was is not known: the
 * only one that has the byte, or none.
 */
static bool look_at_variants(const struct symbols_file *file, Dwarf_Die *part,
                             uint64_t offset, struct path *path,
                             struct found *found)
{
    struct found one = {.n_fields = 0};
    unsigned n = 0;
    Dwarf_Die variant;
    Dwarf_Die member;
    Dwarf_Die type;

    if (dwarf_child(part, &variant) != 0) {
        return false;
    }
    for (unsigned i = 0; i < MEMBERS_MAX; i++) {
        if (dwarf_tag(&variant) == DW_TAG_variant &&
            dwarf_child(&variant, &member) == 0 &&
            look_at(file, &member, offset, path, &one) &&
            die_type(&one.member, &type) &&
            has_member_at(file, &type, offset - one.start)) {
            *found = one;
            n++;
        }
        if (dwarf_siblingof(&variant, &variant) != 0) {
            break;
        }
    }
    return n == 1;
}

/* Into a structure. Return: whether *@type and *@offset are now a member's. */
static bool enter_members(const struct symbols_file *file, Dwarf_Die *type,
                          uint64_t *offset, struct path *path)
{
    struct found found = {.n_fields = 0};
    Dwarf_Die die;
    const char *name;
    bool is_found = false;

    if (dwarf_child(type, &die) != 0) {
        return false;
    }
    for (unsigned i = 0; i < MEMBERS_MAX && !is_found; i++) {
        is_found = dwarf_tag(&die) == DW_TAG_variant_part
                       ? look_at_variants(file, &die, *offset, path, &found)
                       : look_at(file, &die, *offset, path, &found);
        if (!is_found && dwarf_siblingof(&die, &die) != 0) {
            break;
        }
    }
    if (found.n_fields > 0) {
        *offset = 0;
        return false;
    }
    if (!is_found) {
        return false;
    }
    /* Members of what has no name, and of a base, are named as one's own. */
    name = dwarf_tag(&found.member) == DW_TAG_member
               ? dwarf_diename(&found.member)
               : NULL;
    if (name) {
        put(path, "%s%s", path->spelling->member, name);
    }
    *offset -= found.start;
    path->is_atomic |= is_atomic(&found.member);
    return die_type(&found.member, type);
}

/* One index, as a number or by the name that it has there. */
static void put_index(struct path *path, struct dimension *dimension,
                      uint64_t index)
{
    const char *name = dimension_index_name(dimension, index);
    const char *scope = path->spelling->scope;
    const char *at;

    while (name && scope && (at = strstr(name, scope)) != NULL) {
        name = at + strlen(scope);
    }
    if (name) {
        put(path, "%s", name);
    } else {
        put(path, "%lld", (long long)((uint64_t)dimension->lower + index));
    }
}

/* Into an array. Return: whether *@type and *@offset are now an element's. */
static bool enter_element(Dwarf_Die *type, uint64_t *offset, struct path *path)
{
    const struct spelling *spelling = path->spelling;
    struct array array;
    uint64_t indexes[DIMENSIONS_MAX] = {0};
    Dwarf_Die element;

    if (!type_array(type, spelling, &array) || !die_type(type, &element)) {
        return false;
    }
    /* From that whose steps are the widest. */
    for (size_t i = 0; i < array.n; i++) {
        size_t at = array.is_column_major ? array.n - 1 - i : i;

        indexes[at] = *offset / array.dimensions[at].stride;
        *offset %= array.dimensions[at].stride;
    }
    for (size_t i = 0; i < array.n; i++) {
        put(path, "%s", i == 0 ? spelling->open : spelling->between);
        put_index(path, &array.dimensions[i], indexes[i]);
    }
    put(path, "%s", spelling->close);
    path->is_atomic |= is_atomic(type);
    *type = element;
    return true;
}

bool data_path(const struct symbols_file *file, Dwarf_Die *variable,
               uint64_t offset, char *text, size_t room)
{
    struct path path = {
        .text = text,
        .room = room,
        .spelling = spelling_of(variable),
    };
    Dwarf_Die type;
    bool goes_on = die_type(variable, &type);

    text[0] = '\0';
    path.is_atomic = is_atomic(variable);
    for (unsigned depth = 0; goes_on && depth < TYPE_DEPTH; depth++) {
        switch (dwarf_tag(&type)) {
        case DW_TAG_structure_type:
        case DW_TAG_class_type:
        case DW_TAG_union_type:
            goes_on = enter_members(file, &type, &offset, &path);
            break;
        case DW_TAG_array_type:
            goes_on = enter_element(&type, &offset, &path);
            break;
        default:
            goes_on = false;
        }
    }
    if (path.used > 0 && offset > 0) {
        put(&path, "+%llu", (unsigned long long)offset);
    }
    return path.is_atomic;
}
