/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * left_out.h - which races are libraries' own business: by the classes of the
 * two sides, see code_class.h.
 */
#ifndef LEFT_OUT_H
#define LEFT_OUT_H

#include "code_place.h"
#include "race.h"
#include "trace_symbols.h"

struct guest;

/*
 * What is done with a pair: a name for the matrix and for reports, and why.
 * The last three are of no pair: what the accesses are says it.
 */
#define RACE_PAIR_LIST(X)                                                      \
    X(REPORT, "report", "it is reported")                                      \
    X(LOADER, "loader", "the loader links while other threads run")            \
    X(COLLECTOR, "collector", "it looks at memory as it is, whatever is done") \
    X(RUNTIME, "runtime", "the run-time's memory, also if libc frees it")      \
    X(ALLOCATOR, "allocator", "the memory is an allocator's")                  \
    X(ATOMIC, "atomic", "both accesses are atomic in the source")              \
    X(INSIDE, "inside", "both functions have only libc's data in hand")        \
    X(DATA, "data", "if it is libc's or a thread's, or, nameless, by a lock")  \
    X(DECLARED, "declared", "if the variable is declared _Atomic")             \
    X(STRING_END, "string-end", "a load of more than what is looked at")       \
    X(CONDITION, "condition", "the counter of a pthread_cond_t, nameless")     \
    X(RWLOCK, "rwlock", "the writer of a pthread_rwlock_t, nameless")

enum race_pair {
#define RACE_PAIR_ENUM(id, name, words) RACE_PAIR_##id,
    RACE_PAIR_LIST(RACE_PAIR_ENUM)
#undef RACE_PAIR_ENUM
        RACE_PAIRS
};

/** race_pair_name() - as the matrix and reports have it. */
const char *race_pair_name(enum race_pair pair);

/** race_pair_words() - why it is left out, in half a line. */
const char *race_pair_words(enum race_pair pair);

/** race_pair_of() - the cell of the matrix; the order does not matter. */
enum race_pair race_pair_of(enum code_class a, enum code_class b);

/**
 * struct race_evidence - what a decision rests on
 * @race, @places: the race, and where its sides are
 * @insns: of its sides; NULL where it is not known, as the kernel's
 * @memory: what was raced for
 * @data: of what class the file is that the memory is of; else CODE_USER
 * @guest: its facts, or NULL
 */
struct race_evidence {
    const struct race *race;
    const struct race_code_place *places;
    const struct memtrace_insn *insns[2];
    const struct trace_place *memory;
    enum code_class data;
    const struct guest *guest;
};

/**
 * race_is_declared_atomic() - is it an _Atomic variable, and both sides the
 * program's?
 *
 * Then a plain instruction is what the compiler made of an atomic access;
 * memcpy() would copy it as it is.
 */
bool race_is_declared_atomic(const struct race_evidence *evidence);

/** race_left_out_by() - Return: why it is left out, or RACE_PAIR_REPORT. */
enum race_pair race_left_out_by(const struct race_evidence *evidence);

/**
 * struct race_left_out - races that were left out, for one reason
 * @pair: why
 * @rules: that said so, by the names that they have; NULL where there are none
 *         or but one
 * @count: of pairs of instructions
 */
struct race_left_out {
    enum race_pair pair;
    const struct code_rule *rules[2];
    size_t count;
};

/** struct race_left_outs - all of them; all 0 are none */
struct race_left_outs {
    struct race_left_out *list;
    size_t n;
    size_t room;
};

/** race_left_outs_add() - count one. Return: 0, or MEMTRACE_ERR_NOMEM. */
int race_left_outs_add(struct race_left_outs *outs, enum race_pair pair,
                       const struct race_code_place places[2]);

/** race_left_outs_sort() - the most first. */
void race_left_outs_sort(struct race_left_outs *outs);

void race_left_outs_free(struct race_left_outs *outs);

#endif /* LEFT_OUT_H */
