/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * access_values.c - the memory callbacks where values are recorded, apart from
 * those of access.c, which pay nothing for it.
 *
 * QEMU has the value of a plain load or store.  Of an atomic read-modify-write
 * it has, while other threads live, the operand where the result was stored:
 * there memory is asked right after.  What is loaded it has, but for some.
 */
#include "access_values.h"

#include "access_inline.h"
#include "stamp_clock.h"
#include "compat.h"
#include "guest_memory.h"
#include "plugin_recording.h"
#include "producer.h"
#include "run_again.h"
#include "thread.h"

#define WIDEST_LOG2 4 /* no value has more bytes */

/* The load of an atomic instruction on this thread, till its store comes. */
static _Thread_local struct {
    uint64_t vaddr;
    uint32_t tag;
} last_load;

/* Asked of QEMU, not worked out: where there are values there is time. */
static uint32_t tag_of(uint32_t info, const void *userdata)
{
    return (uint32_t)(uintptr_t)userdata | qemu_plugin_mem_size_shift(info) |
           (qemu_plugin_mem_is_store(info) ? CHANNEL_TAG_STORE : 0);
}

/* Some loads and stores reverse the bytes: that is not in memory. */
static void reverse(uint64_t words[2], unsigned size_log2)
{
    uint64_t low = __builtin_bswap64(words[0]);

    if (size_log2 == WIDEST_LOG2) {
        words[0] = __builtin_bswap64(words[1]);
        words[1] = low;
    } else {
        words[0] = low >> (64 - (8u << size_log2));
    }
}

/* Return: how many words there are, 0 where the value is not known. */
static unsigned value_of(uint32_t info, uint32_t tag, uint64_t words[2])
{
    unsigned size_log2 = tag & CHANNEL_TAG_SIZE_MASK;

    if (size_log2 > WIDEST_LOG2 || !compat_value(info, words)) {
        return 0;
    }
    if (qemu_plugin_mem_is_big_endian(info) !=
        plugin_recording.guest->is_big_endian) {
        reverse(words, size_log2);
    }
    return size_log2 == WIDEST_LOG2 ? 2 : 1;
}

/* What memory has there now. */
static unsigned value_in_memory(uint64_t vaddr, uint32_t tag, uint64_t words[2])
{
    unsigned size_log2 = tag & CHANNEL_TAG_SIZE_MASK;
    size_t size = (size_t)1 << size_log2;
    bool is_big_endian = plugin_recording.guest->is_big_endian;
    uint8_t data[1 << WIDEST_LOG2];

    if (size_log2 > WIDEST_LOG2 || !guest_memory_read(vaddr, data, size)) {
        return 0;
    }
    words[0] = words[1] = 0;
    for (size_t i = 0; i < size; i++) {
        size_t at = is_big_endian ? size - 1 - i : i;

        words[i / 8] |= (uint64_t)data[at] << i % 8 * 8;
    }
    return size_log2 == WIDEST_LOG2 ? 2 : 1;
}

static void put(uint64_t vaddr, uint32_t tag, const uint64_t *words,
                unsigned n_words)
{
    producer_put_valued(plugin_recording.channel, plugin_thread.slot, vaddr,
                        tag, words, n_words);
}

static void on_access_with_value(unsigned vcpu_index, uint32_t info,
                                 uint64_t vaddr, void *userdata)
{
    uint32_t tag = tag_of(info, userdata);
    uint64_t words[2];

    if (is_wanted(vcpu_index, vaddr, tag)) {
        thread_attach(vcpu_index);
        put(vaddr, tag, words, value_of(info, tag, words));
    }
}

/* As access_atomic(): a store-exclusive is a store alone. */
static inline void atomic_with_value(unsigned vcpu_index, uint32_t info,
                                     uint64_t vaddr, void *userdata,
                                     bool loads_result)
{
    bool is_store_only = ((uintptr_t)userdata & CHANNEL_TAG_STORE) != 0;
    bool is_load = !qemu_plugin_mem_is_store(info);
    uint32_t tag = tag_of(info, userdata);
    uint64_t words[2];
    unsigned n_words;

    if (is_load) {
        last_load.vaddr = vaddr;
        last_load.tag = tag | CHANNEL_TAG_STORE;
        /* QEMU may have the other byte order, too. */
        n_words = loads_result || qemu_plugin_mem_is_big_endian(info)
                      ? 0
                      : value_of(info, tag, words);
    } else if (last_load.vaddr == vaddr && last_load.tag == tag) {
        last_load.tag = 0;
        n_words = value_in_memory(vaddr, tag, words);
    } else {
        n_words = value_of(info, tag, words);
    }
    if ((is_load && is_store_only) || !is_wanted(vcpu_index, vaddr, tag)) {
        return;
    }
    thread_attach(vcpu_index);
    put(vaddr, tag, words, n_words);
    run_again_loaded(vaddr, is_load ? tag : 0);
    producer_stamp(plugin_recording.channel, plugin_thread.slot,
                   stamp_after(plugin_recording.channel), false);
}

static void on_atomic_with_value(unsigned vcpu_index, uint32_t info,
                                 uint64_t vaddr, void *userdata)
{
    atomic_with_value(vcpu_index, info, vaddr, userdata, false);
}

static void on_atomic_with_result(unsigned vcpu_index, uint32_t info,
                                  uint64_t vaddr, void *userdata)
{
    atomic_with_value(vcpu_index, info, vaddr, userdata, true);
}

/* As access_loads_twice(): one load, told with the store. */
static void on_atomic_loading_twice(unsigned vcpu_index, uint32_t info,
                                    uint64_t vaddr, void *userdata)
{
    uint32_t tag = tag_of(info, userdata);
    uint64_t words[2];

    if (!qemu_plugin_mem_is_store(info)) {
        return;
    }
    thread_attach(vcpu_index);
    if (is_wanted(vcpu_index, vaddr, tag & ~CHANNEL_TAG_STORE)) {
        put(vaddr, tag & ~CHANNEL_TAG_STORE, words, 0);
    }
    if (is_wanted(vcpu_index, vaddr, tag)) {
        put(vaddr, tag, words, value_in_memory(vaddr, tag, words));
    }
    producer_stamp(plugin_recording.channel, plugin_thread.slot,
                   stamp_after(plugin_recording.channel), false);
}

qemu_plugin_vcpu_mem_cb access_values_callback(unsigned insn_flags)
{
    if (!(insn_flags & GUEST_INSN_ATOMIC)) {
        return on_access_with_value;
    }
    if (insn_flags & GUEST_INSN_LOADS_TWICE) {
        return on_atomic_loading_twice;
    }
    return insn_flags & GUEST_INSN_LOADS_RESULT ? on_atomic_with_result
                                                : on_atomic_with_value;
}
