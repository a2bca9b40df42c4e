/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * run_again.h - instructions that QEMU runs a second time.
 *
 * Where a store hits the page of the block that runs, QEMU ends the block
 * before the store and runs the instruction again, alone in a block.  What it
 * had loaded by then is in the trace already, and is not recorded again.
 */
#ifndef PLUGIN_RUN_AGAIN_H
#define PLUGIN_RUN_AGAIN_H

#include <stddef.h>
#include <stdint.h>

#include "channel.h"
#include "qemu_api.h"

/* The last load by an atomic instruction of this thread: its own. */
struct run_again_load {
    uint64_t vaddr;
    uint32_t insn;
};

extern __attribute__((
    visibility("hidden"))) _Thread_local struct run_again_load run_again_atomic;

/**
 * run_again_loaded() - an atomic instruction has loaded
 * @tag: of the access, as it is recorded
 *
 * The stamp that follows may be in another chunk, where the load is not seen.
 */
static inline void run_again_loaded(uint64_t vaddr, uint32_t tag)
{
    run_again_atomic.vaddr = vaddr;
    run_again_atomic.insn = tag >> CHANNEL_TAG_INSN_SHIFT;
}

/**
 * run_again_watch() - look out for that
 * @insn: the only one of a block
 * @data: its @size bytes
 * @number: of it
 * @callback: what its accesses are to be told to
 *
 * While the block is translated, before the instruction gets callbacks.
 *
 * Return: the callback to use: @callback itself where this instruction has no
 * need.
 */
qemu_plugin_vcpu_mem_cb run_again_watch(struct qemu_plugin_insn *insn,
                                        const uint8_t *data, size_t size,
                                        uint32_t number,
                                        qemu_plugin_vcpu_mem_cb callback);

#endif /* PLUGIN_RUN_AGAIN_H */
