/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x86_insns.h - what i386 and x86_64 share.
 */
#ifndef PLUGIN_ARCH_X86_INSNS_H
#define PLUGIN_ARCH_X86_INSNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * x86_classify() - what an instruction's bytes tell
 * @has_rex: 0x40 to 0x4f are prefixes, as in 64-bit mode
 *
 * Return: GUEST_INSN_ flags.
 */
unsigned x86_classify(const uint8_t *data, size_t size, bool has_rex);

/**
 * x86_unseen() - does QEMU show what an instruction accesses?
 * @shown: bits of enum qemu_shows
 *
 * Return: enum channel_unseen.
 */
unsigned x86_unseen(const uint8_t *data, size_t size, unsigned shown,
                    bool has_rex);

#endif /* PLUGIN_ARCH_X86_INSNS_H */
