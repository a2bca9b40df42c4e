/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dwarf_types.c - types of DWARF: their sizes, the dimensions of arrays, and
 * how languages count and write them.
 */
#include <string.h>

#include <dwarf.h>

#include "file_parts.h"

#define ENUMERATORS_MAX 65536

/* Where DWARF does not say, arrays start at 1 in these; Fortran's first index
 * steps from element to element. */
static const struct spelling spellings[] = {
    {".", "[", "][", "]", NULL, 0, false},
    {"%", "(", ",", ")", NULL, 1, true},
    {".", "(", ",", ")", "__", 1, false},
    {".", "[", "][", "]", NULL, 1, false},
};

enum { SPELLING_OTHER, SPELLING_FORTRAN, SPELLING_ADA, SPELLING_PASCAL };

const struct spelling *spelling_of(Dwarf_Die *die)
{
    Dwarf_Die unit;

    if (!dwarf_diecu(die, &unit, NULL, NULL)) {
        return &spellings[SPELLING_OTHER];
    }
    switch (dwarf_srclang(&unit)) {
    case DW_LANG_Fortran77:
    case DW_LANG_Fortran90:
    case DW_LANG_Fortran95:
    case DW_LANG_Fortran03:
    case DW_LANG_Fortran08:
        return &spellings[SPELLING_FORTRAN];
    case DW_LANG_Ada83:
    case DW_LANG_Ada95:
        return &spellings[SPELLING_ADA];
    case DW_LANG_Pascal83:
    case DW_LANG_Modula2:
        return &spellings[SPELLING_PASCAL];
    default:
        return &spellings[SPELLING_OTHER];
    }
}

bool die_type(Dwarf_Die *die, Dwarf_Die *type)
{
    Dwarf_Attribute attribute;

    return dwarf_attr_integrate(die, DW_AT_type, &attribute) &&
           dwarf_formref_die(&attribute, type) &&
           dwarf_peel_type(type, type) == 0;
}

bool die_number(Dwarf_Die *die, unsigned name, uint64_t *value)
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

static void read_dimension(Dwarf_Die *die, const struct spelling *spelling,
                           struct dimension *dimension)
{
    uint64_t number;

    *dimension = (struct dimension){.die = *die, .lower = spelling->lower};
    if (die_number(die, DW_AT_lower_bound, &number)) {
        dimension->lower = (int64_t)number;
    }
    if (!die_number(die, DW_AT_count, &dimension->count) &&
        die_number(die, DW_AT_upper_bound, &number)) {
        dimension->count = number - (uint64_t)dimension->lower + 1;
    }
}

/* Return: how many; 0 where the entry is that of a description of an array,
 * which is elsewhere. */
static size_t read_dimensions(Dwarf_Die *type, const struct spelling *spelling,
                              struct dimension dimensions[DIMENSIONS_MAX])
{
    size_t n = 0;
    Dwarf_Die die;

    if (dwarf_hasattr(type, DW_AT_data_location) ||
        dwarf_child(type, &die) != 0) {
        return 0;
    }
    do {
        if (dwarf_tag(&die) == DW_TAG_subrange_type) {
            read_dimension(&die, spelling, &dimensions[n++]);
        }
    } while (n < DIMENSIONS_MAX && dwarf_siblingof(&die, &die) == 0);
    return n;
}

/*
 * libdw's own function does not know the size of an array in one of dwz's
 * units, which have no language.
 */
bool type_bytes(Dwarf_Die *type, uint64_t *size)
{
    struct dimension dimensions[DIMENSIONS_MAX];
    const struct spelling *spelling = spelling_of(type);
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
        for (size_t i = read_dimensions(&element, spelling, dimensions); i > 0;
             i--) {
            if (__builtin_mul_overflow(n, dimensions[i - 1].count, &n)) {
                return false;
            }
        }
        if (!die_type(&element, &element)) {
            return false;
        }
    }
    return false;
}

/* The bytes from one element to the next, where that is whole bytes. */
static bool element_stride(Dwarf_Die *type, uint64_t *stride)
{
    Dwarf_Die element;
    uint64_t bits;

    if (die_number(type, DW_AT_byte_stride, stride)) {
        return *stride > 0;
    }
    if (die_number(type, DW_AT_bit_stride, &bits)) {
        *stride = bits / 8;
        return bits % 8 == 0 && bits > 0;
    }
    return die_type(type, &element) && type_bytes(&element, stride) &&
           *stride > 0;
}

bool type_array(Dwarf_Die *type, const struct spelling *spelling,
                struct array *array)
{
    uint64_t ordering;
    uint64_t stride;

    array->n = read_dimensions(type, spelling, array->dimensions);
    array->is_column_major = die_number(type, DW_AT_ordering, &ordering)
                                 ? ordering == DW_ORD_col_major
                                 : spelling->is_column_major;
    if (array->n == 0 || !element_stride(type, &stride)) {
        return false;
    }
    for (size_t i = 0; i < array->n; i++) {
        size_t at = array->is_column_major ? i : array->n - 1 - i;

        array->dimensions[at].stride = stride;
        if (i + 1 < array->n &&
            (array->dimensions[at].count == 0 ||
             __builtin_mul_overflow(stride, array->dimensions[at].count,
                                    &stride))) {
            return false;
        }
    }
    return true;
}

const char *dimension_index_name(struct dimension *dimension, uint64_t index)
{
    uint64_t wanted = (uint64_t)dimension->lower + index;
    Dwarf_Die type = dimension->die;
    Dwarf_Die die;

    /* Through the ranges of a range. */
    for (unsigned depth = 0;
         depth < TYPE_DEPTH && dwarf_tag(&type) == DW_TAG_subrange_type;
         depth++) {
        if (!die_type(&type, &type)) {
            return NULL;
        }
    }
    if (dwarf_tag(&type) != DW_TAG_enumeration_type ||
        dwarf_child(&type, &die) != 0) {
        return NULL;
    }
    for (unsigned i = 0; i < ENUMERATORS_MAX; i++) {
        uint64_t value;

        if (dwarf_tag(&die) == DW_TAG_enumerator &&
            die_number(&die, DW_AT_const_value, &value) && value == wanted) {
            return dwarf_diename(&die);
        }
        if (dwarf_siblingof(&die, &die) != 0) {
            break;
        }
    }
    return NULL;
}
