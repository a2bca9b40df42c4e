// atomic_add_x86_64.S: two threads by clone add to a counter, in assembler;
// racy: without the prefix that makes it atomic.
//
// only: x86_64
// libc: no
// plain: none
// racy: race counter a-a
#ifdef RACY
#define LOCK
#else
#define LOCK lock
#endif
        .set FLAGS, 0x350f00            // as CLONE_FLAGS of raw.h
        .text
        .globl _start
_start: lea stack_1(%rip), %rsi
        lea tid_1(%rip), %rdx
        call spawn
        lea stack_2(%rip), %rsi
        lea tid_2(%rip), %rdx
        call spawn
        lea tid_1(%rip), %rdi
        call join
        lea tid_2(%rip), %rdi
        call join
        mov $231, %eax                  // exit_group
        xor %edi, %edi
        syscall

spawn:  mov $56, %eax                   // clone
        mov $FLAGS, %edi
        mov %rdx, %r10
        xor %r8d, %r8d
        syscall
        test %rax, %rax
        jz work
        ret

join:   mov (%rdi), %edx
        test %edx, %edx
        jz 1f
        mov $202, %eax                  // futex
        xor %esi, %esi
        xor %r10d, %r10d
        syscall
        jmp join
1:      ret

work:   lock incl met(%rip)
1:      cmpl $2, met(%rip)
        jne 1b
        mov $25, %ecx
1:      LOCK incl counter(%rip)         // @a
        dec %ecx
        jnz 1b
        mov $60, %eax                   // exit
        xor %edi, %edi
        syscall

        .bss
        .balign 16
        .skip 4096
stack_1:.skip 4096
stack_2:.skip 16
tid_1:  .skip 64
tid_2:  .skip 64
met:    .skip 64
        .globl counter
        .type counter, @object
        .size counter, 4
counter:.skip 4
        .section .note.GNU-stack, "", @progbits
