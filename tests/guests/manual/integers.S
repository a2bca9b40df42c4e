/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * integers.S - loads and stores of general registers: sizes, addressing,
 * pairs, literals, unprivileged, acquire and release, prefetches.
 */
    .include "manual.inc"
    .arch armv8.5-a+memtag

    start

    i ldr x1, [x0]
    manual R, data, 8
    i ldr w1, [x0, #4]
    manual R, data + 4, 4
    i ldrh w1, [x0, #6]
    manual R, data + 6, 2
    i ldrb w1, [x0, #9]
    manual R, data + 9, 1
    i ldrsb x1, [x0, #11]
    manual R, data + 11, 1
    i ldrsb w1, [x0, #12]
    manual R, data + 12, 1
    i ldrsh x1, [x0, #14]
    manual R, data + 14, 2
    i ldrsh w1, [x0, #16]
    manual R, data + 16, 2
    i ldrsw x1, [x0, #20]
    manual R, data + 20, 4
    i str x1, [x10]
    manual W, zeros, 8
    i str w1, [x10, #8]
    manual W, zeros + 8, 4
    i strh w1, [x10, #12]
    manual W, zeros + 12, 2
    i strb w1, [x10, #15]
    manual W, zeros + 15, 1
    i str xzr, [x10, #16]
    manual W, zeros + 16, 8

    /* unscaled, with a register, extended, before and after */
    i ldur x1, [x0, #1]
    manual R, data + 1, 8
    i ldurb w1, [x0, #3]
    manual R, data + 3, 1
    i ldursw x1, [x0, #5]
    manual R, data + 5, 4
    i stur w1, [x10, #3]
    manual W, zeros + 3, 4
    i sturh w1, [x10, #7]
    manual W, zeros + 7, 2
    mov x2, #24
    i ldr x1, [x0, x2]
    manual R, data + 24, 8
    mov w2, #-2
    add x3, x0, #64
    i ldr x1, [x3, w2, sxtw #3]
    manual R, data + 48, 8
    mov x2, #3
    i strh w1, [x10, x2, lsl #1]
    manual W, zeros + 6, 2
    mov x3, x0
    i ldr x1, [x3, #32]!
    manual R, data + 32, 8
    i ldr x1, [x3], #8
    manual R, data + 32, 8
    i ldr w1, [x3]
    manual R, data + 40, 4
    mov x3, x10
    i str x1, [x3, #256 - 8]!
    manual W, zeros + 248, 8
    i strb w1, [x3], #1
    manual W, zeros + 248, 1

    /* over the end of a line and of a page */
    i ldur x1, [x0, #61]
    manual R, data + 61, 8
    add x3, x0, #2048
    add x3, x3, #2044
    i ldr x1, [x3]
    manual R, data + 4092, 8
    sub x3, x10, #3
    i str x1, [x3]
    manual W, zeros - 3, 8

    /* literals are in the code */
    i ldr x1, literal
    manual R, literal, 8
    i ldr w1, literal + 4
    manual R, literal + 4, 4
    i ldrsw x1, literal
    manual R, literal, 4
    i ldr d0, literal
    manual R, literal, 8
    i ldr q0, literal
    manual R, literal, 16
    b 1f
    .balign 16
literal:
    .quad 1, 2
1:

    /* pairs: two accesses; of words QEMU 10 and 11 make one */
    i ldp x1, x2, [x0]
    each R, data, 8, 2
    i ldp w1, w2, [x0, #8]
    each R, data + 8, 4, 2
    qemu_10 R, data + 8, 8
    qemu_11 R, data + 8, 8
    i ldpsw x1, x2, [x0, #16]
    each R, data + 16, 4, 2
    qemu_10 R, data + 16, 8
    qemu_11 R, data + 16, 8
    i stp x1, x2, [x10, #-16]
    each W, zeros - 16, 8, 2
    i stp w1, w2, [x10]
    each W, zeros, 4, 2
    qemu_10 W, zeros, 8
    qemu_11 W, zeros, 8
    i ldnp x1, x2, [x0, #32]
    each R, data + 32, 8, 2
    i stnp w1, w2, [x10, #24]
    each W, zeros + 24, 4, 2
    qemu_10 W, zeros + 24, 8
    qemu_11 W, zeros + 24, 8
    mov x3, x0
    i ldp x1, x2, [x3, #16]!
    each R, data + 16, 8, 2
    i ldp x1, x2, [x3], #16
    each R, data + 16, 8, 2
    add x3, x0, #60
    i ldp x1, x2, [x3]
    each R, data + 60, 8, 2

    /* as without privilege */
    i ldtr x1, [x0, #8]
    manual R, data + 8, 8
    i ldtrb w1, [x0, #8]
    manual R, data + 8, 1
    i ldtrsh x1, [x0, #8]
    manual R, data + 8, 2
    i ldtrsw x1, [x0, #8]
    manual R, data + 8, 4
    i sttr x1, [x10, #8]
    manual W, zeros + 8, 8
    i sttrb w1, [x10, #8]
    manual W, zeros + 8, 1
    i sttrh w1, [x10, #8]
    manual W, zeros + 8, 2

    /* acquire and release */
    i ldar x1, [x0]
    manual R, data, 8
    i ldarb w1, [x0]
    manual R, data, 1
    i ldarh w1, [x0]
    manual R, data, 2
    i ldar w1, [x0]
    manual R, data, 4
    i stlr x1, [x10]
    manual W, zeros, 8
    i stlrb w1, [x10]
    manual W, zeros, 1
    i stlrh w1, [x10]
    manual W, zeros, 2
    i ldlar x1, [x0]
    manual R, data, 8
    i stllr w1, [x10]
    manual W, zeros, 4
    i ldapr x1, [x0]
    manual R, data, 8
    i ldaprb w1, [x0]
    manual R, data, 1
    i ldapur x1, [x0, #8]
    manual R, data + 8, 8
    i ldapurb w1, [x0, #3]
    manual R, data + 3, 1
    i ldapursw x1, [x0, #4]
    manual R, data + 4, 4
    i stlur x1, [x10, #8]
    manual W, zeros + 8, 8
    i stlurh w1, [x10, #2]
    manual W, zeros + 2, 2

    /* nothing */
    i prfm pldl1keep, [x0]
    i prfm pstl1keep, [x10, x2]
    i prfum pldl1keep, [x0, #1]
    i prfm pldl1keep, literal
    i dc cvau, x0
    i dc civac, x0
    i dmb ish
    i clrex

    /* the block of zeros, of 512 bytes in this CPU */
    add x3, x10, #1024
    i dc zva, x3
    each W, zeros + 1024, 8, 64
    qemu none
    counted dc_zva
    add x3, x3, #100 /* of any byte in it */
    i dc zva, x3
    each W, zeros + 1024, 8, 64
    qemu none
    counted dc_zva

    /* tags: stored with data, and with zeros */
    add x3, x10, #2048
    i stgp x1, x2, [x3]
    each W, zeros + 2048, 8, 2
    i stzg x3, [x3, #16]
    each W, zeros + 2064, 8, 2
    i stz2g x3, [x3, #32]
    each W, zeros + 2080, 8, 4
    i stg x3, [x3, #32]
    i ldg x1, [x3]

    finish
