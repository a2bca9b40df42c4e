/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clipped.c - see clipped.h. */
#include "clipped.h"

#include "access_inline.h"
#include "compat.h"
#include "producer.h"
#include "thread.h"

/* Bytes that the running instruction of this thread still loads. */
static _Thread_local uint32_t bytes_left;

static void begin(unsigned vcpu_index, void *userdata)
{
    (void)vcpu_index;
    bytes_left = 1u << (uintptr_t)userdata;
}

static unsigned log2_of(uint32_t power)
{
    return (unsigned)__builtin_ctz(power);
}

/* What QEMU has begins with the bytes that count: the guest's lowest. */
static unsigned value_of(uint32_t info, uint32_t size_bytes, uint64_t words[2])
{
    if (size_bytes > 16 || !compat_value(info, words)) {
        return 0;
    }
    if (size_bytes < 8) {
        words[0] &= ((uint64_t)1 << 8 * size_bytes) - 1;
    }
    return size_bytes == 16 ? 2 : 1;
}

static void on_access(unsigned vcpu_index, uint32_t info, uint64_t vaddr,
                      void *userdata)
{
    uint32_t size_bytes = 1u << qemu_plugin_mem_size_shift(info);
    uint32_t tag = (uint32_t)(uintptr_t)userdata;
    uint64_t words[2] = {0, 0};

    if (qemu_plugin_mem_is_store(info)) {
        tag |= CHANNEL_TAG_STORE;
    } else {
        size_bytes = size_bytes < bytes_left ? size_bytes : bytes_left;
        bytes_left -= size_bytes;
    }
    if (size_bytes == 0) {
        return;
    }
    tag |= log2_of(size_bytes);
    if (!is_wanted(vcpu_index, vaddr, tag)) {
        return;
    }
    thread_attach(vcpu_index);
    if (plugin_recording.options.asked.values) {
        producer_put_valued(plugin_recording.channel, plugin_thread.slot, vaddr,
                            tag, words, value_of(info, size_bytes, words));
    } else {
        producer_put(plugin_recording.channel, plugin_thread.slot, vaddr, tag);
    }
}

void clipped_watch(struct qemu_plugin_insn *insn, uint32_t tag,
                   unsigned size_log2)
{
    qemu_plugin_register_vcpu_insn_exec_cb(insn, begin, QEMU_PLUGIN_CB_NO_REGS,
                                           (void *)(uintptr_t)size_log2);
    qemu_plugin_register_vcpu_mem_cb(insn, on_access, QEMU_PLUGIN_CB_NO_REGS,
                                     QEMU_PLUGIN_MEM_RW,
                                     (void *)(uintptr_t)tag);
}
