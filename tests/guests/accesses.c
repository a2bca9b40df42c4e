/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * accesses.c - makes accesses of every size to places of its own, then prints
 * them: what accesses-ARCH.S does, for the architectures that have none.
 *
 * What the compiler stores elsewhere in between is not told; the test looks
 * only at the range that is printed.  With an argument a second thread is
 * alive meanwhile, so that QEMU makes its atomic accesses in one piece.
 */
#include "say.h"

#include <pthread.h>

#define BYTES 512

static uint8_t begin_marker;
static uint8_t end_marker;
static uint8_t data[BYTES] __attribute__((aligned(64)));
static const unsigned long constant = 1; /* in memory that is never written */

#define TYPED(type, p) (*(volatile type *)(p))

/* Loads and stores of one instruction each, at their natural alignment. */
static void plain(uint8_t *p)
{
    TYPED(uint8_t, p + 1) = 1;
    expect('W', p + 1, 1);
    (void)TYPED(uint8_t, p + 1);
    expect('R', p + 1, 1);
    TYPED(uint16_t, p + 2) = 2;
    expect('W', p + 2, 2);
    (void)TYPED(int16_t, p + 2);
    expect('R', p + 2, 2);
    TYPED(uint32_t, p + 4) = 3;
    expect('W', p + 4, 4);
    (void)TYPED(int32_t, p + 4);
    expect('R', p + 4, 4);
    TYPED(unsigned long, p + 8) = 4;
    expect('W', p + 8, WORD);
    (void)TYPED(unsigned long, p + 8);
    expect('R', p + 8, WORD);
}

static void floating(uint8_t *p)
{
    float f = TYPED(float, p + 16);
    double d;

#if __arm__ /* gcc would move it in two integer registers */
    __asm__ volatile("vldr %P0, [%1]" : "=w"(d) : "r"(p + 24) : "memory");
    __asm__ volatile("vstr %P0, [%1]" : : "w"(d), "r"(p + 32) : "memory");
#else
    d = TYPED(double, p + 24);
    TYPED(double, p + 32) = d;
#endif
    TYPED(float, p + 20) = f;
    expect('R', p + 16, 4);
    expect('R', p + 24, 8);
    expect('W', p + 32, 8);
    expect('W', p + 20, 4);
}

static void unaligned(uint8_t *p)
{
#if UNALIGNED
    store_word(p + 41, 5);
    expect('W', p + 41, WORD);
    load_word(p + 42);
    expect('R', p + 42, WORD);
#else
    (void)p;
#endif
}

#if __arm__ /* A32; libc and the rest of this are T32 */
#define ATOMICS __attribute__((noinline, target("arm")))
#else
#define ATOMICS
#endif

/* A load and a store, whether the architecture does it in one or in a loop. */
ATOMICS static void atomics(uint8_t *p)
{
    uint32_t *word = (uint32_t *)(p + 56);
    unsigned long *wide = (unsigned long *)(p + 48);

    __atomic_fetch_add(word, 1, __ATOMIC_SEQ_CST);
    expect('R', word, 4);
    expect('W', word, 4);
    __atomic_fetch_add(wide, 1, __ATOMIC_SEQ_CST);
    expect('R', wide, WORD);
    expect('W', wide, WORD);
    __atomic_exchange_n(word, 7, __ATOMIC_SEQ_CST);
    expect('R', word, 4);
#if __s390x__ /* compare and swap, after a load */
    expect('R', word, 4);
#endif
    expect('W', word, 4);
    __atomic_store_n(word, 8, __ATOMIC_RELEASE);
#if __riscv /* an exchange */
    expect('R', word, 4);
#endif
    expect('W', word, 4);
    (void)__atomic_load_n(word, __ATOMIC_ACQUIRE);
    expect('R', word, 4);
}

/* In T32 on arm. */
static void one_atomic(uint8_t *p)
{
    __atomic_fetch_xor((uint32_t *)(p + 60), 1, __ATOMIC_RELAXED);
    expect('R', p + 60, 4);
    expect('W', p + 60, 4);
#if !__riscv && !__mips__ && !__s390x__ /* these have none for a byte */
    __atomic_fetch_or(p, 1, __ATOMIC_RELAXED);
    expect('R', p, 1);
    expect('W', p, 1);
#endif
}

static void *sleep_long(void *arg)
{
    pause();
    return arg;
}

int main(int argc, char **argv)
{
    pthread_t thread;

    (void)argv;
    if (argc > 1 && pthread_create(&thread, NULL, sleep_long, NULL)) {
        die("pthread_create");
    }
    store8(&begin_marker, 1);
    for (uint8_t *p = data; p < data + BYTES; p += 64) {
        plain(p);
        floating(p);
        unaligned(p);
        atomics(p);
        one_atomic(p);
    }
    load_word(&constant);
    store8(&end_marker, 1);
    say("B 0x%016lx 1\n", (unsigned long)&begin_marker);
    say("E 0x%016lx 1\n", (unsigned long)&end_marker);
    say_range(data, sizeof data);
    say_expected();
    return 0;
}
