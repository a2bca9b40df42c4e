/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mops.S - copying and setting of memory by three instructions: the manual
 * leaves open which of them accesses how much.  QEMU shows nothing.
 */
    .include "manual.inc"
    .arch armv8.8-a+mops

    start

    mov x1, x10
    mov x2, #200
    mov x3, #0x55
    i setp [x1]!, x2!, x3
    counted mops
    i setm [x1]!, x2!, x3
    counted mops
    i sete [x1]!, x2!, x3
    counted mops
    add x1, x10, #512
    mov x2, x0
    mov x3, #300
    i cpyfp [x1]!, [x2]!, x3!
    counted mops
    i cpyfm [x1]!, [x2]!, x3!
    counted mops
    i cpyfe [x1]!, [x2]!, x3!
    counted mops
    add x1, x10, #1024
    mov x2, x0
    mov x3, #300
    i cpyp [x1]!, [x2]!, x3!
    counted mops
    i cpym [x1]!, [x2]!, x3!
    counted mops
    i cpye [x1]!, [x2]!, x3!
    counted mops

    finish
