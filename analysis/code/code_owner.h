/* SPDX-License-Identifier: GPL-2.0-or-later */
/* code_owner.h - whose code a program counter is in, by the rules. */
#ifndef CODE_OWNER_H
#define CODE_OWNER_H

#include <stdbool.h>

#include "code_rules.h"
#include "symbols.h"

/**
 * struct code_owner - whose code something is
 * @class: CODE_USER where no rule fits, or CODE_UNNAMED
 * @rule: that said so, or NULL
 */
struct code_owner {
    enum code_class class;
    const struct code_rule *rule;
};

/**
 * code_owner() - whose is a frame?
 * @code: what symbols_code() says
 * @frame: of its frames, the innermost is 0; also where it has none
 *
 * A libc that is stripped has names for what it exports, no more. A function
 * that it does not name is taken to be of the same source file as those that
 * lie beside it.
 */
struct code_owner code_owner(const struct code_rules *rules,
                             const struct symbols_code *code, size_t frame);

/** code_owner_of_file() - whose is what a file has, such as its data? */
struct code_owner code_owner_of_file(const struct code_rules *rules,
                                     const char *module, bool needs_libraries);

/** code_is_programs() - is code of a class the program's, or acts for it? */
static inline bool code_is_programs(enum code_class class)
{
    return class == CODE_USER || class == CODE_GLUE;
}

#endif /* CODE_OWNER_H */
