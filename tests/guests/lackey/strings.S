/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * strings.S - string instructions: every size, alone and repeated, both
 * ways, no times, stopped early, overlapping, with 32-bit addresses.
 */
    .include "lackey.inc"

    start

    .macro point
    lea data + 256, %rsi
    lea zeros + 256, %rdi
    .endm

    .macro all_sizes suffix
    point
    movs\suffix
    movs\suffix
    stos\suffix
    lods\suffix
    scas\suffix
    .irp count, 0, 1, 2, 5, 33
    point
    mov $\count, %ecx
    rep movs\suffix
    mov $\count, %ecx
    rep stos\suffix
    point
    mov $\count, %ecx
    repe cmps\suffix
    mov $\count, %ecx
    repe scas\suffix
    mov $\count, %ecx
    repne scas\suffix
    .endr
    .endm

    .macro both_ways suffix
    cld
    all_sizes \suffix
    std
    all_sizes \suffix
    cld
    .endm

    both_ways b
    both_ways w
    both_ways l
    both_ways q

    /* found in the middle, and at the first and last place */
    .irp place, 1, 7, 19
    lea data, %rdi
    mov data + \place - 1, %al
    mov $\place + 1, %ecx
    repne scasb
    .endr
    lea data, %rsi
    lea zeros, %rdi
    mov $40, %ecx
    rep movsb
    movb $99, zeros + 17
    lea data, %rsi
    lea zeros, %rdi
    mov $40, %ecx
    repe cmpsb

    /* source and destination overlap, both ways */
    lea data, %rsi
    lea data + 1, %rdi
    mov $20, %ecx
    rep movsb
    lea data + 4, %rsi
    lea data, %rdi
    mov $6, %ecx
    rep movsq
    std
    lea data + 64, %rsi
    lea data + 65, %rdi
    mov $9, %ecx
    rep movsw
    cld

    /* over the end of a page, unaligned */
    lea pages + PAGE - 13, %rsi
    lea pages + 2 * PAGE - 5, %rdi
    mov $4, %ecx
    rep movsq
    lea pages + 3 * PAGE - 6, %rdi
    mov $3, %ecx
    rep stosl

    /* addresses of 32 bits, what Valgrind
       lacks of these is in manual.S */
    lea data, %esi
    lea zeros, %edi
    mov $3, %ecx
    addr32 rep movsb
    addr32 stosw
    addr32 lodsl

    finish
