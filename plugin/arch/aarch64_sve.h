/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * aarch64_sve.h - which loads and stores of scalable vectors QEMU shows.
 */
#ifndef PLUGIN_ARCH_AARCH64_SVE_H
#define PLUGIN_ARCH_AARCH64_SVE_H

#include <stdint.h>

/**
 * aarch64_sve_unseen() - does QEMU show what an instruction accesses?
 * @insn: any instruction
 * @shown: bits of enum qemu_shows
 *
 * Return: enum channel_unseen.
 */
unsigned aarch64_sve_unseen(uint32_t insn, unsigned shown);

#endif /* PLUGIN_ARCH_AARCH64_SVE_H */
