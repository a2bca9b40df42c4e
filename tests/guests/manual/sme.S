/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sme.S - loads and stores of rows of the array ZA, which have 32 bytes on
 * QEMU's CPU.
 */
    .include "manual.inc"
    .arch armv9-a+sme

    start

    smstart
    mov w12, #0

    i ldr za[w12, 0], [x0]
    each R, data, 8, 4
    i str za[w12, 0], [x10]
    each W, zeros, 8, 4
    /* What stands beside them is seen. */
    i ldr x1, [x0]
    manual R, data, 8
    smstop

    finish
