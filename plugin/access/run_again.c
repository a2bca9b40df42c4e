/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * run_again.c - see run_again.h.
 *
 * How it is told from an instruction that the guest runs twice: this one loads
 * and then stores, and the last that its thread has recorded are its loads,
 * from where it loads now.
 *
 * Where not all stores are recorded, the guest may have run it twice with
 * nothing between.  Then it counts only if a block of one instruction is never
 * made but for this: not of a jump, nor at the end of a page.
 */
#include "run_again.h"

#include <stdatomic.h>

#include "compat.h"
#include "gate.h"
#include "guest_arch.h"
#include "pages.h"
#include "plugin_recording.h"
#include "thread.h"

#define MOST_LOADS 4     /* of an instruction before it stores */
#define MOST_CALLBACKS 4 /* that access_callback() gives in one recording */
#define LONGEST_INSN 16  /* the next one may lie on both pages */

_Thread_local struct run_again_load run_again_atomic;

/* What the instruction has loaded the first time, and now loads again. */
static _Thread_local struct {
    uint64_t vaddrs[MOST_LOADS];
    unsigned n;
    unsigned next;
} first;

/* Each is set once, by any thread, before a wrapper that uses it is given. */
static _Atomic(qemu_plugin_vcpu_mem_cb) plain[MOST_CALLBACKS];

static void remember_first(unsigned vcpu_index, void *userdata)
{
    uint32_t insn = (uint32_t)(uintptr_t)userdata;
    bool is_all;

    (void)vcpu_index;
    first.next = 0;
    first.n = 0;
    if (!thread_is_known()) {
        return;
    }
    first.n = producer_last_loads(plugin_recording.channel, plugin_thread.slot,
                                  insn, first.vaddrs, MOST_LOADS, &is_all);
    if (first.n == 0 && is_all && run_again_atomic.insn == insn) {
        first.vaddrs[first.n++] = run_again_atomic.vaddr;
    }
    run_again_atomic.insn = 0;
}

static bool is_repeated(uint32_t info, uint64_t vaddr)
{
    bool is_store = info >> COMPAT_STORE_BIT & 1;

    if (!is_store && first.next < first.n &&
        first.vaddrs[first.next] == vaddr) {
        first.next++;
        return true;
    }
    first.n = 0;
    return false;
}

#define DEFINE_WRAPPER(i)                                                      \
    static void on_access_##i(unsigned vcpu_index, uint32_t info,              \
                              uint64_t vaddr, void *userdata)                  \
    {                                                                          \
        if (!is_repeated(info, vaddr)) {                                       \
            atomic_load (&plain[i])(vcpu_index, info, vaddr, userdata);        \
        }                                                                      \
    }

DEFINE_WRAPPER(0)
DEFINE_WRAPPER(1)
DEFINE_WRAPPER(2)
DEFINE_WRAPPER(3)

static qemu_plugin_vcpu_mem_cb wrapper_of(qemu_plugin_vcpu_mem_cb callback)
{
    static const qemu_plugin_vcpu_mem_cb wrappers[MOST_CALLBACKS] = {
        on_access_0, on_access_1, on_access_2, on_access_3};

    for (unsigned i = 0; i < MOST_CALLBACKS; i++) {
        qemu_plugin_vcpu_mem_cb there = NULL;

        if (atomic_compare_exchange_strong(&plain[i], &there, callback) ||
            there == callback) {
            return wrappers[i];
        }
    }
    return callback;
}

static bool is_at_end_of_page(uint64_t end)
{
    return (end + LONGEST_INSN - 1) / PAGE_BYTES != (end - 1) / PAGE_BYTES;
}

qemu_plugin_vcpu_mem_cb run_again_watch(struct qemu_plugin_insn *insn,
                                        const uint8_t *data, size_t size,
                                        uint32_t number,
                                        qemu_plugin_vcpu_mem_cb callback)
{
    const struct guest_arch *arch = plugin_recording.arch;
    bool has_all_stores = plugin_recording.options.stores && !gate_is_used;
    enum guest_then_stores how =
        arch->loads_then_stores != NULL && plugin_recording.options.loads
            ? arch->loads_then_stores(data, size)
            : GUEST_THEN_STORES_NOT;

    if (how == GUEST_THEN_STORES_NOT ||
        (!has_all_stores &&
         (how == GUEST_THEN_STORES_AND_JUMPS ||
          is_at_end_of_page(qemu_plugin_insn_vaddr(insn) + size)))) {
        return callback;
    }
    qemu_plugin_register_vcpu_insn_exec_cb(insn, remember_first,
                                           QEMU_PLUGIN_CB_NO_REGS,
                                           (void *)(uintptr_t)number);
    return wrapper_of(callback);
}
