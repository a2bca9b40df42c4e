/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bits.S - bit tests of memory: the bit by number and in a register, where
 * it reaches any distance.
 */
    .include "lackey.inc"

    start

    .irp op, bt, bts, btr, btc
    \op\()w $3, zeros + 256
    \op\()l $3, zeros + 256
    \op\()q $3, zeros + 256
    \op\()w $13, zeros + 256
    \op\()l $31, zeros + 256
    \op\()q $63, zeros + 256
    .endr

    /* of a register: no access */
    .irp op, bt, bts, btr, btc
    \op %ax, %cx
    \op %eax, %ecx
    \op %rax, %rcx
    \op\()l $3, %ecx
    .endr

    /*
     * The manual: what is accessed is the operand's size, at the address
     * plus that size times the offset divided by it, rounded down.  Valgrind
     * accesses the one byte that has the bit.
     */
    .macro tested op, reg, size, bit, lock
    known
    \lock \op %\reg, zeros + 256
    .set place, zeros + 256 + ((\bit + 4096) / (8 * \size)) * \size - 512
    .set byte, zeros + 256 + (\bit + 4096) / 8 - 512
    manual R, place, \size
    lackey R, byte, 1
    .ifnc \op, bt
    manual W, place, \size
    .ifc \lock, lock
    lackey R, byte, 1
    .endif
    lackey W, byte, 1
    .endif
    .endm

    .irp op, bt, bts, btr, btc
    .irp bit, 3, 45, 77, 1000, -1, -100
    mov $\bit, %rax
    tested \op, ax, 2, \bit
    tested \op, eax, 4, \bit
    tested \op, rax, 8, \bit
    .ifnc \op, bt
    tested \op, ax, 2, \bit, lock
    tested \op, eax, 4, \bit, lock
    tested \op, rax, 8, \bit, lock
    .endif
    .endr
    .endr

    finish
