/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * instructions.h - which instructions go into the trace: those that accessed
 * memory.  The plugin sends a definition of every instruction that it
 * translates.
 */
#ifndef RECORDER_INSTRUCTIONS_H
#define RECORDER_INSTRUCTIONS_H

#include "memtrace.h"

/* Definitions that are kept at a time, in pages of 4096: 66 MiB. */
#define INSTRUCTIONS_PAGES 512

struct instructions;
struct memtrace_writer;

/** instructions_new() - Return: an empty table that writes to @writer. */
struct instructions *instructions_new(struct memtrace_writer *writer);
void instructions_free(struct instructions *instructions);

/**
 * instructions_define() - the plugin has defined a number
 *
 * Definitions and uses come in any order, from any thread; the second of the
 * two writes the instruction.  If more are defined than can be kept, the
 * earliest are written although they were not used so far.
 *
 * Return: 0, or a negative error of the library.
 */
int instructions_define(struct instructions *instructions,
                        const struct memtrace_insn *insn);

/** instructions_use() - instruction @number has made an access. */
int instructions_use(struct instructions *instructions, uint32_t number);

#endif /* RECORDER_INSTRUCTIONS_H */
