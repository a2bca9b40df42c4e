/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * insns.h - numbers for translated instructions.
 */
#ifndef PLUGIN_INSNS_H
#define PLUGIN_INSNS_H

#include <stddef.h>
#include <stdint.h>

/* Of a table that is full: so many instructions. Both tables take 100 MiB. */
#define INSNS_KEPT (3u << 18)

/**
 * insns_number() - the number of an instruction
 * @pc: guest virtual address
 * @data: its @size bytes
 * @flags: CHANNEL_INSN_ flags
 *
 * The same pc with the same bytes has the same number in a process, however
 * often it is translated, as long as fewer than INSNS_KEPT others are
 * translated in between.  The recorder is told of a new one.  Thread safe.
 *
 * Return: the number; CHANNEL_INSN_MAX for all when numbers have run out.
 */
uint32_t insns_number(uint64_t pc, const uint8_t *data, size_t size,
                      unsigned flags);

/** insns_after_fork() - in the child: make the lock anew. */
void insns_after_fork(void);

#endif /* PLUGIN_INSNS_H */
