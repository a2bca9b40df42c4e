/* SPDX-License-Identifier: GPL-2.0-or-later */
/* creators.h - where in the program a thread was started. */
#ifndef CREATORS_H
#define CREATORS_H

#include "code_place.h"
#include "memtrace.h"

/**
 * race_creation_find() - the last access before the clone that is not libc's
 * @out: all 0 where it is not found
 *
 * There is no stack in a trace, but what called pthread_create() has most
 * likely stored something right before.
 *
 * Return: 0, or a negative error.
 */
int race_creation_find(struct memtrace_reader *reader, struct symbols *symbols,
                       const struct code_rules *rules, uint32_t thread,
                       struct race_code_place *out);

#endif /* CREATORS_H */
