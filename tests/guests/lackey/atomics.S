/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * atomics.S - locked instructions, xchg, and compare-and-exchange that
 * succeeds and that fails, with a lock prefix and without.
 */
    .include "lackey.inc"

    start

    .macro with_lock size, insn:vararg
    known
    lock \insn
    locked zeros + 8, \size
    .endm

    .irp op, add, sub, and, or, xor, adc, sbb
    with_lock 1, \op\()b $1, zeros + 8
    with_lock 2, \op\()w $1, zeros + 8
    with_lock 4, \op\()l %eax, zeros + 8
    with_lock 8, \op\()q %rax, zeros + 8
    .endr
    .irp op, inc, dec, not, neg
    with_lock 1, \op\()b zeros + 8
    with_lock 2, \op\()w zeros + 8
    with_lock 4, \op\()l zeros + 8
    with_lock 8, \op\()q zeros + 8
    .endr

    with_lock 1, xadd %al, zeros + 8
    with_lock 2, xadd %ax, zeros + 8
    with_lock 4, xadd %eax, zeros + 8
    with_lock 8, xadd %rax, zeros + 8

    xadd %al, zeros + 8
    xadd %rax, zeros + 8

    /* locked without a prefix too */
    .irp reg, al, ax, eax, rax
    known
    xchg %\reg, zeros + 8
    .ifc \reg, al
    locked zeros + 8, 1
    .endif
    .ifc \reg, ax
    locked zeros + 8, 2
    .endif
    .ifc \reg, eax
    locked zeros + 8, 4
    .endif
    .ifc \reg, rax
    locked zeros + 8, 8
    .endif
    .endr
    with_lock 8, xchg %rax, zeros + 8

    .macro exchange prefix, reg, acc, size
    mov zeros + 8, \acc
    \prefix cmpxchg \reg, zeros + 8 /* succeeds */
    mov zeros + 8, \acc
    not \acc
    \prefix cmpxchg \reg, zeros + 8 /* fails */
    .endm

    exchange lock, %cl, %al, 1
    exchange lock, %cx, %ax, 2
    exchange lock, %ecx, %eax, 4
    exchange lock, %rcx, %rax, 8
    exchange , %cl, %al, 1
    exchange , %cx, %ax, 2
    exchange , %ecx, %eax, 4
    exchange , %rcx, %rax, 8

    .macro exchange_pairs prefix
    mov zeros + 16, %eax
    mov zeros + 20, %edx
    \prefix cmpxchg8b zeros + 16
    mov $1, %eax
    \prefix cmpxchg8b zeros + 16
    mov zeros + 32, %rax
    mov zeros + 40, %rdx
    \prefix cmpxchg16b zeros + 32
    mov $1, %eax
    \prefix cmpxchg16b zeros + 32
    .endm

    exchange_pairs lock
    exchange_pairs

    finish
