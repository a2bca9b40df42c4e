/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * line_crossings.h - how many accesses go over the end of a cache line: an
 * example of an analysis; see docs/analyses.md.
 */
#ifndef LINE_CROSSINGS_H
#define LINE_CROSSINGS_H

#include "analysis.h"

#define CROSSINGS_SIZES 8 /* 1 to 128 bytes */

/**
 * struct line_crossings - the results
 * @n_accesses: by the logarithm of their size, to the base of 2
 * @n_crossing: those of them that go over the end of a line
 */
struct line_crossings {
    uint64_t n_accesses[CROSSINGS_SIZES];
    uint64_t n_crossing[CROSSINGS_SIZES];
};

/* The settings: how long a line is, 64 bytes without any. */
struct line_crossings_settings {
    unsigned line_bytes;
};

extern const struct analysis analysis_crossings;

/** line_crossings() - the results of a finished state. */
const struct line_crossings *line_crossings(const void *state);

#endif /* LINE_CROSSINGS_H */
