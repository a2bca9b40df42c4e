// raw.h: threads without libc: system calls, clone, and a lock and a join that
// are made of futexes.  The program has a function start().
#ifndef RAW_H
#define RAW_H

enum {
    FUTEX_WAIT = 0,
    FUTEX_WAKE = 1,
    // VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, PARENT_SETTID, CHILD_CLEARTID
    CLONE_FLAGS =
        0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000 | 0x100000 | 0x200000,
    STACK_SIZE = 16384,
};

#ifdef __x86_64__
enum { CALL_CLONE = 56, CALL_EXIT_GROUP = 231, CALL_FUTEX = 202 };

__asm__(".globl _start\n"
        "_start: xor %ebp, %ebp\n"
        "and $-16, %rsp\n"
        "call start\n"
        "hlt");

static long call(long number, long a, long b, long c, long d)
{
    register long r10 __asm__("r10") = d;
    long result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
                     : "rcx", "r11", "memory");
    return result;
}

static long start_thread(void (*body)(void), char *stack_end, int *tid)
{
    void **top = (void **)stack_end - 1;
    register int *r10 __asm__("r10") = tid;
    register long r8 __asm__("r8") = 0;
    long result;

    *top = (void *)body;
    __asm__ volatile("syscall\n"
                     "test %%rax, %%rax\n"
                     "jnz 1f\n"
                     "xor %%ebp, %%ebp\n"
                     "pop %%rax\n"
                     "call *%%rax\n"
                     "mov $60, %%eax\n"
                     "xor %%edi, %%edi\n"
                     "syscall\n"
                     "1:"
                     : "=a"(result)
                     : "a"(CALL_CLONE), "D"(CLONE_FLAGS), "S"(top), "d"(tid),
                       "r"(r10), "r"(r8)
                     : "rcx", "r11", "memory");
    return result;
}
#else
enum { CALL_CLONE = 220, CALL_EXIT_GROUP = 94, CALL_FUTEX = 98 };

__asm__(".globl _start\n"
        "_start: mov x29, #0\n"
        "mov x30, #0\n"
        "bl start\n"
        "brk #0");

static long call(long number, long a, long b, long c, long d)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;

    __asm__ volatile("svc #0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3)
                     : "memory");
    return x0;
}

static long start_thread(void (*body)(void), char *stack_end, int *tid)
{
    void **top = (void **)stack_end - 2;
    register long x8 __asm__("x8") = CALL_CLONE;
    register long x0 __asm__("x0") = CLONE_FLAGS;
    register void *x1 __asm__("x1") = top;
    register int *x2 __asm__("x2") = tid;
    register long x3 __asm__("x3") = 0;
    register int *x4 __asm__("x4") = tid;

    *top = (void *)body;
    __asm__ volatile("svc #0\n"
                     "cbnz x0, 1f\n"
                     "ldr x9, [sp], #16\n"
                     "blr x9\n"
                     "mov x8, #93\n"
                     "mov x0, #0\n"
                     "svc #0\n"
                     "1:"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4)
                     : "x9", "x30", "memory");
    return x0;
}
#endif

static inline void lock(int *word)
{
    int was = 0;

    if (__atomic_compare_exchange_n(word, &was, 1, 0, __ATOMIC_ACQUIRE,
                                    __ATOMIC_RELAXED)) {
        return;
    }
    while (__atomic_exchange_n(word, 2, __ATOMIC_ACQUIRE) != 0) {
        call(CALL_FUTEX, (long)word, FUTEX_WAIT, 2, 0);
    }
}

static inline void unlock(int *word)
{
    if (__atomic_exchange_n(word, 0, __ATOMIC_RELEASE) == 2) {
        call(CALL_FUTEX, (long)word, FUTEX_WAKE, 1, 0);
    }
}

// The kernel clears the word as the thread ends, and wakes who waits for it.
static inline void join(int *tid)
{
    int now;

    while ((now = __atomic_load_n(tid, __ATOMIC_ACQUIRE)) != 0) {
        call(CALL_FUTEX, (long)tid, FUTEX_WAIT, now, 0);
    }
}

// As many as come: a word of their own for each meeting.
static inline void meet(int *word, int n)
{
    __atomic_add_fetch(word, 1, __ATOMIC_ACQ_REL);
    while (__atomic_load_n(word, __ATOMIC_ACQUIRE) != n) {
    }
}

#endif
