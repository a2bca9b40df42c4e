/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sve.S - loads and stores of scalable vectors, whose elements are accesses of
 * their own; for vectors of 16 bytes.
 */
    .include "manual.inc"
    .arch armv8.5-a+sve2

    /* after an instruction of which older QEMUs show nothing */
    .macro hidden
    qemu_7 none
    counted_7 sve
    .endm
    /* of many addresses: the same of 11.1 */
    .macro scattered
    hidden
    qemu_11 none
    counted_11 sve
    .endm

    start

    ptrue p0.b
    ptrue p1.d, vl1
    pfalse p2.b

    i ld1b {z0.b}, p0/z, [x0]
    each R, data, 1, 16
    hidden
    i ld1h {z0.h}, p0/z, [x0]
    each R, data, 2, 8
    hidden
    i ld1w {z0.s}, p0/z, [x0]
    each R, data, 4, 4
    hidden
    i ld1d {z0.d}, p0/z, [x0]
    each R, data, 8, 2
    hidden
    i ld1d {z0.d}, p1/z, [x0] /* elements under the predicate */
    each R, data, 8, 1
    hidden
    i ld1d {z0.d}, p2/z, [x0]
    manual none
    counted_7 sve
    i ld1b {z0.d}, p0/z, [x0]
    each R, data, 1, 2
    hidden
    i ld1rw {z0.s}, p0/z, [x0, #4]
    manual R, data + 4, 4
    i ld2d {z0.d, z1.d}, p0/z, [x0]
    each R, data, 8, 4
    hidden
    i ld4w {z0.s-z3.s}, p0/z, [x0]
    each R, data, 4, 16
    hidden
    i ldnt1d {z0.d}, p0/z, [x0]
    each R, data, 8, 2
    hidden
    i ldff1d {z0.d}, p0/z, [x0]
    each R, data, 8, 2
    hidden
    qemu_10 R, data, 8
    qemu_11 R, data, 8
    counted_10 part_sve
    counted_11 part_sve
    i ldnf1d {z0.d}, p0/z, [x0]
    each R, data, 8, 2
    qemu none
    counted sve
    i ldr z0, [x0]
    manual R, data, 16
    i ldr p3, [x0]
    manual R, data, 2
    index z1.d, #0, #8
    i ld1d {z0.d}, p0/z, [x0, z1.d] /* a gather */
    each R, data, 8, 2, 8
    scattered

    index z2.s, #0, #12
    i ld1w {z0.s}, p0/z, [x0, z2.s, uxtw]
    each R, data, 4, 4, 12
    scattered
    i ldff1d {z0.d}, p0/z, [x0, z1.d]
    each R, data, 8, 2
    qemu R, data, 8
    counted part_sve
    mov z3.d, x0
    i ld1d {z0.d}, p1/z, [z3.d, #8]
    manual R, data + 8, 8
    scattered
    i ldnt1d {z0.d}, p1/z, [z3.d, xzr]
    manual R, data, 8
    scattered
    i ld1rqd {z0.d}, p0/z, [x0]
    each R, data, 8, 2
    hidden

    i st1b {z0.b}, p0, [x10]
    each W, zeros, 1, 16
    hidden
    i st1w {z0.s}, p0, [x10]
    each W, zeros, 4, 4
    hidden
    i st1d {z0.d}, p1, [x10]
    each W, zeros, 8, 1
    hidden
    i st2d {z0.d, z1.d}, p0, [x10]
    each W, zeros, 8, 4
    hidden
    i stnt1d {z0.d}, p0, [x10]
    each W, zeros, 8, 2
    hidden
    i str z0, [x10]
    manual W, zeros, 16
    i str p0, [x10]
    manual W, zeros, 2
    i st1d {z0.d}, p0, [x10, z1.d] /* a scatter */
    each W, zeros, 8, 2
    scattered
    mov z3.d, x10
    i st1d {z0.d}, p1, [z3.d, #8]
    manual W, zeros + 8, 8
    scattered
    i stnt1d {z0.d}, p1, [z3.d, xzr]
    manual W, zeros, 8
    scattered

    /* nothing */
    i prfd pldl1keep, p0, [x0]
    i prfd pldl1keep, p0, [x0, x2, lsl #3]
    i prfd pldl1keep, p0, [x0, z1.d, lsl #3]
    i prfd pldl1keep, p0, [z3.d]

    finish
