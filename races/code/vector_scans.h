/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vector_scans.h - instructions of strlen() and the like, where the function
 * has no name.
 */
#ifndef VECTOR_SCANS_H
#define VECTOR_SCANS_H

#include <stdbool.h>

#include "memtrace.h"

/**
 * race_code_scans() - does an instruction load, to compare vectors?
 * @arch: the guest's name
 */
bool race_code_scans(const char *arch, const struct memtrace_insn *insn);

#endif /* VECTOR_SCANS_H */
