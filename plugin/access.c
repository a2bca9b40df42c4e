/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * access.c - the memory callbacks: the one place that is paid for at every
 * access of the guest.
 *
 * The common path is: test the page's bit, compare the cursor with the limit,
 * store 12 bytes, advance the cursor.  Whatever else there is to do happens
 * where the cursor has reached the limit, or in the callback that atomic
 * instructions have of their own.
 */
#include "access.h"

#include "clock.h"
#include "pages.h"
#include "plugin_recording.h"
#include "thread.h"

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/*
 * qemu_plugin_meminfo_t of API version 1: the memory operation, whose low
 * bits are log2 of the size, from bit 4 on; then 1 load, 2 store, 3 both.
 */
#define INFO_SIZE_SHIFT 4
#define INFO_KIND_SHIFT 16
#define INFO_BOTH 3

static inline uint32_t tag_of_info(uint32_t info)
{
    uint32_t size = info >> INFO_SIZE_SHIFT & CHANNEL_TAG_SIZE_MASK;
    /* Bit 1 of the kind, which a store has, becomes CHANNEL_TAG_STORE. */
    uint32_t store = info >> (INFO_KIND_SHIFT - 2) & CHANNEL_TAG_STORE;

    return size | store;
}

/* The first byte is not writable; is the last, on another page? */
static bool straddles_into_writable(uint64_t vaddr, uint32_t info)
{
    uint64_t size = 1u << (info >> INFO_SIZE_SHIFT & CHANNEL_TAG_SIZE_MASK);
    uint64_t last = vaddr + size - 1;

    return (vaddr ^ last) >> PAGE_SHIFT != 0 && pages_contain(last);
}

static inline bool counts(uint64_t vaddr, uint32_t info)
{
    return likely(pages_contain(vaddr)) ||
           straddles_into_writable(vaddr, info);
}

/* The slot has no room, or there is none yet. */
static __attribute__((noinline)) void append_slow(unsigned vcpu_index,
                                                  uint64_t vaddr,
                                                  uint32_t tag)
{
    thread_attach(vcpu_index);
    producer_put(plugin_recording.channel, plugin_thread.slot, vaddr, tag);
}

static inline void append(unsigned vcpu_index, uint64_t vaddr, uint32_t tag)
{
    struct channel_slot *slot = plugin_thread.slot;
    uint64_t cursor = producer_cursor(slot);

    if (unlikely(cursor >= slot->limit)) {
        append_slow(vcpu_index, vaddr, tag);
        return;
    }
    producer_append(slot, cursor, vaddr, tag);
}

static void on_access(unsigned vcpu_index, uint32_t info, uint64_t vaddr,
                      void *userdata)
{
    if (likely(counts(vaddr, info))) {
        append(vcpu_index, vaddr,
               (uint32_t)(uintptr_t)userdata | tag_of_info(info));
    }
}

/*
 * Loads or stores alone.  QEMU 7.2 mistakes one kind for another where a
 * callback is asked for one of them, so all come and are told apart here.
 */
static void on_access_of_kind(unsigned vcpu_index, uint32_t info,
                              uint64_t vaddr, void *userdata)
{
    const struct plugin_options *options = &plugin_recording.options;
    bool is_store = (tag_of_info(info) & CHANNEL_TAG_STORE) != 0;

    if ((is_store ? options->stores : options->loads) &&
        (options->all_regions || counts(vaddr, info))) {
        append(vcpu_index, vaddr,
               (uint32_t)(uintptr_t)userdata | tag_of_info(info));
    }
}

static void on_access_anywhere(unsigned vcpu_index, uint32_t info,
                               uint64_t vaddr, void *userdata)
{
    append(vcpu_index, vaddr,
           (uint32_t)(uintptr_t)userdata | tag_of_info(info));
}

/*
 * QEMU 7.2 reports a read-modify-write as one callback of both kinds while
 * other threads are alive; here it is a load and a store in every QEMU.  A
 * store-exclusive is a store, whatever QEMU makes of it.
 */
static void on_atomic_access(unsigned vcpu_index, uint32_t info,
                             uint64_t vaddr, void *userdata)
{
    const struct plugin_options *options = &plugin_recording.options;
    uint32_t tag = (uint32_t)(uintptr_t)userdata;
    bool is_store_only = (tag & CHANNEL_TAG_STORE) != 0;
    uint32_t kind = info >> INFO_KIND_SHIFT & 3;

    if (!options->all_regions && !counts(vaddr, info)) {
        return;
    }
    tag &= ~CHANNEL_TAG_STORE;
    tag |= info >> INFO_SIZE_SHIFT & CHANNEL_TAG_SIZE_MASK;
    if ((kind & QEMU_PLUGIN_MEM_R) && options->loads && !is_store_only) {
        append(vcpu_index, vaddr, tag);
    }
    if ((kind & QEMU_PLUGIN_MEM_W) && options->stores) {
        append(vcpu_index, vaddr, tag | CHANNEL_TAG_STORE);
    }
    producer_stamp(plugin_recording.channel, plugin_thread.slot,
                   clock_ticks_after(), false);
}

void access_stamp_before(unsigned vcpu_index, void *userdata)
{
    (void)userdata;
    thread_attach(vcpu_index);
    producer_stamp(plugin_recording.channel, plugin_thread.slot,
                   clock_ticks_before(), false);
}

qemu_plugin_vcpu_mem_cb access_callback(bool is_atomic)
{
    const struct plugin_options *options = &plugin_recording.options;

    if (is_atomic) {
        return on_atomic_access;
    }
    if (!options->loads || !options->stores) {
        return on_access_of_kind;
    }
    return options->all_regions ? on_access_anywhere : on_access;
}
