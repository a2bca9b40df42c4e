/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * insn_numbers.h - the numbers by which the trace names translated
 * instructions.
 */
#ifndef PLUGIN_INSN_NUMBERS_H
#define PLUGIN_INSN_NUMBERS_H

#include <stddef.h>
#include <stdint.h>

/* Instructions in a full table.  There are two, of 100 MiB together. */
#define INSN_NUMBERS_KEPT (3u << 18)

/**
 * insn_number() - the number of an instruction
 * @pc: guest virtual address
 * @data: its @size bytes
 * @flags: CHANNEL_INSN_ flags
 *
 * The same pc with the same bytes has the same number in a process, however
 * often it is translated, as long as fewer than INSN_NUMBERS_KEPT others are
 * translated in between.  The recorder is told of a new one.  Where there is no
 * memory for the tables, recording stops.  Thread safe.
 *
 * Return: the number; CHANNEL_INSN_MAX for all when numbers have run out.
 */
uint32_t insn_number(uint64_t pc, const uint8_t *data, size_t size,
                     unsigned flags);

/** insn_numbers_after_fork() - make the lock anew. For process_on_fork(). */
void insn_numbers_after_fork(void);

#endif /* PLUGIN_INSN_NUMBERS_H */
