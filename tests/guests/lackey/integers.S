/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * integers.S - integer instructions with an operand in memory, ways to
 * address it, and what looks like an access and is none.
 */
    .include "lackey.inc"

    start

    mov $158, %eax /* arch_prctl */
    mov $0x1002, %edi /* ARCH_SET_FS */
    lea data + 64, %rsi
    syscall

    /* moves */
    mov data, %al
    mov data + 2, %ax
    mov data + 4, %eax
    mov data + 8, %rax
    movabs data + 8, %al
    movabs data + 8, %rax
    movabs %eax, zeros
    movzbw data + 1, %ax
    movzbl data + 1, %eax
    movzwl data + 2, %eax
    movsbq data + 1, %rax
    movswq data + 2, %rax
    movslq data + 4, %rax
    movb $1, zeros + 1
    movw $1, zeros + 2
    movl $1, zeros + 4
    movq $1, zeros + 8
    movnti %eax, zeros + 4
    movnti %rax, zeros + 8
    movbe data + 2, %ax
    movbe data + 4, %eax
    movbe data + 8, %rax
    movbe %ax, zeros + 2
    movbe %eax, zeros + 4
    movbe %rax, zeros + 8
    lea data, %rbx
    mov 8(%rbx), %rax
    mov $3, %ecx
    mov 4(%rbx, %rcx, 8), %eax
    mov data(, %rcx, 4), %eax
    mov data(%rip), %rax
    mov 4(%ebx, %ecx, 2), %eax
    mov %fs:0, %rax
    mov %fs:-8, %eax
    mov %eax, %fs:16
    mov %fs:(%rcx), %al
    mov %ds:8(%rbx), %rax
    mov %fs, zeros + 2
    mov %ds, zeros + 4

    /* a conditional move loads whether or not it moves */
    xor %edx, %edx
    cmovz data + 4, %eax
    cmovnz data + 4, %eax
    cmovz data + 8, %rax
    cmovnz data + 8, %rax
    cmovc data + 2, %ax
    cmovnc data + 2, %ax
    setz zeros + 1
    setnz zeros + 2

    /* arithmetic */
    .irp op, add, sub, and, or, xor, adc, sbb, cmp
    \op data, %al
    \op data + 2, %ax
    \op data + 4, %eax
    \op data + 8, %rax
    \op %al, zeros
    \op %ax, zeros + 2
    \op %eax, zeros + 4
    \op %rax, zeros + 8
    \op\()b $1, zeros
    \op\()w $300, zeros + 2
    \op\()l $70000, zeros + 4
    \op\()q $70000, zeros + 8
    .endr
    test %al, data
    test %rax, data + 8
    testw $1, data + 2
    .irp op, inc, dec, not, neg
    \op\()b zeros
    \op\()w zeros + 2
    \op\()l zeros + 4
    \op\()q zeros + 8
    .endr
    mov $3, %cl
    .irp op, rol, ror, rcl, rcr, shl, shr, sar
    \op\()b zeros
    \op\()w $3, zeros + 2
    \op\()l %cl, zeros + 4
    \op\()q %cl, zeros + 8
    .endr
    shld $3, %eax, zeros + 4
    shld %cl, %rax, zeros + 8
    shrd $3, %ax, zeros + 2
    shrd %cl, %rax, zeros + 8
    imul data + 4, %eax
    imul $5, data + 8, %rax
    imull data + 4
    mulb data + 1
    mulq data + 8
    movl $7, zeros + 4
    movq $7, zeros + 8
    xor %edx, %edx
    divl zeros + 4
    xor %edx, %edx
    idivq zeros + 8
    bsf data + 4, %eax
    bsr data + 8, %rax
    popcnt data + 8, %rax
    lzcnt data + 4, %eax
    tzcnt data + 2, %ax
    crc32b data + 1, %eax
    crc32q data + 8, %rax

    /* BMI, ADX */
    andn data + 8, %rax, %rcx
    bextr %rax, data + 8, %rcx
    blsi data + 4, %ecx
    blsmsk data + 8, %rcx
    blsr data + 4, %ecx
    bzhi %rax, data + 8, %rcx
    mulx data + 8, %rax, %rcx
    pdep data + 8, %rax, %rcx
    pext data + 4, %eax, %ecx
    rorx $3, data + 4, %ecx
    sarx %rax, data + 8, %rcx
    shlx %eax, data + 4, %ecx
    shrx %rax, data + 8, %rcx
    adcx data + 8, %rax
    test %eax, %eax /* QEMU 7.2 can fail on adcx, adox */
    adox data + 4, %eax
    test %eax, %eax

    /* none */
    lea data, %rax
    lea 3(%rax, %rcx, 8), %rax
    nopl data
    nopw %cs:data
    prefetcht0 data
    prefetchw data
    clflush data
    pause
    mfence

    finish
