// atomic_add_aarch64.S: two threads by clone add to a counter, in assembler;
// racy: by a load and a store that are not exclusive.
//
// only: aarch64
// libc: no
// plain: none
// racy: race counter a-b b-b
        .set FLAGS, 0x350f00            // as CLONE_FLAGS of raw.h
        .text
        .globl _start
_start: ldr x1, =stack_1
        ldr x2, =tid_1
        bl spawn
        ldr x1, =stack_2
        ldr x2, =tid_2
        bl spawn
        ldr x0, =tid_1
        bl join
        ldr x0, =tid_2
        bl join
        mov x8, #94                     // exit_group
        mov x0, #0
        svc #0

spawn:  mov x8, #220                    // clone
        ldr x0, =FLAGS
        mov x3, #0
        mov x4, x2
        svc #0
        cbz x0, work
        ret

join:   mov x9, x0
1:      ldar w2, [x9]
        cbz w2, 2f
        mov x8, #98                     // futex
        mov x0, x9
        mov x1, #0
        mov x3, #0
        svc #0
        b 1b
2:      ret

work:   ldr x0, =met
1:      ldaxr w1, [x0]
        add w1, w1, #1
        stlxr w2, w1, [x0]
        cbnz w2, 1b
1:      ldar w1, [x0]
        cmp w1, #2
        b.ne 1b
        mov w3, #25
        ldr x0, =counter
#ifdef RACY
1:      ldr w1, [x0]                    // @a
        add w1, w1, #1
        str w1, [x0]                    // @b
#else
1:      ldxr w1, [x0]
        add w1, w1, #1
        stxr w2, w1, [x0]
        cbnz w2, 1b
#endif
        subs w3, w3, #1
        b.ne 1b
        mov x8, #93                     // exit
        mov x0, #0
        svc #0

        .bss
        .balign 16
        .skip 4096
stack_1:.skip 4096
stack_2:.skip 16
tid_1:  .skip 64
tid_2:  .skip 64
met:    .skip 64
        .globl counter
        .type counter, %object
        .size counter, 4
counter:.skip 4
        .section .note.GNU-stack, "", %progbits
