/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * qemu_shows.h - which accesses this QEMU reports to a plugin, where versions
 * differ.
 */
#ifndef PLUGIN_QEMU_SHOWS_H
#define PLUGIN_QEMU_SHOWS_H

/* Bits; compat_shown() says which hold, guest_arch.unseen asks for them. */
enum qemu_shows {
    /* aarch64: loads and stores of scalable vectors, of adjacent elements */
    QEMU_SHOWS_SVE = 0x1,
    /* aarch64: of elements that each have an address (gather, scatter) */
    QEMU_SHOWS_SVE_SCATTERED = 0x2,
    /* x86: all or most of what x87, fxsave and xsave access, not nothing */
    QEMU_SHOWS_X87 = 0x4,
};

#endif /* PLUGIN_QEMU_SHOWS_H */
