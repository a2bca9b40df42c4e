/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hidden.h - accesses that QEMU does not report, but that follow from the
 * values of registers, where QEMU tells those.
 */
#ifndef PLUGIN_HIDDEN_H
#define PLUGIN_HIDDEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qemu_api.h"

/**
 * hidden_learn() - at translation: watch an instruction by which the guest asks
 * what hidden accesses depend on, such as the size of a block
 * @next: the instruction behind it in the same block, or NULL
 *
 * To be called for every instruction, also for those that are not recorded.
 */
void hidden_learn(struct qemu_plugin_insn *insn, struct qemu_plugin_insn *next);

/**
 * hidden_watch() - at translation: have the hidden accesses of an instruction
 * recorded
 * @data: its @size bytes
 * @tag: of its accesses, with its number
 * @kind: enum channel_unseen: counted at each execution whose accesses cannot
 *        be worked out
 *
 * Return: whether that is done; false if the caller is to count executions.
 */
bool hidden_watch(struct qemu_plugin_insn *insn, const uint8_t *data,
                  size_t size, uint32_t tag, unsigned kind);

#endif /* PLUGIN_HIDDEN_H */
