/* SPDX-License-Identifier: GPL-2.0-or-later */
/* code_place.h - a program counter by its names, and whose code it is in. */
#ifndef CODE_PLACE_H
#define CODE_PLACE_H

#include "code_owner.h"

/**
 * struct race_code_place - where in the program
 * @pc: of the instruction, 0 for the kernel
 * @call: name of the system call that the kernel did, or NULL
 * @module, @module_offset: see struct symbols_code; NULL where unknown
 * @function, @source, @line: NULL, NULL, 0 where unknown. Of the innermost
 *                            function, be it inlined
 * @owner: whose code it is; CODE_USER for the kernel
 */
struct race_code_place {
    uint64_t pc;
    const char *call;
    const char *module;
    uint64_t module_offset;
    const char *function;
    const char *source;
    unsigned line;
    struct code_owner owner;
};

/**
 * race_code_name() - name a program counter
 * @at: the program counter, in its process at a time
 *
 * Strings are valid until symbols_free(), the owner's rule as long as @rules.
 *
 * Return: 0, also where nothing is known; or MEMTRACE_ERR_NOMEM.
 */
int race_code_name(struct symbols *symbols, const struct code_rules *rules,
                   const struct symbols_place *at, struct race_code_place *out);

/**
 * race_code_is_own() - is it no library's, and nothing that only acts for its
 * caller?
 */
static inline bool race_code_is_own(const struct race_code_place *place)
{
    return place->owner.class == CODE_USER ||
           place->owner.class == CODE_UNNAMED;
}

/**
 * race_code_name_own() - the same, by the innermost function that is one's own
 *
 * Of functions that were inlined there into another.  Where none is one's own
 * it is the outermost.
 */
int race_code_name_own(struct symbols *symbols, const struct code_rules *rules,
                       const struct symbols_place *at,
                       struct race_code_place *out);

#endif /* CODE_PLACE_H */
