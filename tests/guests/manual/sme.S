/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sme.S - loads and stores of the array ZA, whose rows have 32 bytes on QEMU's
 * CPU.  Those of tile slices end QEMU where a plugin wants to see them: they
 * are executed unseen.
 */
    .include "manual.inc"
    .arch armv9-a+sme

    start

    smstart
    ptrue p0.b
    mov w12, #0

    i ldr za[w12, 0], [x0]
    each R, data, 8, 4
    i ld1b {za0h.b[w12, 1]}, p0/z, [x0]
    counted sme
    i str za[w12, 0], [x10]
    each W, zeros, 8, 4
    i ld1h {za0v.h[w12, 0]}, p0/z, [x0]
    counted sme
    i ld1q {za0h.q[w12, 0]}, p0/z, [x0]
    counted sme
    i st1b {za0h.b[w12, 1]}, p0, [x10]
    counted sme
    i st1d {za0v.d[w12, 0]}, p0, [x10]
    counted sme
    i st1q {za0h.q[w12, 0]}, p0, [x10]
    counted sme
    /* What stands beside them is seen. */
    i ldr x1, [x0]
    manual R, data, 8
    smstop

    finish
