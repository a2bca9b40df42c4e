/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * access_inline.h - which accesses are recorded: shared by the memory
 * callbacks.
 */
#ifndef PLUGIN_ACCESS_INLINE_H
#define PLUGIN_ACCESS_INLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "channel.h"
#include "gate.h"
#include "pages.h"
#include "plugin_recording.h"

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/* The page of the first byte does not count; does that of the last? */
static bool straddles_into_writable(uint64_t vaddr, uint32_t tag)
{
    uint64_t last = vaddr + (1u << (tag & CHANNEL_TAG_SIZE_MASK)) - 1;

    return (vaddr ^ last) >> PAGE_SHIFT != 0 && pages_contain(last);
}

/* Does a byte of the access lie on a page that counts? */
static inline bool counts(uint64_t vaddr, uint32_t tag)
{
    return likely(pages_contain(vaddr)) || straddles_into_writable(vaddr, tag);
}

/* Does an access pass all filters?  For callbacks that are not the fast one. */
static inline bool is_wanted(unsigned vcpu_index, uint64_t vaddr, uint32_t tag)
{
    const struct plugin_options *options = &plugin_recording.options;
    bool is_store = (tag & CHANNEL_TAG_STORE) != 0;

    if (gate_is_used && gate_is_closed()) {
        return false;
    }
    return (is_store ? options->stores : options->loads) &&
           (options->all_regions || counts(vaddr, tag)) &&
           (!gate_is_used ||
            gate_admits(vcpu_index, vaddr,
                        (uint64_t)1 << (tag & CHANNEL_TAG_SIZE_MASK)));
}

#endif /* PLUGIN_ACCESS_INLINE_H */
