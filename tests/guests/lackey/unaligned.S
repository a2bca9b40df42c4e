/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unaligned.S - accesses at all offsets around the end of a cache line and
 * of a page.
 */
    .include "lackey.inc"

    start

    .macro around place
    .set i, 0
    .rept 16
    mov \place - i, %al
    mov \place - i, %ax
    mov \place - i, %eax
    mov \place - i, %rax
    mov %al, \place - i
    mov %ax, \place - i
    mov %eax, \place - i
    mov %rax, \place - i
    addw $1, \place - i
    addl $1, \place - i
    addq $1, \place - i
    movups \place - i, %xmm0
    movups %xmm0, \place - i
    movlps \place - i, %xmm0
    movlps %xmm0, \place - i
    flds \place - i
    fstps \place - i
    fldl \place - i
    fstpl \place - i
    vmovups \place - 2 * i, %ymm0
    vmovups %ymm0, \place - 2 * i
    .set i, i + 1
    .endr
    .endm

    around data+64
    around data+131
    around pages+PAGE
    around pages+2*PAGE

    lea pages + 3 * PAGE + 3, %rsp
    push %rax
    call 1f
1:
    pop %rax
    pop %rax
    lea stack, %rsp

    finish
