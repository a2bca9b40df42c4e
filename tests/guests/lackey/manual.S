/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * manual.S - instructions that Valgrind 3.19 does not know, or misreads.  They
 * are held against their accesses by the manual, which stand beside them.
 */
    .include "lackey.inc"

    start

    /* strings; the manual leaves open which operand cmps loads first */
    lea data, %rsi
    lea data + 128, %rdi
    known
    cmpsb
    manual R, data + 128, 1
    manual R, data, 1
    known
    cmpsw
    manual R, data + 129, 2
    manual R, data + 1, 2
    known
    cmpsl
    manual R, data + 131, 4
    manual R, data + 3, 4
    known
    cmpsq
    manual R, data + 135, 8
    manual R, data + 7, 8
    lea zeros, %rsi
    lea zeros + 16, %rdi
    mov $3, %ecx
    known
    repne cmpsl /* equal at once */
    manual R, zeros + 16, 4
    manual R, zeros, 4
    std
    lea data + 64, %rsi
    lea zeros + 64, %rdi
    mov $2, %ecx
    known
    repne cmpsw
    manual R, zeros + 64, 2
    manual R, data + 64, 2
    manual R, zeros + 62, 2
    manual R, data + 62, 2
    cld
    lea data, %rsi
    lea zeros, %rdi
    mov $2, %ecx
    known
    rep movsb %fs:(%rsi), %es:(%rdi)
    manual R, data, 1
    manual W, zeros, 1
    manual R, data + 1, 1
    manual W, zeros + 1, 1

    .macro load_strings suffix, size, step
    lea data + 128, %rsi
    mov $3, %ecx
    known
    rep lods\suffix /* Valgrind takes no notice of rep */
    manual R, data + 128, \size
    manual R, (data+128+\step), \size
    manual R, (data+128+2*\step), \size
    .endm
    load_strings b, 1, 1
    load_strings w, 2, 2
    load_strings l, 4, 4
    load_strings q, 8, 8
    xor %ecx, %ecx
    known
    rep lodsb
    std
    load_strings b, 1, -1
    load_strings q, 8, -8
    cld

    lea data, %rbx
    mov $5, %eax
    known
    xlat
    manual R, data + 5, 1

    /* stack; a selector takes a slot of 64 bits, of which 16 are loaded */
    pushw $3
    pushw $3
    known
    popw zeros + 24
    manual R, stack-4, 2
    manual W, zeros + 24, 2
    known
    pushfw
    manual W, stack-4, 2
    known
    popfw
    manual R, stack-4, 2
    lea stack, %rsp
    known
    push %fs
    manual W, stack-8, 8
    known
    pop %fs
    manual R, stack-8, 8
    mov %rsp, %rbp
    known
    enter $32, $1
    manual W, stack-8, 8
    manual W, stack-16, 8
    leave
    lea stack, %rbp
    known
    enter $32, $3
    manual W, stack-8, 8
    manual R, stack-8, 8
    manual W, stack-16, 8
    manual R, stack-16, 8
    manual W, stack-24, 8
    manual W, stack-32, 8
    lea stack, %rsp

    /* x87 */
    fldpi
    known
    ficoml data + 4
    manual R, data + 4, 4
    known
    ficomps data + 2
    manual R, data + 2, 2
    fld1
    known
    fbstp zeros + 64
    manual W, zeros + 64, 10
    bulk
    qemu_9 none
    known
    fbld zeros + 64
    manual R, zeros + 64, 10
    bulk
    qemu_9 none

    finish
