/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * avx.S - AVX, AVX2, FMA and F16C: whole, broadcast, masked, gathered.
 */
    .include "lackey.inc"

    start

    .pushsection .rodata
    .balign 32
mask_4: /* elements 1 and 6 of 8 of 4 bytes */
    .long 0, 0x80000000, 0x7fffffff, 0, 0, 0, -1, 0
mask_8: /* elements 1 and 2 of 4 of 8 bytes */
    .quad 0, -1, 0x8000000000000000, 0x7fffffffffffffff
index_4:
    .long 3, 0, 17, -1, 5, 5, 40, 2
index_8:
    .quad 3, 0, 17, -1
    .popsection

    /* whole */
    vmovups data, %ymm0
    vmovaps data + 32, %ymm1
    vmovdqu data + 61, %ymm2
    vmovdqa data + 64, %ymm3
    vmovupd data + 3, %xmm4
    vlddqu data + 5, %ymm5
    vmovntdqa data + 96, %ymm5
    vmovups %ymm0, zeros + 3
    vmovaps %ymm1, zeros + 32
    vmovdqu %ymm2, zeros + 61
    vmovdqa %ymm3, zeros + 64
    vmovupd %xmm4, zeros + 7
    vmovntps %ymm0, zeros + 96
    vmovntdq %ymm0, zeros + 128

    /* partial */
    vmovss data + 4, %xmm0
    vmovsd data + 8, %xmm0
    vmovss %xmm0, zeros + 4
    vmovsd %xmm0, zeros + 8
    vmovlps data + 8, %xmm0, %xmm1
    vmovhps data + 8, %xmm0, %xmm1
    vmovlps %xmm1, zeros + 8
    vmovhpd %xmm1, zeros + 16
    vmovd data + 4, %xmm2
    vmovq data + 8, %xmm2
    vmovd %xmm2, zeros + 4
    vmovq %xmm2, zeros + 8
    /* All 256 bits; Valgrind loads those that it keeps. */
    known
    vmovddup data + 32, %ymm3
    manual R, data + 32, 32
    lackey R, data + 32, 8
    lackey R, data + 48, 8
    vmovsldup data + 32, %ymm3
    vpinsrd $1, data + 4, %xmm0, %xmm1
    vpextrq $1, %xmm0, zeros + 8
    vpextrw $1, %xmm0, zeros + 3
    /* 128 bits are loaded; QEMU 10.0 loads 256. */
    vinsertf128 $1, data + 16, %ymm0, %ymm1
    vinserti128 $1, data + 16, %ymm0, %ymm1
    vextractf128 $1, %ymm1, zeros + 16
    vextracti128 $1, %ymm1, zeros + 32
    vbroadcastss data + 4, %ymm2
    vbroadcastsd data + 8, %ymm2
    vbroadcastf128 data + 16, %ymm2
    vbroadcasti128 data + 16, %ymm2
    vpbroadcastb data + 1, %ymm2
    vpbroadcastw data + 2, %ymm2
    vpbroadcastd data + 4, %xmm2
    vpbroadcastq data + 8, %ymm2
    vpmovzxbw data + 16, %ymm4
    vpmovzxbd data + 16, %ymm4
    vpmovsxbq data + 16, %ymm4
    vpmovsxdq data + 16, %ymm4

    /* arithmetic with an operand in memory */
    vaddps data + 3, %ymm0, %ymm1
    vaddpd data + 32, %ymm0, %ymm1
    vaddss data + 4, %xmm0, %xmm1
    vsqrtpd data + 32, %ymm1
    vpaddb data + 32, %ymm0, %ymm1
    vpshufb data + 32, %ymm0, %ymm1
    vpermd data + 32, %ymm0, %ymm1
    vpermq $27, data + 32, %ymm1
    vperm2i128 $0x21, data + 32, %ymm0, %ymm1
    vpermilps data + 32, %ymm0, %ymm1
    vblendvps %ymm0, data + 32, %ymm1, %ymm1
    vpblendd $0x55, data + 32, %ymm0, %ymm1
    /* The count has 128 bits; Valgrind loads 64, QEMU loads 256. */
    known
    vpsllw data + 32, %ymm0, %ymm1
    manual R, data + 32, 16
    lackey R, data + 32, 8
    vpsllvd data + 32, %ymm0, %ymm1
    vptest data + 32, %ymm0
    vtestps data + 32, %ymm0
    vcmpltps data + 32, %ymm0, %ymm1
    vdpps $0xff, data + 32, %ymm0, %ymm1
    vmpsadbw $1, data + 32, %ymm0, %ymm1
    vpackuswb data + 32, %ymm0, %ymm1
    known
    vcvtps2pd data + 16, %ymm1
    manual R, data + 16, 16
    bulk
    /* 128 bits are loaded; QEMU loads 256. */
    vcvtdq2pd data + 16, %ymm1
    vcvtdq2pd data + 24, %xmm1
    vcvtpd2psy data + 32, %xmm1
    vcvttps2dq data + 32, %ymm1
    /* Valgrind loads element by element. */
    known
    vfmadd231ps data + 32, %ymm0, %ymm1
    manual R, data + 32, 32
    bulk
    /* One element; QEMU loads 128 bits, which are clipped. */
    .macro scalar name
    \name\()sd data + 8, %xmm0, %xmm1
    \name\()ss data + 12, %xmm0, %xmm1
    .endm
    .macro scalars name
    scalar \name\()132
    scalar \name\()213
    scalar \name\()231
    .endm
    scalars vfmadd
    scalars vfmsub
    scalars vfnmadd
    scalars vfnmsub
    known
    vfnmsub213pd data + 32, %ymm0, %ymm1
    manual R, data + 32, 32
    bulk
    vcvtph2ps data + 8, %xmm1
    vcvtph2ps data + 16, %ymm1
    vcvtps2ph $0, %xmm1, zeros + 8
    vcvtps2ph $0, %ymm1, zeros + 16

    /* masked: only elements whose mask's top bit is set are accessed */
    vmovdqa mask_4, %ymm6
    vmovdqa mask_8, %ymm7
    /* QEMU loads all, whatever the mask. */
    known
    vmaskmovps data + 32, %ymm6, %ymm0
    manual R, data + 36, 4
    manual R, data + 56, 4
    qemu R, data + 32, 32
    known
    vmaskmovps data + 32, %xmm6, %xmm0
    manual R, data + 36, 4
    qemu R, data + 32, 16
    known
    vmaskmovpd data + 32, %ymm7, %ymm0
    manual R, data + 40, 8
    manual R, data + 48, 8
    qemu R, data + 32, 32
    known
    vpmaskmovd data + 32, %ymm6, %ymm0
    manual R, data + 36, 4
    manual R, data + 56, 4
    qemu R, data + 32, 32
    known
    vpmaskmovq data + 32, %ymm7, %ymm0
    manual R, data + 40, 8
    manual R, data + 48, 8
    qemu R, data + 32, 32
    vmaskmovps %ymm0, %ymm6, zeros + 32
    vmaskmovps %xmm0, %xmm6, zeros + 32
    vmaskmovpd %ymm0, %ymm7, zeros + 32
    vpmaskmovd %ymm0, %ymm6, zeros + 32
    vpmaskmovq %ymm0, %ymm7, zeros + 32
    lea zeros, %rdi
    known
    vmaskmovdqu %xmm6, %xmm0
    manual W, zeros + 7, 1
    manual W, zeros + 8, 1
    manual W, zeros + 9, 1
    manual W, zeros + 10, 1
    lackey R, zeros, 16
    lackey W, zeros, 16

    /* gathered */
    lea data + 128, %rbx
    vmovdqa index_4, %ymm1
    vmovdqa index_8, %ymm2
    vmovdqa %ymm6, %ymm3
    /* Valgrind loads what is masked from the stack's top. */
    known
    vpgatherdd %ymm3, (%rbx, %ymm1, 4), %ymm0
    manual R, data + 128, 4
    manual R, data + 288, 4
    lackey R, stack, 4
    lackey R, data + 128, 4
    lackey R, stack, 4
    lackey R, stack, 4
    lackey R, stack, 4
    lackey R, stack, 4
    lackey R, data + 288, 4
    lackey R, stack, 4
    vmovdqa %ymm7, %ymm3
    known
    vpgatherdq %ymm3, (%rbx, %xmm1, 8), %ymm0
    manual R, data + 128, 8
    manual R, data + 264, 8
    lackey R, stack, 8
    lackey R, data + 128, 8
    lackey R, data + 264, 8
    lackey R, stack, 8
    vmovdqa %xmm6, %xmm3
    known
    vgatherqps %xmm3, (%rbx, %ymm2, 4), %xmm0
    manual R, data + 128, 4
    lackey R, stack, 4
    lackey R, data + 128, 4
    lackey R, stack, 4
    lackey R, stack, 4
    vmovdqa %ymm7, %ymm3
    known
    vgatherqpd %ymm3, (%rbx, %ymm2, 2), %ymm0
    manual R, data + 128, 8
    manual R, data + 162, 8
    lackey R, stack, 8
    lackey R, data + 128, 8
    lackey R, data + 162, 8
    lackey R, stack, 8

    vzeroupper
    vstmxcsr zeros
    vldmxcsr zeros

    finish
