/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x86_stores.h - which instructions of i386 and x86_64 load and then store.
 */
#ifndef PLUGIN_ARCH_X86_STORES_H
#define PLUGIN_ARCH_X86_STORES_H

#include <stddef.h>
#include <stdint.h>

#include "guest_arch.h"

/**
 * x86_loads_then_stores() - may an instruction have loaded, when its store is
 * not made?
 * @has_rex: 0x40 to 0x4f are prefixes, as in 64-bit mode
 */
enum guest_then_stores x86_loads_then_stores(const uint8_t *data, size_t size,
                                             bool has_rex);

#endif /* PLUGIN_ARCH_X86_STORES_H */
