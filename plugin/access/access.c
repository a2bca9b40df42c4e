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

#include "access_inline.h"
#include "access_values.h"
#include "stamp_clock.h"
#include "compat.h"
#include "gate.h"
#include "guest_arch.h"
#include "plugin_recording.h"
#include "run_again.h"
#include "thread.h"

static inline __attribute__((always_inline)) uint32_t
tag_of_info(uint32_t info, unsigned size_bit)
{
    uint32_t size = info >> size_bit & CHANNEL_TAG_SIZE_MASK;
    uint32_t store = info >> (COMPAT_STORE_BIT - 3) & CHANNEL_TAG_STORE;

    return size | store;
}

_Static_assert(CHANNEL_TAG_STORE == 1 << 3, "where tag_of_info() puts it");

/* The slot has no room, or there is none yet. */
static __attribute__((noinline)) void append_slow(unsigned vcpu_index,
                                                  uint64_t vaddr, uint32_t tag)
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

/*
 * The callbacks, each for either place of the size in QEMU's info: that is
 * constant in the code, not looked up at each access.
 */

static inline __attribute__((always_inline)) void
access_writable(unsigned vcpu_index, uint32_t info, uint64_t vaddr,
                void *userdata, unsigned size_bit)
{
    uint32_t tag = (uint32_t)(uintptr_t)userdata | tag_of_info(info, size_bit);

    if (likely(pages_contain_flat(vaddr)) ||
        straddles_into_writable(vaddr, tag)) {
        append(vcpu_index, vaddr, tag);
    }
}

/* The same where the map of pages has two levels. */
static inline __attribute__((always_inline)) void
access_writable_sparse(unsigned vcpu_index, uint32_t info, uint64_t vaddr,
                       void *userdata, unsigned size_bit)
{
    uint32_t tag = (uint32_t)(uintptr_t)userdata | tag_of_info(info, size_bit);

    if (likely(counts(vaddr, tag))) {
        append(vcpu_index, vaddr, tag);
    }
}

static inline __attribute__((always_inline)) void
access_anywhere(unsigned vcpu_index, uint32_t info, uint64_t vaddr,
                void *userdata, unsigned size_bit)
{
    append(vcpu_index, vaddr,
           (uint32_t)(uintptr_t)userdata | tag_of_info(info, size_bit));
}

/*
 * Not all of them: loads or stores alone, or what gate.c lets pass.  QEMU 7.2
 * mistakes one kind for another where a callback is asked for one of them, so
 * all come and are told apart here.
 */
static inline void access_selected(unsigned vcpu_index, uint32_t info,
                                   uint64_t vaddr, void *userdata,
                                   unsigned size_bit)
{
    uint32_t tag = (uint32_t)(uintptr_t)userdata | tag_of_info(info, size_bit);

    if (is_wanted(vcpu_index, vaddr, tag)) {
        append(vcpu_index, vaddr, tag);
    }
}

/*
 * QEMU 7.2 reports a read-modify-write as one callback of both kinds while
 * other threads are alive; here it is a load and a store in every QEMU.  A
 * store-exclusive is a store, whatever QEMU makes of it: its tag has the
 * store's bit from translation.
 */
static inline void access_atomic(unsigned vcpu_index, uint32_t info,
                                 uint64_t vaddr, void *userdata,
                                 unsigned size_bit)
{
    uint32_t static_tag = (uint32_t)(uintptr_t)userdata;
    bool is_store_only = (static_tag & CHANNEL_TAG_STORE) != 0;
    uint32_t tag = static_tag | tag_of_info(info, size_bit);
    bool stores = info >> COMPAT_STORE_BIT & 1;
    bool loads = !stores ||
                 (compat_merges_kinds() && (info >> COMPAT_LOAD_BIT & 1) != 0);

    loads = loads && !is_store_only &&
            is_wanted(vcpu_index, vaddr, tag & ~CHANNEL_TAG_STORE);
    if (loads) {
        append(vcpu_index, vaddr, tag & ~CHANNEL_TAG_STORE);
        run_again_loaded(vaddr, tag);
    }
    stores = stores && is_wanted(vcpu_index, vaddr, tag | CHANNEL_TAG_STORE);
    if (stores) {
        append(vcpu_index, vaddr, tag);
    }
    if (!loads && !stores) {
        return;
    }
    if (stores) {
        run_again_loaded(0, 0);
    }
    producer_stamp(plugin_recording.channel, plugin_thread.slot,
                   stamp_after(plugin_recording.channel), false);
}

/* The load that counts is the one right before the store. */
static inline void access_loads_twice(unsigned vcpu_index, uint32_t info,
                                      uint64_t vaddr, void *userdata,
                                      unsigned size_bit)
{
    if (!(info >> COMPAT_STORE_BIT & 1)) {
        return;
    }
    if (!compat_merges_kinds() || !(info >> COMPAT_LOAD_BIT & 1)) {
        access_atomic(vcpu_index, info & ~(1u << COMPAT_STORE_BIT), vaddr,
                      userdata, size_bit);
    }
    access_atomic(vcpu_index, info, vaddr, userdata, size_bit);
}

#define DEFINE_CALLBACKS(name, body)                                           \
    static void name(unsigned vcpu_index, uint32_t info, uint64_t vaddr,       \
                     void *userdata)                                           \
    {                                                                          \
        body(vcpu_index, info, vaddr, userdata, COMPAT_SIZE_BIT);              \
    }                                                                          \
    static void name##_10_2(unsigned vcpu_index, uint32_t info,                \
                            uint64_t vaddr, void *userdata)                    \
    {                                                                          \
        body(vcpu_index, info, vaddr, userdata, COMPAT_SIZE_BIT_10_2);         \
    }

DEFINE_CALLBACKS(on_access, access_writable)
DEFINE_CALLBACKS(on_access_sparse, access_writable_sparse)
DEFINE_CALLBACKS(on_access_anywhere, access_anywhere)
DEFINE_CALLBACKS(on_access_selected, access_selected)
DEFINE_CALLBACKS(on_atomic_access, access_atomic)
DEFINE_CALLBACKS(on_atomic_access_twice, access_loads_twice)

void access_stamp_before(unsigned vcpu_index, void *userdata)
{
    (void)userdata;
    if (gate_is_used && gate_is_closed()) {
        return;
    }
    if (unlikely(!thread_is_known())) {
        thread_attach(vcpu_index);
    }
    producer_stamp(plugin_recording.channel, plugin_thread.slot,
                   stamp_before(plugin_recording.channel), false);
}

qemu_plugin_vcpu_mem_cb access_callback(unsigned flags)
{
    const struct plugin_options *options = &plugin_recording.options;
    bool is_old = compat_size_bit() == COMPAT_SIZE_BIT;

    if (options->asked.values) {
        return access_values_callback(flags);
    }
    if (flags & GUEST_INSN_LOADS_TWICE) {
        return is_old ? on_atomic_access_twice : on_atomic_access_twice_10_2;
    }
    if (flags & GUEST_INSN_ATOMIC) {
        return is_old ? on_atomic_access : on_atomic_access_10_2;
    }
    if (gate_is_used || !options->loads || !options->stores) {
        return is_old ? on_access_selected : on_access_selected_10_2;
    }
    if (options->all_regions) {
        return is_old ? on_access_anywhere : on_access_anywhere_10_2;
    }
    if (!pages_are_flat()) {
        return is_old ? on_access_sparse : on_access_sparse_10_2;
    }
    return is_old ? on_access : on_access_10_2;
}
