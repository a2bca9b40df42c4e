/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * named_atomics.h - atomic accesses that no atomic instruction makes: relaxed
 * ones, and all plain loads and stores of x86_64.  The debug information knows
 * them where the program says what it does, and races on them are no races.
 */
#ifndef NAMED_ATOMICS_H
#define NAMED_ATOMICS_H

#include <stdbool.h>

#include "races.h"

struct race_scan;

/* Instructions of which that is known. All zero has none. */
struct race_atomics {
    bool *is_atomic; /* by instruction */
    size_t n;
};

/**
 * race_atomics_learn() - make all bytes synchronise that the instructions of
 *                        such races access
 * @scan: has been judged
 * @symbols: tells
 *
 * Return: 1 where there is anything new, so that the races are to be looked for
 * once more; 0, or a negative error.
 */
int race_atomics_learn(struct race_atomics *atomics, struct race_scan *scan,
                       struct memtrace_reader *reader,
                       const struct races_config *config,
                       const struct races *races);
void race_atomics_free(struct race_atomics *atomics);

#endif /* NAMED_ATOMICS_H */
