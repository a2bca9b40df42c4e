/* SPDX-License-Identifier: GPL-2.0-or-later */
/* code_place.c - see code_place.h. */
#include "code_place.h"

#include <errno.h>

#include "memtrace.h"

int race_code_name(struct symbols *symbols, const struct code_rules *rules,
                   const struct symbols_place *at, struct race_code_place *out)
{
    struct symbols_code code = {.n_frames = 0};
    int error = symbols_code(symbols, at, &code);

    *out = (struct race_code_place){
        .pc = at->vaddr,
        .owner = code_owner(rules, &code, 0),
    };
    if (error) {
        return error == -ENOENT ? 0 : MEMTRACE_ERR_NOMEM;
    }
    out->module = code.module;
    out->module_offset = code.module_offset;
    if (code.n_frames) {
        out->function = code.frames[0].function;
        out->source = code.frames[0].source;
        out->line = code.frames[0].line;
    }
    return 0;
}
