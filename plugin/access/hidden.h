/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hidden.h - accesses that QEMU does not show, but that can be worked out:
 * where it tells registers.
 */
#ifndef PLUGIN_HIDDEN_H
#define PLUGIN_HIDDEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qemu_api.h"

/**
 * hidden_learn() - at translation: what the guest itself asks about hidden
 * accesses
 * @next: the instruction behind it in the same block, or NULL
 *
 * To be called for every instruction, also for those that are not recorded.
 */
void hidden_learn(struct qemu_plugin_insn *insn, struct qemu_plugin_insn *next);

/**
 * hidden_watch() - at translation: what an instruction accesses unseen
 * @data: its @size bytes
 * @tag: of its accesses, with its number
 * @kind: enum channel_unseen: what is counted where it cannot be worked out
 *
 * Return: whether it is seen to; false where it is to be counted alone.
 */
bool hidden_watch(struct qemu_plugin_insn *insn, const uint8_t *data,
                  size_t size, uint32_t tag, unsigned kind);

#endif /* PLUGIN_HIDDEN_H */
