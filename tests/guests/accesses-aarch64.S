/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * accesses-aarch64.S - makes a scripted list of accesses, then prints it.
 *
 * Every instruction between the markers has beside it what it loads ("load")
 * and stores ("store"); these go to a table in read-only memory, which the
 * guest prints at its end, after the second marker.  The trace between the
 * markers must be the table, in order.  Accesses to read-only memory are
 * made without an entry.
 *
 * Where one instruction makes several accesses the order is QEMU's.  What
 * differs between its versions the table says, too: a pair of registers
 * ("load_pair", "store_pair": r, w) is one access since QEMU 10.0, and was
 * two of half the size before.  Of a pair that is half in read-only memory
 * "before_10" (o) tells the access of old and "since_10" (n) that of today.
 *
 * With an argument a second thread is alive meanwhile, so that QEMU makes its
 * atomic accesses in one piece.
 */
    .arch armv8.1-a

    .macro entry kind, addr, size
    .pushsection .expect, "a"
    .quad \addr
    .long \kind, \size
    .popsection
    .endm
    .macro load addr, size
    entry 'R', \addr, \size
    .endm
    .macro store addr, size
    entry 'W', \addr, \size
    .endm
    .macro load_pair addr, size
    entry 'r', \addr, \size
    .endm
    .macro store_pair addr, size
    entry 'w', \addr, \size
    .endm
    .macro before_10 addr, size
    entry 'o', \addr, \size
    .endm
    .macro since_10 addr, size
    entry 'n', \addr, \size
    .endm
    .macro both addr, size
    load \addr, \size
    store \addr, \size
    .endm
    .macro la reg, addr
    adrp \reg, \addr
    add \reg, \reg, :lo12:\addr
    .endm

    .set PAGE, 4096
    .set SYS_write, 64
    .set SYS_exit_group, 94
    .set SYS_clone, 220
    .set SYS_mprotect, 226
    .set SYS_ppoll, 73
    .set THREAD_FLAGS, 0x50f00 /* CLONE_VM, _THREAD and what they need */

    .section .rodata
    .balign 16
constant:
    .ascii "0123456789abcdef"

    .section .expect, "a"
expect_begin:
    .quad begin_marker
    .long 'B', 1
    .quad end_marker
    .long 'E', 1

    .data
    .balign 64
data:
    .fill 256, 1, 0x5a
    .balign 64
pointer:
    .quad data + 8

    .bss
begin_marker:
    .skip 8
end_marker:
    .skip 8
    .balign 64
zeros:
    .skip 256
thread_area:
    .skip 64
    .balign PAGE
pages: /* writable, read-only, writable */
    .skip 3 * PAGE
    .skip PAGE
stack:
    .skip PAGE
other_stack:
out:
    .skip 65536

    .text
    .globl _start
_start:
    ldr x9, [sp]
    la x0, stack
    mov sp, x0

    la x0, pages + PAGE
    mov x1, #PAGE
    mov x2, #1 /* PROT_READ */
    mov x8, #SYS_mprotect
    svc #0
    la x0, thread_area
    msr tpidr_el0, x0

    cmp x9, #1
    b.eq 1f
    ldr x0, =THREAD_FLAGS
    la x1, other_stack
    mov x8, #SYS_clone
    svc #0
    cbz x0, other_thread
1:
    la x0, begin_marker
    mov w1, #1
    strb w1, [x0]

    bl sizes
    bl pairs
    bl vectors
    bl indexed
    bl read_only
    bl straddling
    bl frames
    bl exclusive
    bl ordered
    bl lse
    bl others

    la x0, end_marker
    strb w0, [x0]
    b print

other_thread:
    mov x0, #0
    mov x1, #0
    mov x2, #0 /* for ever */
    mov x3, #0
    mov x8, #SYS_ppoll
    svc #0
    b other_thread

sizes:
    la x0, data
    ldrb w1, [x0]
    load data, 1
    ldrh w1, [x0, #2]
    load data+2, 2
    ldr w1, [x0, #4]
    load data+4, 4
    ldr x1, [x0, #8]
    load data+8, 8
    ldrsb x2, [x0, #1]
    load data+1, 1
    ldrsh w2, [x0, #6]
    load data+6, 2
    ldrsw x2, [x0, #12]
    load data+12, 4
    strb w1, [x0, #16]
    store data+16, 1
    strh w1, [x0, #18]
    store data+18, 2
    str w1, [x0, #20]
    store data+20, 4
    str x1, [x0, #24]
    store data+24, 8
    str xzr, [x0, #32]
    store data+32, 8
    /* unaligned, over a cache line too */
    ldurh w1, [x0, #1]
    load data+1, 2
    ldur w1, [x0, #3]
    load data+3, 4
    ldur x1, [x0, #61]
    load data+61, 8
    stur x1, [x0, #63]
    store data+63, 8
    sturh w1, [x0, #127]
    store data+127, 2
    ret

pairs:
    la x0, data
    ldp x1, x2, [x0]
    load_pair data, 16
    stp x1, x2, [x0, #16]
    store_pair data+16, 16
    stp xzr, xzr, [x0, #40]
    store_pair data+40, 16
    ldpsw x1, x2, [x0, #64]
    load_pair data+64, 8
    ldp w1, w2, [x0, #4]
    load_pair data+4, 8
    stp w1, w2, [x0, #12]
    store_pair data+12, 8
    ldnp x1, x2, [x0, #32]
    load_pair data+32, 16
    ldp d1, d2, [x0, #48]
    load data+48, 8
    load data+56, 8
    stp q1, q2, [x0, #64]
    store data+64, 16
    store data+80, 16
    ldp q3, q4, [x0, #96]
    load data+96, 16
    load data+112, 16
    ret

vectors:
    la x0, data
    ldr b0, [x0]
    load data, 1
    ldr h0, [x0, #2]
    load data+2, 2
    ldr s0, [x0, #4]
    load data+4, 4
    ldr d0, [x0, #8]
    load data+8, 8
    ldr q0, [x0, #16]
    load data+16, 16
    str b0, [x0, #33]
    store data+33, 1
    str h0, [x0, #34]
    store data+34, 2
    str s0, [x0, #36]
    store data+36, 4
    str d0, [x0, #40]
    store data+40, 8
    str q0, [x0, #48]
    store data+48, 16
    stur q0, [x0, #67]
    store data+67, 16
    ld1 {v1.16b}, [x0]
    load data, 8
    load data+8, 8
    st1 {v1.16b, v2.16b}, [x0], #32
    store data, 8
    store data+8, 8
    store data+16, 8
    store data+24, 8
    ld1r {v3.4s}, [x0]
    load data+32, 4
    st1 {v3.s}[1], [x0]
    store data+32, 4
    ld1 {v3.b}[5], [x0]
    load data+32, 1
    ld2 {v4.2s, v5.2s}, [x0]
    load data+32, 4
    load data+36, 4
    load data+40, 4
    load data+44, 4
    ret

indexed:
    la x0, data
    ldr x1, [x0], #8
    load data, 8
    ldr x1, [x0, #8]!
    load data+16, 8
    str x1, [x0], #-8
    store data+16, 8
    strb w1, [x0, #-1]!
    store data+7, 1
    la x0, data
    ldp x1, x2, [x0], #16
    load_pair data, 16
    stp x1, x2, [x0, #16]!
    store_pair data+32, 16
    mov x3, #5
    ldr x1, [x0, x3, lsl #3]
    load data+72, 8
    mov w3, #-2
    str w1, [x0, w3, sxtw #2]
    store data+24, 4
    la x0, pointer
    ldr x0, [x0]
    load pointer, 8
    ldr w1, [x0]
    load data+8, 4
    mrs x4, tpidr_el0
    str x4, [x4, #16]
    store thread_area+16, 8
    ldr x4, [x4, #16]
    load thread_area+16, 8
    ldr x4, [x4, #24]
    load thread_area+24, 8
    ret

/* None of these is in the trace. */
read_only:
    la x0, constant
    ldrb w1, [x0]
    ldr x1, [x0, #8]
    ldr q0, [x0]
    ldp x1, x2, [x0]
    ldr x1, read_only /* from the code */
    ldr x1, =0x123456789abcdef0
    la x0, expect_begin
    ldr x1, [x0]
    la x0, pages + PAGE
    ldrb w1, [x0]
    ldr x1, [x0, #64]
    ldr x1, [x0, #PAGE - 8]
    ldar x1, [x0]
    ldxr x1, [x0]
    clrex
    ret

straddling:
    la x0, pages + PAGE
    ldurb w1, [x0, #-1]
    load pages+PAGE-1, 1
    sturb w1, [x0, #-1]
    store pages+PAGE-1, 1
    ldur x1, [x0, #-8]
    load pages+PAGE-8, 8
    ldur x1, [x0, #-7] /* first page writable, 1 byte not */
    load pages+PAGE-7, 8
    ldur x1, [x0, #-1] /* 1 byte is */
    load pages+PAGE-1, 8
    ldurh w1, [x0, #-1]
    load pages+PAGE-1, 2
    ldur w1, [x0, #-2]
    load pages+PAGE-2, 4
    ldr x1, [x0]
    ldp x1, x2, [x0, #-8] /* the second is not in */
    before_10 pages+PAGE-8, 8
    since_10 pages+PAGE-8, 16
    la x0, pages + 2 * PAGE
    ldur x1, [x0, #-8]
    ldur x1, [x0, #-7] /* last byte writable */
    load pages+2*PAGE-7, 8
    ldurh w1, [x0, #-1]
    load pages+2*PAGE-1, 2
    ldur w1, [x0, #-1]
    load pages+2*PAGE-1, 4
    ldurb w1, [x0, #-1]
    ldrb w1, [x0]
    load pages+2*PAGE, 1
    ldp x1, x2, [x0, #-8] /* the first is not in */
    before_10 pages+2*PAGE, 8
    since_10 pages+2*PAGE-8, 16
    la x0, pages + 3 * PAGE
    stur x1, [x0, #-4] /* both writable */
    store pages+3*PAGE-4, 8
    ret

frames:
    stp x29, x30, [sp, #-32]!
    store_pair stack-32, 16
    mov x29, sp
    str x19, [sp, #16]
    store stack-16, 8
    bl frames_leaf
    store stack-48, 8
    load stack-48, 8
    ldr x19, [sp, #16]
    load stack-16, 8
    ldp x29, x30, [sp], #32
    load_pair stack-32, 16
    ret

/* Its accesses stand at the call. */
frames_leaf:
    str x30, [sp, #-16]!
    ldr x30, [sp], #16
    ret

/*
 * An exclusive store that succeeds is a store, though QEMU makes it of a
 * compare-and-swap, which loads too.  One that fails makes no access.
 */
exclusive:
    la x0, data
    ldxr x1, [x0]
    load data, 8
    stxr w2, x1, [x0]
    store data, 8
    ldaxr w1, [x0, #0]
    load data, 4
    stlxr w2, w1, [x0]
    store data, 4
    add x0, x0, #16
    ldxrb w1, [x0]
    load data+16, 1
    stxrb w2, w1, [x0]
    store data+16, 1
    ldxrh w1, [x0]
    load data+16, 2
    stxrh w2, w1, [x0]
    store data+16, 2
    clrex
    stxr w2, x1, [x0] /* fails */
    ret

ordered:
    la x0, data
    ldar x1, [x0]
    load data, 8
    ldarb w1, [x0]
    load data, 1
    ldarh w1, [x0]
    load data, 2
    ldar w1, [x0]
    load data, 4
    stlr x1, [x0]
    store data, 8
    stlr w1, [x0]
    store data, 4
    stlrb w1, [x0]
    store data, 1
    stlrh w1, [x0]
    store data, 2
    ret

lse:
    la x0, data
    mov x1, #1
    ldadd x1, x2, [x0]
    both data, 8
    ldaddal w1, w2, [x0]
    both data, 4
    ldaddb w1, w2, [x0]
    both data, 1
    ldaddh w1, w2, [x0]
    both data, 2
    stadd x1, [x0]
    both data, 8
    ldclr x1, x2, [x0]
    both data, 8
    ldeor x1, x2, [x0]
    both data, 8
    ldset w1, w2, [x0]
    both data, 4
    ldsmax x1, x2, [x0]
    both data, 8
    ldumin w1, w2, [x0]
    both data, 4
    swp x1, x2, [x0]
    both data, 8
    swpalb w1, w2, [x0]
    both data, 1
    ldr x2, [x0, #8]
    load data+8, 8
    add x0, x0, #8
    mov x3, x2
    cas x2, x1, [x0] /* succeeds */
    both data+8, 8
    casal w3, w1, [x0] /* fails: writes back what it read */
    both data+8, 4
    ret

others:
    la x0, data
    prfm pldl1keep, [x0] /* no access */
    dmb ish
    la x0, zeros
    ldr x1, [x0]
    load zeros, 8
    str x1, [x0, #8]
    store zeros+8, 8
    ldtr x1, [x0, #16]
    load zeros+16, 8
    sttr x1, [x0, #24]
    store zeros+24, 8
    ret

/* From here on accesses are no longer in the table. */
print:
    la x0, expect_begin
    la x1, expect_end
    la x2, out
    la x3, digits
1:
    cmp x0, x1
    b.hs 4f
    ldr w4, [x0, #8]
    strb w4, [x2], #1
    mov w4, #' '
    strb w4, [x2], #1
    mov w4, #'0'
    strb w4, [x2], #1
    mov w4, #'x'
    strb w4, [x2], #1
    ldr x5, [x0]
    mov w6, #16
2:
    ror x5, x5, #60
    and x4, x5, #15
    ldrb w4, [x3, x4]
    strb w4, [x2], #1
    subs w6, w6, #1
    b.ne 2b
    mov w4, #' '
    strb w4, [x2], #1
    ldr w5, [x0, #12]
    cmp w5, #10
    b.lo 3f
    mov w4, #'1'
    strb w4, [x2], #1
    sub w5, w5, #10
3:
    add w5, w5, #'0'
    strb w5, [x2], #1
    mov w4, #'\n'
    strb w4, [x2], #1
    add x0, x0, #16
    b 1b
4:
    la x1, out
    sub x2, x2, x1
    mov x0, #1
    mov x8, #SYS_write
    svc #0
    mov x0, #0
    mov x8, #SYS_exit_group
    svc #0
    .ltorg

    .section .rodata
digits:
    .ascii "0123456789abcdef"

    .section .expect, "a"
expect_end:

    .section .note.GNU-stack, "", @progbits
