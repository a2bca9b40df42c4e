/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sse.S - MMX and SSE to 4.2: whole, partial, masked and scalar accesses.
 */
    .include "lackey.inc"

    start

    /* whole */
    movups data, %xmm0
    movaps data + 16, %xmm1
    movupd data + 3, %xmm2
    movapd data + 32, %xmm3
    movdqu data + 61, %xmm4
    movdqa data + 48, %xmm5
    lddqu data + 7, %xmm6
    movntdqa data + 64, %xmm7
    movups %xmm0, zeros + 3
    movaps %xmm1, zeros + 16
    movupd %xmm2, zeros + 35
    movapd %xmm3, zeros + 64
    movdqu %xmm4, zeros + 61
    movdqa %xmm5, zeros + 80
    movntps %xmm0, zeros + 96
    movntpd %xmm0, zeros + 112
    movntdq %xmm0, zeros + 128

    /* partial */
    movlps data, %xmm0
    movhps data + 8, %xmm0
    movlpd data + 1, %xmm0
    movhpd data + 9, %xmm0
    movlps %xmm0, zeros
    movhps %xmm0, zeros + 8
    movlpd %xmm0, zeros + 1
    movhpd %xmm0, zeros + 9
    movss data + 4, %xmm1
    movsd data + 8, %xmm1
    movss %xmm1, zeros + 4
    movsd %xmm1, zeros + 8
    movd data + 5, %xmm2
    movq data + 6, %xmm2
    movd %xmm2, zeros + 5
    movq %xmm2, zeros + 6
    movddup data + 8, %xmm3
    movsldup data + 16, %xmm3
    movshdup data + 16, %xmm3
    pinsrb $3, data + 1, %xmm3
    pinsrw $3, data + 2, %xmm3
    pinsrd $1, data + 3, %xmm3
    pinsrq $1, data + 4, %xmm3
    insertps $0x10, data + 5, %xmm3
    pextrb $3, %xmm3, zeros + 1
    pextrw $3, %xmm3, zeros + 2
    pextrd $1, %xmm3, zeros + 3
    pextrq $1, %xmm3, zeros + 4
    extractps $1, %xmm3, zeros + 5
    pmovzxbw data + 1, %xmm4
    pmovzxbd data + 1, %xmm4
    pmovzxbq data + 1, %xmm4
    pmovsxwd data + 1, %xmm4
    pmovsxwq data + 1, %xmm4
    pmovsxdq data + 1, %xmm4

    /* arithmetic with an operand in memory */
    addps data + 16, %xmm0
    addpd data + 16, %xmm0
    addss data + 4, %xmm0
    addsd data + 8, %xmm0
    sqrtss data + 4, %xmm0
    minsd data + 8, %xmm0
    andps data + 16, %xmm0
    paddb data + 16, %xmm0
    pshufb data + 16, %xmm0
    pshufd $27, data + 16, %xmm0
    pshuflw $27, data + 16, %xmm0
    shufps $27, data + 16, %xmm0
    unpcklps data + 16, %xmm0
    punpcklbw data + 16, %xmm0
    punpckhqdq data + 16, %xmm0
    /* The count has 128 bits, of which Valgrind loads the lower 64. */
    known
    psllw data + 16, %xmm0
    manual R, data + 16, 16
    lackey R, data + 16, 8
    palignr $3, data + 16, %xmm0
    pmaddwd data + 16, %xmm0
    psadbw data + 16, %xmm0
    mpsadbw $1, data + 16, %xmm0
    pmulld data + 16, %xmm0
    ptest data + 16, %xmm0
    dpps $0xff, data + 16, %xmm0
    roundss $0, data + 4, %xmm1
    roundpd $0, data + 16, %xmm1
    blendvps %xmm0, data + 16, %xmm1
    cmpltps data + 16, %xmm1
    cmpltsd data + 8, %xmm1
    comiss data + 4, %xmm1
    ucomisd data + 8, %xmm1
    haddps data + 16, %xmm1
    addsubpd data + 16, %xmm1
    pcmpgtq data + 16, %xmm1
    aesenc data + 16, %xmm1
    pclmulqdq $1, data + 16, %xmm1

    /* conversions */
    /* Two elements, which Valgrind loads one by one. */
    known
    cvtps2pd data + 8, %xmm1
    manual R, data + 8, 8
    bulk
    cvtpd2ps data + 16, %xmm1
    cvtdq2pd data + 8, %xmm1
    cvtdq2ps data + 16, %xmm1
    cvttps2dq data + 16, %xmm1
    cvtss2sd data + 4, %xmm1
    cvtsd2ss data + 8, %xmm1
    cvtsi2sdl data + 4, %xmm1
    cvtsi2sdq data + 8, %xmm1
    cvtsi2ssl data + 4, %xmm1
    cvttsd2si data + 8, %eax
    cvttss2si data + 4, %rax
    cvtsd2si data + 8, %rax

    /* strings */
    mov $5, %eax
    mov $6, %edx
    pcmpistri $0, data + 16, %xmm2
    pcmpistrm $0, data + 16, %xmm2
    pcmpestri $0, data + 32, %xmm2
    pcmpestrm $0, data + 32, %xmm2

    stmxcsr zeros + 4
    ldmxcsr zeros + 4

    /* MMX */
    movq data, %mm0
    movd data + 4, %mm1
    movq %mm0, zeros
    movd %mm1, zeros + 9
    movntq %mm0, zeros + 16
    paddb data + 8, %mm0
    pshufw $27, data + 8, %mm0
    psadbw data + 8, %mm0
    pinsrw $1, data + 2, %mm0
    /* 32 bits, of which Valgrind loads 64. */
    .irp kind, bw, wd, dq
    known
    punpckl\kind data + 4, %mm0
    manual R, data + 4, 4
    lackey R, data + 4, 8
    .endr
    punpckhbw data + 8, %mm0
    cvtpi2ps data + 8, %xmm0
    known
    cvtps2pi data + 8, %mm0
    manual R, data + 8, 8
    bulk
    pshufb data + 8, %mm0
    emms

    /* masked: bytes 1, 2 and 12 of 16 */
    .pushsection .rodata
    .balign 16
mask:
    .byte 0, 0x80, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0x7f
    .popsection
    movdqa mask, %xmm5
    lea zeros + 48, %rdi
    /* Bytes under the mask are stored.  Valgrind loads, merges and stores all. */
    known
    maskmovdqu %xmm5, %xmm0
    manual W, zeros + 49, 1
    manual W, zeros + 50, 1
    manual W, zeros + 60, 1
    lackey R, zeros + 48, 16
    lackey W, zeros + 48, 16
    movq mask, %mm1
    lea zeros + 48, %rdi
    known
    maskmovq %mm1, %mm0
    manual W, zeros + 49, 1
    manual W, zeros + 50, 1
    lackey R, zeros + 48, 8
    lackey W, zeros + 48, 8
    emms

    /* no access */
    prefetcht0 data
    prefetcht1 data
    prefetchnta data
    prefetchw data
    lfence
    sfence

    finish
