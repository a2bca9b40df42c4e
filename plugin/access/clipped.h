/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * clipped.h - callbacks for instructions of which QEMU loads more than the
 * manual says: the loads are cut to that.
 */
#ifndef PLUGIN_CLIPPED_H
#define PLUGIN_CLIPPED_H

#include <stdint.h>

#include "qemu_api.h"

/**
 * clipped_watch() - register the callbacks
 * @tag: of the instruction's accesses, with neither size nor direction
 * @size_log2: of the bytes that an execution loads, from the first on
 */
void clipped_watch(struct qemu_plugin_insn *insn, uint32_t tag,
                   unsigned size_log2);

#endif /* PLUGIN_CLIPPED_H */
