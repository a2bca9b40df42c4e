/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x87.S - loads and stores of every size, arithmetic with memory, control
 * and status words, and the states.
 */
    .include "lackey.inc"

    start

    fninit
    flds data + 4
    fldl data + 8
    fildq data + 16
    fildl data + 20
    filds data + 26
    fadds data + 4
    faddl data + 8
    fiaddl data + 4
    fiadds data + 2
    fmuls data + 4
    fsubrl data + 8
    fidivrl data + 4
    fcoms data + 4
    fcompl data + 8
    fldl data + 8
    fsts zeros + 4
    fstl zeros + 8
    fistl zeros + 4
    fists zeros + 2
    fisttpq zeros + 8
    fld1
    fisttpl zeros + 4
    fld1
    fisttps zeros + 2
    fld1
    fistpq zeros + 8
    fld1
    fistpl zeros + 4
    fld1
    fistps zeros + 2
    fld1
    fstps zeros + 4
    fld1
    fstpl zeros + 8
    fnstcw zeros
    fldcw zeros
    fnstsw zeros + 2

    fninit
    fld1
    known
    fstpt zeros + 48
    manual W, zeros + 48, 10
    qemu_9 none
    known
    fldt zeros + 48
    manual R, zeros + 48, 10
    qemu_9 none

    /*
     * Environment and state: the manual says where which field is.  QEMU
     * 7.2 stores all, and loads of the environment only what it keeps.
     */
    known
    fnstenv zeros + 128
    manual W, zeros + 128, 28
    bulk
    qemu_9 none
    known
    fldenv zeros + 128
    manual R, zeros + 128, 28
    bulk
    qemu_7 R, zeros + 128, 2
    qemu_7 R, zeros + 132, 2
    qemu_7 R, zeros + 136, 2
    qemu_9 none
    known
    fnsave zeros + 192
    manual W, zeros + 192, 108
    bulk
    qemu_9 none
    known
    frstor zeros + 192
    manual R, zeros + 192, 108
    bulk
    qemu_7 R, zeros + 192, 2
    qemu_7 R, zeros + 196, 2
    qemu_7 R, zeros + 200, 2
    qemu_7 R, zeros + 220, 80
    qemu_9 none

    /*
     * Registers have 10 bytes of the 16 of their slots; the rest and byte 5
     * are reserved, Valgrind accesses these too.  QEMU 7.2 leaves out the
     * opcode of the last instruction at 6 and takes the tags at 4 for 2
     * bytes; loading, it leaves out the pointers at 8 and 16 too.
     */
    .macro registers who, kind, addr
    .irp register, 0, 1, 2, 3, 4, 5, 6, 7
    \who \kind, (\addr+32+16*\register), 10
    .endr
    \who \kind, (\addr+160), 256
    .endm
    .macro stored addr
    manual W, \addr, 5
    manual W, (\addr+6), 26
    registers manual, W, \addr
    bulk
    lackey W, \addr, 416
    qemu_7 W, \addr, 6
    qemu_7 W, (\addr+8), 24
    registers qemu_7, W, \addr
    qemu_9 none
    .endm
    .macro loaded addr
    manual R, \addr, 5
    manual R, (\addr+6), 22
    registers manual, R, \addr
    bulk
    lackey R, \addr, 416
    qemu_7 R, \addr, 6
    qemu_7 R, (\addr+24), 4
    registers qemu_7, R, \addr
    qemu_9 none
    .endm

    known
    fxsave zeros + 512
    stored zeros+512
    known
    fxrstor zeros + 512
    loaded zeros+512
    known
    fxsave64 zeros + 512
    stored zeros+512
    known
    fxrstor64 zeros + 512
    loaded zeros+512

    finish
