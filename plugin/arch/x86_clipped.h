/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x86_clipped.h - instructions of x86 of which QEMU loads more than the manual
 * says.
 */
#ifndef PLUGIN_ARCH_X86_CLIPPED_H
#define PLUGIN_ARCH_X86_CLIPPED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * x86_clipped() - does QEMU load more than an instruction does?
 * @has_rex: 0x40 to 0x4f are prefixes, as in 64-bit mode
 *
 * Return: GUEST_INSN_CLIP() of what it loads, or 0.
 */
unsigned x86_clipped(const uint8_t *data, size_t size, bool has_rex);

#endif /* PLUGIN_ARCH_X86_CLIPPED_H */
