/* SPDX-License-Identifier: GPL-2.0-or-later */
/* code_place.c - see code_place.h. */
#include "code_place.h"

#include <errno.h>

#include "memtrace.h"

/* Return: what symbols_code() does, but 0 where no file is mapped. */
static int ask(struct symbols *symbols, const struct symbols_place *at,
               struct symbols_code *code)
{
    int error;

    *code = (struct symbols_code){.n_frames = 0};
    error = symbols_code(symbols, at, code);
    return error && error != -ENOENT ? MEMTRACE_ERR_NOMEM : 0;
}

static void name_frame(const struct code_rules *rules,
                       const struct symbols_place *at,
                       const struct symbols_code *code, size_t i,
                       struct race_code_place *out)
{
    *out = (struct race_code_place){
        .pc = at->vaddr,
        .owner = code_owner(rules, code, i),
        .module = code->module,
        .module_offset = code->module_offset,
    };
    if (i < code->n_frames) {
        out->function = code->frames[i].function;
        out->source = code->frames[i].source;
        out->line = code->frames[i].line;
    }
}

int race_code_name(struct symbols *symbols, const struct code_rules *rules,
                   const struct symbols_place *at, struct race_code_place *out)
{
    struct symbols_code code;
    int error = ask(symbols, at, &code);

    name_frame(rules, at, &code, 0, out);
    return error;
}

int race_code_name_own(struct symbols *symbols, const struct code_rules *rules,
                       const struct symbols_place *at,
                       struct race_code_place *out)
{
    struct symbols_code code;
    int error = ask(symbols, at, &code);
    size_t i = 0;

    do {
        name_frame(rules, at, &code, i, out);
    } while (!race_code_is_own(out) && ++i < code.n_frames);
    return error;
}
