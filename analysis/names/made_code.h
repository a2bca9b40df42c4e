/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * made_code.h - the names of code that a trace's processes made at run time,
 * as the recorder found them in perf maps and jitdump files: properties
 * "code.PID".
 */
#ifndef MADE_CODE_H
#define MADE_CODE_H

#include <stdbool.h>
#include <stdint.h>

#include "memtrace.h"

struct made_code;
struct symbols;

/** made_code_is_key() - is it the key of a property that lists code? */
bool made_code_is_key(const char *key);

/**
 * made_code_is_dump() - is it a jitdump file, which is mapped for its code?
 *
 * So that perf sees it; what is mapped is no code.
 */
bool made_code_is_dump(const char *path);

/**
 * made_code_new() - read what the trace lists
 * @out: for made_code_free(); NULL on an error
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int made_code_new(struct memtrace_reader *reader, struct made_code **out);

/** made_code_free() - @made may be NULL. */
void made_code_free(struct made_code *made);

/**
 * made_code_tell() - tell the symbols what was there before a time
 * @time: not less than that of the call before, in ticks
 *
 * Between the mappings, forks and starts that are told, so that all are in the
 * order of time.
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int made_code_tell(struct made_code *made, struct symbols *symbols,
                   uint64_t time);

#endif /* MADE_CODE_H */
