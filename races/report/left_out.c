/* SPDX-License-Identifier: GPL-2.0-or-later */
/* left_out.c - see left_out.h. */
#include "left_out.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "guest.h"

static const struct {
    const char *name, *words;
} pairs[RACE_PAIRS] = {
#define RACE_PAIR_ROW(id, name, words) [RACE_PAIR_##id] = {name, words},
    RACE_PAIR_LIST(RACE_PAIR_ROW)
#undef RACE_PAIR_ROW
};

/* For the columns of the matrix. */
#define ____ RACE_PAIR_REPORT
#define LOAD RACE_PAIR_LOADER
#define COLL RACE_PAIR_COLLECTOR
#define RUNT RACE_PAIR_RUNTIME
#define ALLO RACE_PAIR_ALLOCATOR
#define ATOM RACE_PAIR_ATOMIC
#define INSI RACE_PAIR_INSIDE
#define DATA RACE_PAIR_DATA
#define DECL RACE_PAIR_DECLARED

/*
 * That both sides are libc's says little: what memcpy() copies is the
 * program's.  It does where the data is libc's as well, and where both
 * functions touch nothing else.  The memory of a run-time is libc's again when
 * it was freed, and memset() fills it.
 */
/* clang-format off */
static const enum race_pair matrix[CODE_CLASSES][CODE_CLASSES] = {
/*                   user  glue  unna  libc  copi  scan  inte  runt  allo  atom  load  coll */
[CODE_USER]      = { DECL, DECL, ____, ____, ____, ____, ____, ____, ____, ____, LOAD, COLL },
[CODE_GLUE]      = { DECL, DECL, ____, ____, ____, ____, ____, ____, ____, ____, LOAD, COLL },
[CODE_UNNAMED]   = { ____, ____, ____, ____, ____, ____, ____, ____, ____, ____, LOAD, COLL },
[CODE_LIBC]      = { ____, ____, ____, DATA, DATA, DATA, DATA, RUNT, ____, ____, LOAD, COLL },
[CODE_COPIER]    = { ____, ____, ____, DATA, DATA, DATA, DATA, RUNT, ____, ____, LOAD, COLL },
[CODE_SCANNER]   = { ____, ____, ____, DATA, DATA, DATA, DATA, RUNT, ____, ____, LOAD, COLL },
[CODE_INTERNAL]  = { ____, ____, ____, DATA, DATA, DATA, INSI, RUNT, ____, ____, LOAD, COLL },
[CODE_RUNTIME]   = { ____, ____, ____, RUNT, RUNT, RUNT, RUNT, RUNT, ____, ____, LOAD, COLL },
[CODE_ALLOCATOR] = { ____, ____, ____, ____, ____, ____, ____, ____, ALLO, ____, LOAD, COLL },
[CODE_ATOMIC]    = { ____, ____, ____, ____, ____, ____, ____, ____, ____, ATOM, LOAD, COLL },
[CODE_LOADER]    = { LOAD, LOAD, LOAD, LOAD, LOAD, LOAD, LOAD, LOAD, LOAD, LOAD, LOAD, LOAD },
[CODE_COLLECTOR] = { COLL, COLL, COLL, COLL, COLL, COLL, COLL, COLL, COLL, COLL, LOAD, COLL },
};
/* clang-format on */

const char *race_pair_name(enum race_pair pair)
{
    return pairs[pair].name;
}

const char *race_pair_words(enum race_pair pair)
{
    return pairs[pair].words;
}

enum race_pair race_pair_of(enum code_class a, enum code_class b)
{
    return matrix[a][b];
}

static bool is_of_libc(enum code_class class)
{
    return class == CODE_LIBC || class == CODE_COPIER ||
           class == CODE_SCANNER || class == CODE_INTERNAL ||
           class == CODE_LOADER;
}

static bool has_no_names(const struct race_evidence *evidence)
{
    return !evidence->places[0].function && !evidence->places[1].function;
}

bool race_is_declared_atomic(const struct race_evidence *evidence)
{
    const struct race_side *sides = evidence->race->sides;

    return evidence->memory->data.is_atomic && !sides[0].is_kernel &&
           !sides[1].is_kernel &&
           code_is_programs(evidence->places[0].owner.class) &&
           code_is_programs(evidence->places[1].owner.class);
}

/* Functions without a name are most likely at a mutex or the like, there. */
static bool is_on_libcs_data(const struct race_evidence *evidence)
{
    return is_of_libc(evidence->data) ||
           evidence->memory->kind == TRACE_PLACE_TLS ||
           (has_no_names(evidence) && evidence->race->is_beside_sync);
}

/*
 * Where strings end nobody looks at: what is loaded there, in one go with the
 * string, is not raced for.
 */
static bool scans(const struct race_evidence *evidence, int i)
{
    const struct race_side *side = &evidence->race->sides[i];
    const struct memtrace_insn *insn = evidence->insns[i];
    const struct guest *guest = evidence->guest;
    enum code_class class = evidence->places[i].owner.class;

    if (side->is_kernel || side->is_store || side->size < 8 || !insn) {
        return false;
    }
    return class == CODE_SCANNER ||
           ((class == CODE_LIBC || class == CODE_UNNAMED) && guest &&
            guest->scans && guest->scans(insn->bytes, insn->size));
}

/* Does a cell of the matrix hold, of those that ask for more than classes? */
static bool holds(const struct race_evidence *evidence, enum race_pair pair)
{
    switch (pair) {
    case RACE_PAIR_REPORT:
        return false;
    case RACE_PAIR_DATA:
        return is_on_libcs_data(evidence);
    case RACE_PAIR_DECLARED:
        return race_is_declared_atomic(evidence);
    default:
        return true;
    }
}

enum race_pair race_left_out_by(const struct race_evidence *evidence)
{
    const struct race_code_place *places = evidence->places;
    enum race_pair pair =
        race_pair_of(places[0].owner.class, places[1].owner.class);

    if (holds(evidence, pair)) {
        return pair;
    }
    if (scans(evidence, 0) || scans(evidence, 1)) {
        return RACE_PAIR_STRING_END;
    }
    if (!has_no_names(evidence)) {
        return RACE_PAIR_REPORT;
    }
    if (evidence->race->is_in_condition) {
        return RACE_PAIR_CONDITION;
    }
    return evidence->race->is_in_rwlock ? RACE_PAIR_RWLOCK : RACE_PAIR_REPORT;
}

/* Does it matter for that decision of what class a side is? */
static bool decides(enum race_pair pair, enum code_class class)
{
    switch (pair) {
    case RACE_PAIR_LOADER:
        return class == CODE_LOADER;
    case RACE_PAIR_COLLECTOR:
        return class == CODE_COLLECTOR;
    case RACE_PAIR_RUNTIME:
        return class == CODE_RUNTIME;
    case RACE_PAIR_STRING_END:
        return class == CODE_SCANNER;
    case RACE_PAIR_DECLARED:
    case RACE_PAIR_CONDITION:
    case RACE_PAIR_RWLOCK:
        return false;
    default:
        return true;
    }
}

static int compare_names(const struct code_rule *a, const struct code_rule *b)
{
    char left[CODE_RULE_TEXT], right[CODE_RULE_TEXT];

    if (!a || !b) {
        return (a ? 1 : 0) - (b ? 1 : 0);
    }
    return strcmp(code_rule_text(a, left), code_rule_text(b, right));
}

int race_left_outs_add(struct race_left_outs *outs, enum race_pair pair,
                       const struct race_code_place places[2])
{
    struct race_left_out add = {.pair = pair, .count = 1};
    struct race_left_out *added;
    size_t n = 0;

    for (int i = 0; i < 2; i++) {
        const struct code_owner *owner = &places[i].owner;

        if (owner->rule && decides(pair, owner->class) &&
            !(n && !compare_names(add.rules[0], owner->rule))) {
            add.rules[n++] = owner->rule;
        }
    }
    if (n == 2 && compare_names(add.rules[0], add.rules[1]) > 0) {
        const struct code_rule *first = add.rules[1];

        add.rules[1] = add.rules[0];
        add.rules[0] = first;
    }
    for (size_t i = 0; i < outs->n; i++) {
        if (outs->list[i].pair == pair &&
            !compare_names(outs->list[i].rules[0], add.rules[0]) &&
            !compare_names(outs->list[i].rules[1], add.rules[1])) {
            outs->list[i].count++;
            return 0;
        }
    }
    added = array_add(outs->list, outs->n, outs->room);
    if (!added) {
        return MEMTRACE_ERR_NOMEM;
    }
    *added = add;
    return 0;
}

static int compare_outs(const void *a, const void *b)
{
    const struct race_left_out *left = a, *right = b;
    int names = compare_names(left->rules[0], right->rules[0]);

    if (left->count != right->count) {
        return left->count > right->count ? -1 : 1;
    }
    if (!names) {
        names = compare_names(left->rules[1], right->rules[1]);
    }
    return names ? names : (int)left->pair - (int)right->pair;
}

void race_left_outs_sort(struct race_left_outs *outs)
{
    if (outs->n) {
        qsort(outs->list, outs->n, sizeof(*outs->list), compare_outs);
    }
}

void race_left_outs_free(struct race_left_outs *outs)
{
    free(outs->list);
    *outs = (struct race_left_outs){.n = 0};
}
