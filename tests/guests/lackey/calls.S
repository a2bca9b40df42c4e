/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calls.S - calls, returns, and all that pushes and pops.
 */
    .include "lackey.inc"

    start

    call leaf
    lea leaf, %rax
    call *%rax
    movq $leaf, zeros
    call *zeros
    push $7
    call pops_8
    movq $over, zeros
    jmp *zeros
over:
    call recursive_start

    push %rax
    pushw %ax
    pushw $5
    push $5
    push $0x12345678
    push zeros
    pushw zeros + 8
    push (%rsp)
    push 8(%rsp)
    pop 8(%rsp)
    pop zeros + 16
    mov (%rsp), %ax
    add $2, %rsp
    pop %rax
    pop %rax
    pop %rax
    popw %ax
    popw %ax
    pop %rax
    push %rsp
    pop %rax
    pushf
    popf

    push %rbp
    mov %rsp, %rbp
    sub $64, %rsp
    mov %rax, -8(%rbp)
    mov -8(%rbp), %rcx
    leave
    mov %rsp, %rbp
    enter $32, $0
    leave
    lea stack, %rsp

    finish

leaf:
    ret
pops_8:
    ret $8
recursive_start:
    mov $6, %ecx
recursive:
    push %rcx
    dec %ecx
    jz 1f
    call recursive
1:
    pop %rcx
    ret
