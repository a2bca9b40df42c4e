/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * accesses-x86_64.S - makes a scripted list of accesses, then prints it.
 *
 * Every instruction between the markers has beside it what it loads ("load")
 * and stores ("store"); these go to a table in read-only memory, which the
 * guest prints at its end, after the second marker.  The trace between the
 * markers must be the table, in order.  Accesses to read-only memory are
 * made without an entry.
 *
 * Where one instruction makes several accesses the order is QEMU's.  More
 * than 8 bytes come in parts of 8 before QEMU 10.0; the test splits them.
 *
 * With an argument a second thread is alive meanwhile, so that QEMU makes its
 * atomic accesses in one piece.
 */

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
    /* of an atomic instruction: in one piece where other threads live */
    .macro load_atomic addr, size
    entry 'l', \addr, \size
    .endm
    .macro store_atomic addr, size
    entry 's', \addr, \size
    .endm

    .set PAGE, 4096
    .set SYS_write, 1
    .set SYS_mprotect, 10
    .set SYS_pause, 34
    .set SYS_clone, 56
    .set SYS_arch_prctl, 158
    .set SYS_exit_group, 231
    .set ARCH_SET_FS, 0x1002
    .set THREAD_FLAGS, 0x50f00 /* CLONE_VM, _THREAD and what they need */

    .section .rodata
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
thread_area:
    .fill 64, 1, 0
table:
    .fill 256, 1, 7

    .bss
begin_marker:
    .skip 8
end_marker:
    .skip 8
    .balign 64
zeros:
    .skip 256
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
    mov (%rsp), %rbx
    lea stack, %rsp

    lea pages + PAGE, %rdi
    mov $PAGE, %esi
    mov $1, %edx /* PROT_READ */
    mov $SYS_mprotect, %eax
    syscall
    mov $ARCH_SET_FS, %edi
    lea thread_area + 32, %rsi
    mov $SYS_arch_prctl, %eax
    syscall

    cmp $1, %rbx
    je 1f
    mov $THREAD_FLAGS, %edi
    lea other_stack, %rsi
    mov $SYS_clone, %eax
    syscall
    test %eax, %eax
    jz other_thread
1:
    movb $1, begin_marker

    call sizes
    call vectors
    call read_only
    call straddling
    call stack_insns
    call strings
    call read_modify_write
    call addressing

    movb $1, end_marker
    jmp print

other_thread:
    mov $SYS_pause, %eax
    syscall
    jmp other_thread

sizes:
    store stack-8, 8
    mov data, %al
    load data, 1
    mov data + 2, %ax
    load data+2, 2
    mov data + 4, %eax
    load data+4, 4
    mov data + 8, %rax
    load data+8, 8
    movzbl data + 1, %eax
    load data+1, 1
    movswq data + 6, %rax
    load data+6, 2
    movslq data + 12, %rax
    load data+12, 4
    mov %al, data + 16
    store data+16, 1
    mov %ax, data + 18
    store data+18, 2
    mov %eax, data + 20
    store data+20, 4
    mov %rax, data + 24
    store data+24, 8
    movb $1, data + 32
    store data+32, 1
    movw $1, data + 34
    store data+34, 2
    movl $1, data + 36
    store data+36, 4
    movq $1, data + 40
    store data+40, 8
    movnti %rax, data + 48
    store data+48, 8
    /* unaligned, over a cache line too */
    mov data + 1, %ax
    load data+1, 2
    mov data + 3, %eax
    load data+3, 4
    mov data + 61, %rax
    load data+61, 8
    mov %rax, data + 63
    store data+63, 8
    mov %ax, data + 127
    store data+127, 2
    ret
    load stack-8, 8

vectors:
    store stack-8, 8
    movups data, %xmm0
    load data, 16
    movaps data + 16, %xmm1
    load data+16, 16
    movups %xmm0, data + 35
    store data+35, 16
    movdqa %xmm1, data + 64
    store data+64, 16
    movss data + 4, %xmm2
    load data+4, 4
    movsd data + 8, %xmm2
    load data+8, 8
    movss %xmm2, data + 12
    store data+12, 4
    movsd %xmm2, data + 16
    store data+16, 8
    movhps data + 24, %xmm2
    load data+24, 8
    movhps %xmm2, data + 32
    store data+32, 8
    movd data + 40, %xmm3
    load data+40, 4
    movq %xmm3, data + 48
    store data+48, 8
    paddb data + 80, %xmm3
    load data+80, 16
    addsd data + 96, %xmm3
    load data+96, 8
    movntdq %xmm3, data + 112
    store data+112, 16
    fldl data + 8
    load data+8, 8
    fstpl data + 16
    store data+16, 8
    fildl data + 20
    load data+20, 4
    fistps data + 26
    store data+26, 2
    ret
    load stack-8, 8

/* Of these only the call's store and the return's load are in the trace. */
read_only:
    store stack-8, 8
    mov constant, %al
    mov constant + 3, %rax
    movups constant, %xmm0
    mov read_only, %rax
    mov expect_begin, %rax
    mov pages + PAGE, %al
    mov pages + PAGE + 64, %rax
    mov pages + 2 * PAGE - 8, %rax
    cmpb $0, constant
    lea constant, %rsi
    lodsq
    ret
    load stack-8, 8

straddling:
    store stack-8, 8
    mov pages + PAGE - 1, %al
    load pages+PAGE-1, 1
    mov %al, pages + PAGE - 1
    store pages+PAGE-1, 1
    mov pages + PAGE - 8, %rax
    load pages+PAGE-8, 8
    mov pages + PAGE - 7, %rax /* first page writable, 1 byte not */
    load pages+PAGE-7, 8
    mov pages + PAGE - 1, %rax /* 1 byte is */
    load pages+PAGE-1, 8
    mov pages + PAGE - 1, %ax
    load pages+PAGE-1, 2
    mov pages + PAGE - 2, %eax
    load pages+PAGE-2, 4
    mov pages + PAGE, %rax
    mov pages + 2 * PAGE - 8, %rax
    mov pages + 2 * PAGE - 7, %rax /* last byte writable */
    load pages+2*PAGE-7, 8
    mov pages + 2 * PAGE - 1, %ax
    load pages+2*PAGE-1, 2
    mov pages + 2 * PAGE - 1, %eax
    load pages+2*PAGE-1, 4
    mov pages + 2 * PAGE - 1, %al
    mov pages + 2 * PAGE, %al
    load pages+2*PAGE, 1
    mov %rax, pages + 3 * PAGE - 4 /* both writable */
    store pages+3*PAGE-4, 8
    ret
    load stack-8, 8

stack_insns:
    store stack-8, 8
    push %rax
    store stack-16, 8
    pushw $1
    store stack-18, 2
    popw %ax
    load stack-18, 2
    pop %rcx
    load stack-16, 8
    push data + 8
    load data+8, 8
    store stack-16, 8
    pop data + 16
    load stack-16, 8
    store data+16, 8
    push $1
    store stack-16, 8
    add $8, %rsp
    pushf
    store stack-16, 8
    popf
    load stack-16, 8
    lea stack_leaf, %rax
    call *%rax
    store stack-16, 8
    load stack-16, 8
    movq $stack_leaf, data + 24
    store data+24, 8
    call *data + 24
    load data+24, 8
    store stack-16, 8
    load stack-16, 8
    push %rbp
    store stack-16, 8
    mov %rsp, %rbp
    sub $32, %rsp
    mov %rax, -8(%rbp)
    store stack-24, 8
    leave
    load stack-16, 8
    ret
    load stack-8, 8

/* Called twice: its load stands at the calls. */
stack_leaf:
    ret

strings:
    store stack-8, 8
    lea data, %rsi
    lea zeros, %rdi
    mov $3, %ecx
    rep movsb
    load data, 1
    store zeros, 1
    load data+1, 1
    store zeros+1, 1
    load data+2, 1
    store zeros+2, 1
    mov $2, %ecx
    rep movsq
    load data+3, 8
    store zeros+3, 8
    load data+11, 8
    store zeros+11, 8
    xor %ecx, %ecx
    rep movsb /* none */
    lea zeros + 32, %rdi
    mov $3, %ecx
    rep stosq
    store zeros+32, 8
    store zeros+40, 8
    store zeros+48, 8
    stosb
    store zeros+56, 1
    std
    mov $2, %ecx
    rep stosl /* from zeros + 57 down */
    store zeros+57, 4
    store zeros+53, 4
    cld
    lea data, %rsi
    lodsw
    load data, 2
    lodsl
    load data+2, 4
    lea constant, %rsi /* loads of read-only memory, stores are in */
    lea zeros + 64, %rdi
    mov $2, %ecx
    rep movsb
    store zeros+64, 1
    store zeros+65, 1
    lea data + 128, %rdi
    mov $0x5a, %al
    scasb
    load data+128, 1
    mov $0, %al
    mov $9, %ecx
    repne scasb
    load data+129, 1 /* 1 */
    load data+130, 1
    load data+131, 1
    load data+132, 1
    load data+133, 1
    load data+134, 1
    load data+135, 1
    load data+136, 1
    load data+137, 1 /* 9 */
    lea constant, %rsi
    lea data + 160, %rdi
    cmpsb
    load data+160, 1
    ret
    load stack-8, 8

read_modify_write:
    store stack-8, 8
    addl $1, data
    load data, 4
    store data, 4
    incb data + 5
    load data+5, 1
    store data+5, 1
    cmpl $1, data
    load data, 4
    testb $1, data
    load data, 1
    notq data + 8
    load data+8, 8
    store data+8, 8
    shlw data + 16
    load data+16, 2
    store data+16, 2
    xor %eax, %eax
    setz data + 20
    store data+20, 1
    lock addq $1, data + 24
    load data+24, 8
    store data+24, 8
    lock negl data + 36
    load data+36, 4
    store data+36, 4
    lock incl data + 32
    load data+32, 4
    store data+32, 4
    lock notw data + 36
    load data+36, 2
    store data+36, 2
    xchg %al, data + 38
    load data+38, 1
    store data+38, 1
    xchg %rax, data + 40
    load data+40, 8
    store data+40, 8
    lock xadd %eax, data + 48
    load data+48, 4
    store data+48, 4
    mov data + 56, %rax
    load data+56, 8
    lock cmpxchg %rcx, data + 56 /* succeeds */
    load data+56, 8
    store data+56, 8
    mov data + 56, %rax
    load data+56, 8
    not %rax
    lock cmpxchg %rcx, data + 56 /* fails: writes back what it read */
    load data+56, 8
    store data+56, 8
    lock btsl $3, data + 72
    load data+72, 4
    store data+72, 4
    mov $37, %eax
    bts %rax, data + 80
    load data+80, 8
    store data+80, 8
    mov $64 + 5, %eax
    bt %rax, data + 80
    load data+88, 8
    mov $1, %eax
    mov $2, %edx
    lock cmpxchg8b data + 96
    load data+96, 8
    store data+96, 8
    lock cmpxchg16b data + 112
    load_atomic data+112, 16
    store_atomic data+112, 16
    ret
    load stack-8, 8

addressing:
    store stack-8, 8
    mov pointer, %rbx
    load pointer, 8
    mov (%rbx), %rax
    load data+8, 8
    mov $3, %ecx
    mov 4(%rbx, %rcx, 8), %eax
    load data+8+4+24, 4
    mov %fs:0, %rax
    load thread_area+32, 8
    mov %eax, %fs:-16
    store thread_area+16, 4
    mov pointer(%rip), %rbx
    load pointer, 8
    lea table, %rbx
    mov $9, %al
    xlat
    load table+9, 1
    prefetcht0 data /* no access */
    nopl data
    lea data, %rax
    mov %eax, (%rax)
    store data, 4
    mov data, %eax
    load data, 4
    mov (%rax), %rax
    load data, 8
    ret
    load stack-8, 8

/* From here on accesses are no longer in the table. */
print:
    lea expect_begin, %rbx
    lea out, %rdi
1:
    cmp $expect_end, %rbx
    jae 4f
    mov 8(%rbx), %al
    stosb
    mov $' ', %al
    stosb
    mov $'0', %al
    stosb
    mov $'x', %al
    stosb
    mov (%rbx), %rdx
    mov $16, %ecx
2:
    rol $4, %rdx
    mov %edx, %eax
    and $15, %eax
    mov digits(%rax), %al
    stosb
    dec %ecx
    jnz 2b
    mov $' ', %al
    stosb
    mov 12(%rbx), %eax
    cmp $10, %eax
    jb 3f
    movb $'1', (%rdi)
    inc %rdi
    sub $10, %eax
3:
    add $'0', %al
    stosb
    mov $'\n', %al
    stosb
    add $16, %rbx
    jmp 1b
4:
    lea out, %rsi
    mov %rdi, %rdx
    sub %rsi, %rdx
    mov $1, %edi
    mov $SYS_write, %eax
    syscall
    xor %edi, %edi
    mov $SYS_exit_group, %eax
    syscall
    hlt

    .section .rodata
digits:
    .ascii "0123456789abcdef"

    .section .expect, "a"
expect_end:

    .section .note.GNU-stack, "", @progbits
