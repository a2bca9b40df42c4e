/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vectors.S - loads and stores of floating-point and vector registers: one
 * register, pairs, and structures, whose elements are accesses of their own.
 */
    .include "manual.inc"
    .arch armv8.5-a

    start

    i ldr b0, [x0, #1]
    manual R, data + 1, 1
    i ldr h0, [x0, #2]
    manual R, data + 2, 2
    i ldr s0, [x0, #4]
    manual R, data + 4, 4
    i ldr d0, [x0, #8]
    manual R, data + 8, 8
    i ldr q0, [x0, #16]
    manual R, data + 16, 16
    i str b0, [x10, #1]
    manual W, zeros + 1, 1
    i str h0, [x10, #2]
    manual W, zeros + 2, 2
    i str s0, [x10, #4]
    manual W, zeros + 4, 4
    i str d0, [x10, #8]
    manual W, zeros + 8, 8
    i str q0, [x10, #16]
    manual W, zeros + 16, 16
    i ldur q0, [x0, #3]
    manual R, data + 3, 16
    i stur q0, [x10, #3]
    manual W, zeros + 3, 16
    mov x2, #2
    i ldr q0, [x0, x2, lsl #4]
    manual R, data + 32, 16
    i ldp q0, q1, [x0]
    each R, data, 16, 2
    i stp q0, q1, [x10]
    each W, zeros, 16, 2
    i ldp d0, d1, [x0]
    each R, data, 8, 2
    i stp s0, s1, [x10]
    each W, zeros, 4, 2
    i ldnp q0, q1, [x0]
    each R, data, 16, 2
    i stnp d0, d1, [x10]
    each W, zeros, 8, 2
    add x3, x0, #56
    i ldr q0, [x3]
    manual R, data + 56, 16

    /* LD1, ST1 of one to four registers: QEMU takes elements together */
    .macro registers type, size, n
    i ld1 {v0.\type}, [x0]
    each R, data, \size, \n
    qemu R, data, \size*\n
    i ld1 {v0.\type-v1.\type}, [x0]
    each R, data, \size, 2*\n
    qemu R, data, \size*2*\n
    i ld1 {v0.\type-v2.\type}, [x0]
    each R, data, \size, 3*\n
    qemu R, data, \size*3*\n
    i ld1 {v0.\type-v3.\type}, [x0]
    each R, data, \size, 4*\n
    qemu R, data, \size*4*\n
    i st1 {v0.\type}, [x10]
    each W, zeros, \size, \n
    qemu W, zeros, \size*\n
    i st1 {v0.\type-v3.\type}, [x10]
    each W, zeros, \size, 4*\n
    qemu W, zeros, \size*4*\n
    .endm
    registers 8b, 1, 8
    registers 16b, 1, 16
    registers 4h, 2, 4
    registers 8h, 2, 8
    registers 2s, 4, 2
    registers 4s, 4, 4
    registers 1d, 8, 1
    registers 2d, 8, 2

    /* LD2 to LD4, ST2 to ST4 */
    .macro structures type, size, n
    i ld2 {v0.\type-v1.\type}, [x0]
    each R, data, \size, 2*\n
    i ld3 {v0.\type-v2.\type}, [x0]
    each R, data, \size, 3*\n
    i ld4 {v0.\type-v3.\type}, [x0]
    each R, data, \size, 4*\n
    i st2 {v0.\type-v1.\type}, [x10]
    each W, zeros, \size, 2*\n
    i st3 {v0.\type-v2.\type}, [x10]
    each W, zeros, \size, 3*\n
    i st4 {v0.\type-v3.\type}, [x10]
    each W, zeros, \size, 4*\n
    .endm
    structures 8b, 1, 8
    structures 16b, 1, 16
    structures 4h, 2, 4
    structures 8h, 2, 8
    structures 2s, 4, 2
    structures 4s, 4, 4
    structures 2d, 8, 2

    /* one element of each register, and one to all elements */
    .macro lanes type, size
    i ld1 {v0.\type}[1], [x0]
    manual R, data, \size
    i ld2 {v0.\type-v1.\type}[1], [x0]
    each R, data, \size, 2
    i ld3 {v0.\type-v2.\type}[1], [x0]
    each R, data, \size, 3
    i ld4 {v0.\type-v3.\type}[1], [x0]
    each R, data, \size, 4
    i st1 {v0.\type}[1], [x10]
    manual W, zeros, \size
    i st2 {v0.\type-v1.\type}[1], [x10]
    each W, zeros, \size, 2
    i st3 {v0.\type-v2.\type}[1], [x10]
    each W, zeros, \size, 3
    i st4 {v0.\type-v3.\type}[1], [x10]
    each W, zeros, \size, 4
    .endm
    lanes b, 1
    lanes h, 2
    lanes s, 4
    lanes d, 8
    .macro repeated type, size
    i ld1r {v0.\type}, [x0]
    manual R, data, \size
    i ld2r {v0.\type-v1.\type}, [x0]
    each R, data, \size, 2
    i ld3r {v0.\type-v2.\type}, [x0]
    each R, data, \size, 3
    i ld4r {v0.\type-v3.\type}, [x0]
    each R, data, \size, 4
    .endm
    repeated 16b, 1
    repeated 4h, 2
    repeated 4s, 4
    repeated 2d, 8
    mov x3, x0
    i ld1 {v0.4s}, [x3], #16
    each R, data, 4, 4
    qemu R, data, 16
    i st1 {v0.4s}, [x10], x2
    each W, zeros, 4, 4
    qemu W, zeros, 16

    finish
