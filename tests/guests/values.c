/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * values.c - loads and stores whose values are known: the guest prints each,
 * in order, as `memtrace dump --values` has to show it.  With an argument a
 * second thread is alive meanwhile.
 */
#include <pthread.h>
#include <stdbool.h>

#include "say.h"

#define ROUNDS 100
#define VALUES_MAX 4096

static _Alignas(4096) unsigned char area[4096];

static struct {
    uint64_t vaddr;
    uint64_t high, low;
    char kind;
    uint8_t size;
    bool is_known;
} values[VALUES_MAX];
static size_t n_values;

static void value(char kind, const volatile void *p, size_t size, uint64_t high,
                  uint64_t low)
{
    if (n_values == VALUES_MAX) {
        die("too many values");
    }
    values[n_values].vaddr = (uintptr_t)p;
    values[n_values].high = high;
    values[n_values].low = low;
    values[n_values].kind = kind;
    values[n_values].is_known = true;
    values[n_values++].size = (uint8_t)size;
}

/* QEMU may have it in another byte order, or the result in its place. */
__attribute__((unused)) static void unknown(char kind, const volatile void *p,
                                            size_t size)
{
    value(kind, p, size, 0, 0);
    values[n_values - 1].is_known = false;
}

/* The low n digits. */
static char *put_hex(char *p, uint64_t number, int n)
{
    while (n-- > 0) {
        *p++ = "0123456789abcdef"[number >> 4 * n & 15];
    }
    return p;
}

/* By hand: vsnprintf would make most of the accesses in the trace. */
static void say_values(void)
{
    static char text[VALUES_MAX * 64];
    char *p = text;

    for (size_t i = 0; i < n_values; i++) {
        int size = values[i].size;

        *p++ = values[i].kind;
        p = stpcpy(p, " 0x");
        p = put_hex(p, values[i].vaddr, 16);
        *p++ = ' ';
        p = size > 8 ? stpcpy(p, "16") : put_hex(p, (uint64_t)size, 1);
        p = stpcpy(p, values[i].is_known ? " = 0x" : " = ?");
        if (values[i].is_known) {
            p = put_hex(p, values[i].high, size > 8 ? 16 : 0);
            p = put_hex(p, values[i].low, size > 8 ? 16 : 2 * size);
        }
        *p++ = '\n';
    }
    for (const char *from = text; from < p;) {
        ssize_t n = write(1, from, (size_t)(p - from));

        if (n <= 0) {
            die("write");
        }
        from += n;
    }
}

static uint64_t next_random(void)
{
    static uint64_t state = 0x9e3779b97f4a7c15;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* A store and a load of it by instructions of one access each. */
#define STORE_AND_LOAD(type, at, number)                                       \
    do {                                                                       \
        volatile type *p_ = (volatile type *)(at);                             \
        type v_ = (type)(number);                                              \
        *p_ = v_;                                                              \
        value('W', p_, sizeof(type), 0,                                        \
              (uint64_t)v_ &UINT64_MAX >> (64 - 8 * sizeof(type)));            \
        if (*p_ != v_) {                                                       \
            die("not what was stored");                                        \
        }                                                                      \
        value('R', p_, sizeof(type), 0,                                        \
              (uint64_t)v_ &UINT64_MAX >> (64 - 8 * sizeof(type)));            \
    } while (0)

static void plain(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        unsigned char *at = area + next_random() % 256 * 8;

        STORE_AND_LOAD(uint8_t, at + i % 8, next_random());
        STORE_AND_LOAD(int8_t, at, -1 - i % 100);
        STORE_AND_LOAD(uint16_t, at + i % 4 * 2, next_random());
        STORE_AND_LOAD(int16_t, at, -1 - i);
        STORE_AND_LOAD(uint32_t, at + i % 2 * 4, next_random());
        STORE_AND_LOAD(int32_t, at, -1 - i);
#if UINTPTR_MAX == UINT64_MAX
        STORE_AND_LOAD(uint64_t, at, next_random());
        STORE_AND_LOAD(int64_t, at, -1 - i);
#endif
    }
    STORE_AND_LOAD(uint32_t, area, 0);
    STORE_AND_LOAD(uint32_t, area, UINT32_MAX);
}

#if __x86_64__ || __aarch64__
/* 16 bytes at once. */
static void wide(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t *at = (uint64_t *)(area + 16 * (i % 20));
        uint64_t from[2] __attribute__((aligned(16))) = {next_random(), i};
        uint64_t to[2] __attribute__((aligned(16)));

#if __x86_64__
        __asm__ volatile("movdqa (%0), %%xmm0; movdqu %%xmm0, (%1);"
                         "movdqu (%1), %%xmm1; movdqa %%xmm1, (%2)"
                         :
                         : "r"(from), "r"(at), "r"(to)
                         : "xmm0", "xmm1", "memory");
#else
        __asm__ volatile("ldr q0, [%0]; str q0, [%1];"
                         "ldr q1, [%1]; str q1, [%2]"
                         :
                         : "r"(from), "r"(at), "r"(to)
                         : "v0", "v1", "memory");
#endif
        value('W', at, 16, from[1], from[0]);
        value('R', at, 16, from[1], from[0]);
    }
}
#else
static void wide(void)
{
}
#endif

#if __x86_64__
static void atomics(void)
{
    uint64_t *p = (uint64_t *)(area + 1024);
    uint64_t v;

    STORE_AND_LOAD(uint64_t, p, 40);
    v = 2;
    __asm__ volatile("lock xaddq %0, (%1)" : "+r"(v) : "r"(p) : "memory");
    value('R', p, 8, 0, 40);
    value('W', p, 8, 0, 42);
    __asm__ volatile("lock decq (%0)" : : "r"(p) : "memory");
    unknown('R', p, 8);
    value('W', p, 8, 0, 41);
    __asm__ volatile("lock andl $0xf, (%0)" : : "r"(p) : "memory");
    unknown('R', p, 4);
    value('W', p, 4, 0, 9);
    v = 77;
    __asm__ volatile("xchgq %0, (%1)" : "+r"(v) : "r"(p) : "memory");
    value('R', p, 8, 0, 9);
    value('W', p, 8, 0, 77);
    __asm__ volatile("lock negq (%0)" : : "r"(p) : "memory");
    unknown('R', p, 8);
    value('W', p, 8, 0, -UINT64_C(77));
    __asm__ volatile("lock negq (%0)" : : "r"(p) : "memory");
    unknown('R', p, 8);
    value('W', p, 8, 0, 77);
    /* One that succeeds, and one that does not. */
    for (uint64_t new = 99; new <= 100; new ++) {
        v = 77;
        __asm__ volatile("lock cmpxchgq %2, (%1)"
                         : "+a"(v)
                         : "r"(p), "r"(new)
                         : "memory");
        value('R', p, 8, 0, new == 99 ? 77 : 99);
        value('W', p, 8, 0, 99);
    }
}
#elif __aarch64__
static void atomics(void)
{
    uint64_t *p = (uint64_t *)(area + 1024);
    uint64_t v, new = 50;
    uint32_t failed;

    STORE_AND_LOAD(uint64_t, p, 40);
    __asm__ volatile("1: ldxr %0, [%2]; stxr %w1, %3, [%2]; cbnz %w1, 1b"
                     : "=&r"(v), "=&r"(failed)
                     : "r"(p), "r"(new)
                     : "memory");
    value('R', p, 8, 0, 40);
    value('W', p, 8, 0, 50);
    __asm__ volatile("stlr %1, [%0]" : : "r"(p), "r"(new + 1) : "memory");
    value('W', p, 8, 0, 51);
    __asm__ volatile("ldar %0, [%1]" : "=r"(v) : "r"(p) : "memory");
    value('R', p, 8, 0, 51);
    __asm__ volatile(".arch_extension lse\n ldadd %2, %0, [%1]"
                     : "=r"(v)
                     : "r"(p), "r"(new)
                     : "memory");
    value('R', p, 8, 0, 51);
    value('W', p, 8, 0, 101);
    __asm__ volatile(".arch_extension lse\n swp %2, %0, [%1]"
                     : "=r"(v)
                     : "r"(p), "r"(new)
                     : "memory");
    value('R', p, 8, 0, 101);
    value('W', p, 8, 0, 50);
}
#elif __s390x__
static void atomics(void)
{
    uint64_t *p = (uint64_t *)(area + 1024);
    uint64_t old = 0x0102030405060708, v;

    STORE_AND_LOAD(uint64_t, p, old);
    __asm__ volatile("csg %0, %2, %1"
                     : "+d"(old), "+Q"(*p)
                     : "d"(UINT64_C(0x1122334455667788))
                     : "cc");
    unknown('R', p, 8);
    value('W', p, 8, 0, 0x1122334455667788);
    /* The other byte order: values are as they are in memory. */
    __asm__ volatile("lrvg %0, %1" : "=d"(v) : "Q"(*p));
    value('R', p, 8, 0, 0x1122334455667788);
    __asm__ volatile("strvg %1, %0" : "=Q"(*p) : "d"(v + 1));
    value('W', p, 8, 0, 0x1222334455667788);
}
#elif __powerpc64__
static void atomics(void)
{
    uint64_t *p = (uint64_t *)(area + 1024);
    uint64_t v;

    STORE_AND_LOAD(uint64_t, p, 0x0102030405060708);
    __asm__ volatile("ldbrx %0, 0, %1" : "=r"(v) : "r"(p));
    value('R', p, 8, 0, 0x0102030405060708);
    __asm__ volatile("stdbrx %1, 0, %0" : : "r"(p), "r"(v + 1) : "memory");
    value('W', p, 8, 0, 0x0202030405060708);
    if (v != 0x0807060504030201) {
        die("not reversed");
    }
    __asm__ volatile("sthbrx %1, 0, %0" : : "r"(p), "r"(v) : "memory");
    value('W', p, 2, 0, 0x0102);
}
#else
static void atomics(void)
{
}
#endif

static int pipe_fds[2];

static void *wait_for_end(void *unused)
{
    char byte;

    (void)unused;
    if (read(pipe_fds[0], &byte, 1) != 1) {
        die("read");
    }
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t thread;

    (void)argv;
    if (argc > 1 && (pipe(pipe_fds) != 0 ||
                     pthread_create(&thread, NULL, wait_for_end, NULL) != 0)) {
        die("no second thread");
    }
    plain();
    wide();
    atomics();
    if (argc > 1 &&
        (write(pipe_fds[1], "", 1) != 1 || pthread_join(thread, NULL) != 0)) {
        die("no end of the second thread");
    }
    say_range(area, sizeof(area));
    say_values();
    return 0;
}
