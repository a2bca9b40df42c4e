/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyses.h - the one table of analyses. */
#ifndef ANALYSES_H
#define ANALYSES_H

#include "analysis.h"

/* All analyses, NULL at the end. */
extern const struct analysis *const analyses[];

/** analysis_find() - Return: the analysis of that name, or NULL. */
const struct analysis *analysis_find(const char *name);

#endif /* ANALYSES_H */
