/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * translate.c - translation-time work: each instruction gets its number and
 * the cheapest callback that does for it.
 */
#include "translate.h"

#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "clipped.h"
#include "compat.h"
#include "gate.h"
#include "heap.h"
#include "hidden.h"
#include "initial_map.h"
#include "insn_numbers.h"
#include "file_roles.h"
#include "plugin_recording.h"
#include "run_again.h"

/* Executed, but without a callback for what it accesses. */
static void count_unseen(unsigned vcpu_index, void *userdata)
{
    _Atomic(uint64_t) *count = userdata;

    (void)vcpu_index;
    atomic_fetch_add_explicit(count, 1, memory_order_relaxed);
}

static void watch_unseen(struct qemu_plugin_insn *insn, const uint8_t *data,
                         size_t size, uint32_t tag)
{
    const struct guest_arch *arch = plugin_recording.arch;
    unsigned kind = arch->unseen != NULL
                        ? arch->unseen(data, size, compat_shown())
                        : CHANNEL_UNSEEN_NONE;

    if (!hidden_watch(insn, data, size, tag, kind) &&
        kind != CHANNEL_UNSEEN_NONE) {
        qemu_plugin_register_vcpu_insn_exec_cb(
            insn, count_unseen, QEMU_PLUGIN_CB_NO_REGS,
            &plugin_recording.channel->unseen[kind]);
    }
}

/* In a block that does not tell: is it of the set with shorter ones? */
static bool is_of_mixed_set(const struct qemu_plugin_insn *insn,
                            const uint8_t *data, size_t size)
{
    const struct guest_arch *arch = plugin_recording.arch;
    const char *name = arch->mixed_name ? arch->mixed_name(data, size) : NULL;
    char *text = name ? qemu_plugin_insn_disas(insn) : NULL;
    bool is_it = text && strncmp(text, name, strlen(name)) == 0;

    free(text);
    return is_it;
}

/* GUEST_INSN_ flags, as the recorder is told them. */
static unsigned told_flags(unsigned flags)
{
    return (flags & GUEST_INSN_ATOMIC ? CHANNEL_INSN_ATOMIC : 0) |
           (flags & GUEST_INSN_STORE_ONLY ? CHANNEL_INSN_CONDITIONAL : 0);
}

/* @is_alone: it is all of its block */
static void instrument(struct qemu_plugin_insn *insn, bool is_mixed,
                       bool is_alone)
{
    uint8_t data[COMPAT_INSN_BYTES];
    size_t size = compat_insn_bytes(insn, data);
    unsigned flags = plugin_recording.arch->classify(
        data, size, is_mixed || is_of_mixed_set(insn, data, size));
    bool is_atomic = (flags & GUEST_INSN_ATOMIC) != 0;
    uint32_t number = insn_number(qemu_plugin_insn_vaddr(insn), data, size,
                                  told_flags(flags));
    uintptr_t tag = (uintptr_t)number << CHANNEL_TAG_INSN_SHIFT;
    qemu_plugin_vcpu_mem_cb callback = access_callback(flags);

    if (is_alone) {
        callback = run_again_watch(insn, data, size, number, callback);
    }
    if (is_atomic) {
        tag |= CHANNEL_TAG_ATOMIC;
        if (flags & GUEST_INSN_STORE_ONLY) {
            tag |= CHANNEL_TAG_STORE;
        }
        qemu_plugin_register_vcpu_insn_exec_cb(insn, access_stamp_before,
                                               QEMU_PLUGIN_CB_NO_REGS, NULL);
    }
    watch_unseen(insn, data, size, (uint32_t)tag);
    if (flags & GUEST_INSN_NOT_ASKED) {
        compat_leave_out(insn);
        return;
    }
    if (flags >> GUEST_INSN_CLIP_SHIFT != 0) {
        clipped_watch(insn, (uint32_t)tag, flags >> GUEST_INSN_CLIP_SHIFT);
        return;
    }
    qemu_plugin_register_vcpu_mem_cb(insn, callback, QEMU_PLUGIN_CB_NO_REGS,
                                     QEMU_PLUGIN_MEM_RW, (void *)tag);
}

/* Before the instruction's own callbacks: its accesses are the first. */
static void watch_triggers(struct qemu_plugin_insn *insn)
{
    uint64_t pc = qemu_plugin_insn_vaddr(insn), start;
    const struct lookup_range *heap = file_roles_find(LOOKUP_HEAP, pc, &start);

    if (file_roles_enter_at(LOOKUP_START, pc) != NULL) {
        qemu_plugin_register_vcpu_insn_exec_cb(insn, gate_start,
                                               QEMU_PLUGIN_CB_NO_REGS, NULL);
    }
    if (file_roles_enter_at(LOOKUP_STOP, pc) != NULL) {
        qemu_plugin_register_vcpu_insn_exec_cb(insn, gate_stop,
                                               QEMU_PLUGIN_CB_NO_REGS, NULL);
    }
    if (heap != NULL && start == pc) {
        heap_watch_entry(insn, heap->payload);
    }
}

void translate_block(struct qemu_plugin_tb *tb)
{
    const struct plugin_options *options = &plugin_recording.options;
    size_t n = qemu_plugin_tb_n_insns(tb);
    bool is_mixed = false;

    initial_map_find(tb);
    if (plugin_recording.selection.roles & LOOKUP_BIT(LOOKUP_HEAP)) {
        heap_watch_block(tb);
    }
    if (!options->loads && !options->stores) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        is_mixed |= qemu_plugin_insn_size(qemu_plugin_tb_get_insn(tb, i)) == 2;
    }
    for (size_t i = 0; i < n; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

        watch_triggers(insn);
        hidden_learn(insn,
                     i + 1 < n ? qemu_plugin_tb_get_insn(tb, i + 1) : NULL);
        if (file_roles_want_code(qemu_plugin_insn_vaddr(insn))) {
            instrument(insn, is_mixed, n == 1);
        } else {
            compat_leave_out(insn);
        }
    }
}
