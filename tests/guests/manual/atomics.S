/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * atomics.S - exclusive loads and stores, and instructions that load, change
 * and store: a load and a store each.
 */
    .include "manual.inc"
    .arch armv8.5-a

    .macro updated addr, size
    manual R, \addr, \size
    manual W, \addr, \size
    .endm

    start

    i ldxr x1, [x10]
    manual R, zeros, 8
    i stxr w2, x1, [x10]
    manual W, zeros, 8
    i ldxrb w1, [x10]
    manual R, zeros, 1
    i stxrb w2, w1, [x10]
    manual W, zeros, 1
    i ldxrh w1, [x10]
    manual R, zeros, 2
    i stxrh w2, w1, [x10]
    manual W, zeros, 2
    i ldaxr w1, [x10]
    manual R, zeros, 4
    i stlxr w2, w1, [x10]
    manual W, zeros, 4
    i ldxp w1, w3, [x10] /* both words at once */
    manual R, zeros, 8
    i stxp w2, w1, w3, [x10]
    manual W, zeros, 8
    i ldxp x1, x3, [x10]
    each R, zeros, 8, 2
    i stxp w2, x1, x3, [x10]
    each W, zeros, 8, 2
    i ldaxp x1, x3, [x10]
    each R, zeros, 8, 2
    i stlxp w2, x1, x3, [x10]
    each W, zeros, 8, 2
    /* fails: nothing is stored */
    clrex
    i stxr w2, x1, [x10]

    .macro both name
    i \name x1, x2, [x10]
    updated zeros, 8
    i \name w1, w2, [x10]
    updated zeros, 4
    .endm
    both ldadd
    both ldadda
    both ldaddl
    both ldaddal
    both ldclr
    both ldeor
    both ldset
    both ldsmax
    both ldsmin
    both ldumax
    both ldumin
    both swp
    both swpal
    i ldaddb w1, w2, [x10]
    updated zeros, 1
    i ldseth w1, w2, [x10]
    updated zeros, 2
    i swpb w1, w2, [x10]
    updated zeros, 1
    i swph w1, w2, [x10]
    updated zeros, 2
    i stadd x1, [x10]
    updated zeros, 8
    i stsetb w1, [x10]
    updated zeros, 1
    i steorh w1, [x10]
    updated zeros, 2

    /* compare and swap: equal, then not */
    i str xzr, [x10, #8]
    manual W, zeros + 8, 8
    mov x1, #0
    mov x2, #5
    add x3, x10, #8
    i cas x1, x2, [x3]
    updated zeros + 8, 8
    i cas w1, w2, [x3]
    manual R, zeros + 8, 4
    qemu R, zeros + 8, 4
    qemu W, zeros + 8, 4 /* what was there, which the manual allows */
    i casab w1, w2, [x10]
    updated zeros, 1
    i caslh w1, w2, [x10]
    updated zeros, 2
    add x3, x10, #16
    mov x4, #0
    mov x5, #0
    i casp x4, x5, x6, x7, [x3]
    each R, zeros + 16, 8, 2
    each W, zeros + 16, 8, 2
    mov x4, #1
    i caspal w4, w5, w6, w7, [x3]
    manual R, zeros + 16, 8
    qemu R, zeros + 16, 8
    qemu W, zeros + 16, 8

    finish
