/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x86_64.c - the guest architecture x86_64: which of its instructions are
 * atomic, and which QEMU does not show.
 */
#include "guest_arch.h"
#include "x86_insns.h"
#include "x86_stores.h"

static unsigned classify(const uint8_t *data, size_t size, bool is_mixed)
{
    (void)is_mixed;
    return x86_classify(data, size, true);
}

static unsigned unseen(const uint8_t *data, size_t size, unsigned shown)
{
    return x86_unseen(data, size, shown, true);
}

static enum guest_then_stores loads_then_stores(const uint8_t *data,
                                                size_t size)
{
    return x86_loads_then_stores(data, size, true);
}

const struct guest_arch guest_arch_x86_64 = {
    .abi = {"rax", {"rdi", "rsi", "rdx"}, NULL, "rsp", 0},
    .classify = classify,
    .unseen = unseen,
    .loads_then_stores = loads_then_stores,
};
