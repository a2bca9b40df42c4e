/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * data_path.c - which part of a variable a byte of it is, by its type:
 * "[17].next".
 *
 * Of a union's members the first that has the byte is taken; of bit-fields
 * that share it, all are named.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <dwarf.h>

#include "file_parts.h"

/* Types within types; those of a damaged file may be within themselves. */
#define TYPE_DEPTH 32
#define MEMBERS_MAX 65536
#define DIMENSIONS_MAX 8

struct path {
    char *text;
    size_t room;
    size_t used;
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

/* The type of an entry without what does not change its layout. */
static bool type_of(Dwarf_Die *die, Dwarf_Die *type)
{
    Dwarf_Attribute attribute;

    return dwarf_attr_integrate(die, DW_AT_type, &attribute) &&
           dwarf_formref_die(&attribute, type) &&
           dwarf_peel_type(type, type) == 0;
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

static bool number_of(Dwarf_Die *die, unsigned name, uint64_t *value)
{
    Dwarf_Attribute attribute;
    Dwarf_Word word;

    if (!dwarf_attr_integrate(die, name, &attribute) ||
        dwarf_formudata(&attribute, &word) != 0) {
        return false;
    }
    *value = word;
    return true;
}

/* Where a member starts; in DWARF 2 that is an expression. */
static bool start_of(Dwarf_Die *member, uint64_t *start)
{
    Dwarf_Attribute attribute;
    Dwarf_Op *ops;
    size_t n;

    *start = 0;
    if (!dwarf_attr_integrate(member, DW_AT_data_member_location, &attribute) ||
        number_of(member, DW_AT_data_member_location, start)) {
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

    if (!number_of(member, DW_AT_bit_size, n) || *n == 0) {
        return false;
    }
    if (number_of(member, DW_AT_data_bit_offset, first)) {
        return true;
    }
    if (!start_of(member, &start) ||
        !number_of(member, DW_AT_bit_offset, &offset)) {
        return false;
    }
    if (!number_of(member, DW_AT_byte_size, &bytes) &&
        (!type_of(member, &type) ||
         !number_of(&type, DW_AT_byte_size, &bytes))) {
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

/* The number of elements of each dimension; 0 for one that has no end. */
static size_t dimensions_of(Dwarf_Die *type, uint64_t counts[DIMENSIONS_MAX])
{
    size_t n = 0;
    Dwarf_Die die;

    if (dwarf_child(type, &die) != 0) {
        return 0;
    }
    do {
        uint64_t upper;
        uint64_t lower = 0;

        if (dwarf_tag(&die) != DW_TAG_subrange_type) {
            continue;
        }
        counts[n] = 0;
        if (!number_of(&die, DW_AT_count, &counts[n]) &&
            number_of(&die, DW_AT_upper_bound, &upper)) {
            number_of(&die, DW_AT_lower_bound, &lower);
            counts[n] = upper - lower + 1;
        }
        n++;
    } while (n < DIMENSIONS_MAX && dwarf_siblingof(&die, &die) == 0);
    return n;
}

/*
 * The size of a type. libdw's own function does not know that of an array in
 * one of dwz's units, which have no language.
 */
static bool size_of(Dwarf_Die *type, uint64_t *size)
{
    uint64_t counts[DIMENSIONS_MAX];
    Dwarf_Die element = *type;
    Dwarf_Word bytes;
    uint64_t n = 1;

    for (unsigned depth = 0; depth < TYPE_DEPTH; depth++) {
        if (dwarf_peel_type(&element, &element) != 0) {
            return false;
        }
        if (dwarf_tag(&element) != DW_TAG_array_type) {
            return dwarf_aggregate_size(&element, &bytes) == 0 &&
                   !__builtin_mul_overflow(n, bytes, size);
        }
        for (size_t i = dimensions_of(&element, counts); i > 0; i--) {
            if (__builtin_mul_overflow(n, counts[i - 1], &n)) {
                return false;
            }
        }
        if (!type_of(&element, &element)) {
            return false;
        }
    }
    return false;
}

uint64_t data_bytes(Dwarf_Die *variable)
{
    Dwarf_Die type;
    uint64_t size;

    return type_of(variable, &type) && size_of(&type, &size) ? size : 0;
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
        offset < first || !type_of(die, &type)) {
        return false;
    }
    found->member = *die;
    found->start = first;
    /* An array without an end has a size of 0 and goes on for ever. */
    return !size_of(&type, &size) || size == 0
               ? dwarf_tag(&type) == DW_TAG_array_type
               : offset - first < size;
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
        is_found = look_at(file, &die, *offset, path, &found);
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
        put(path, ".%s", name);
    }
    *offset -= found.start;
    path->is_atomic |= is_atomic(&found.member);
    return type_of(&found.member, type);
}

/* Into an array. Return: whether *@type and *@offset are now an element's. */
static bool enter_element(Dwarf_Die *type, uint64_t *offset, struct path *path)
{
    uint64_t counts[DIMENSIONS_MAX];
    uint64_t sizes[DIMENSIONS_MAX];
    size_t n = dimensions_of(type, counts);
    Dwarf_Die element;
    uint64_t size;

    if (n == 0 || !type_of(type, &element) || !size_of(&element, &size) ||
        size == 0) {
        return false;
    }
    for (size_t i = n; i > 0; i--) {
        sizes[i - 1] = size;
        if (i > 1 && (counts[i - 1] == 0 ||
                      __builtin_mul_overflow(size, counts[i - 1], &size))) {
            return false;
        }
    }
    for (size_t i = 0; i < n; i++) {
        put(path, "[%llu]", (unsigned long long)(*offset / sizes[i]));
        *offset %= sizes[i];
    }
    path->is_atomic |= is_atomic(type);
    *type = element;
    return true;
}

bool data_path(const struct symbols_file *file, Dwarf_Die *variable,
               uint64_t offset, char *text, size_t room)
{
    struct path path = {.text = text, .room = room};
    Dwarf_Die type;
    bool goes_on = type_of(variable, &type);

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
