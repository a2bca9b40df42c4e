/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * aarch64_sve.h - which loads and stores of scalable vectors QEMU shows.
 */
#ifndef PLUGIN_ARCH_AARCH64_SVE_H
#define PLUGIN_ARCH_AARCH64_SVE_H

#include <stdint.h>

/**
 * aarch64_sve_unseen() - does QEMU of plugin API @api show what it accesses?
 * @insn: any instruction
 *
 * Return: enum channel_unseen.
 */
unsigned aarch64_sve_unseen(uint32_t insn, int api);

#endif /* PLUGIN_ARCH_AARCH64_SVE_H */
