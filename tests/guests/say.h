/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * say.h - what the C guests share: printing that neither allocates nor maps,
 * and accesses that are exactly one instruction's.
 *
 * expect() notes an access that must be in the trace; say_expected() prints
 * all of them, later, when nobody counts any more.
 */
#ifndef SAY_H
#define SAY_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE 4096ul
#define EXPECTED_MAX 65536

static struct {
    uint64_t vaddr;
    char kind;
    uint8_t size;
} expected[EXPECTED_MAX];
static size_t n_expected;

/* Set for a guest that must do the same wherever its memory is. */
static int is_quiet __attribute__((unused));

__attribute__((format(printf, 1, 2), unused)) static void
say(const char *format, ...)
{
    static char line[1024];
    va_list ap;

    if (is_quiet) {
        return;
    }
    va_start(ap, format);
    int n = vsnprintf(line, sizeof line, format, ap);
    va_end(ap);
    if (write(1, line, (size_t)n) != n) {
        _exit(98);
    }
}

__attribute__((unused)) static void die(const char *what)
{
    say("guest: %s\n", what);
    _exit(99);
}

__attribute__((unused)) static void say_memory(const char *who,
                                               const char *path)
{
    FILE *file = fopen(path, "r");
    char line[256];

    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        unsigned long kib;

        if (sscanf(line, "VmHWM: %lu kB", &kib) == 1) {
            say("memory %s %lu\n", who, kib);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
}

/* The most memory that this process and its parent, the recorder, have had. */
__attribute__((unused)) static void say_memory_of_all(void)
{
    char path[64];

    say_memory("qemu", "/proc/self/status");
    snprintf(path, sizeof path, "/proc/%d/status", (int)getppid());
    say_memory("recorder", path);
}

/* A range of addresses that the test looks at. */
__attribute__((unused)) static void say_range(const void *p, size_t size)
{
    say("range 0x%016lx 0x%016lx\n", (unsigned long)p, (unsigned long)p + size);
}

__attribute__((unused)) static void expect(char kind, const volatile void *p,
                                           size_t size)
{
    if (n_expected == EXPECTED_MAX) {
        die("too many accesses");
    }
    expected[n_expected].vaddr = (uintptr_t)p;
    expected[n_expected].kind = kind;
    expected[n_expected++].size = (uint8_t)size;
}

/* By hand, since vsnprintf would make most of the accesses in the trace. */
__attribute__((unused)) static void say_expected(void)
{
    static char text[EXPECTED_MAX * 24];
    char *p = text;

    for (size_t i = 0; !is_quiet && i < n_expected; i++) {
        *p++ = expected[i].kind;
        *p++ = ' ';
        *p++ = '0';
        *p++ = 'x';
        for (int shift = 60; shift >= 0; shift -= 4) {
            *p++ = "0123456789abcdef"[expected[i].vaddr >> shift & 15];
        }
        *p++ = ' ';
        *p++ = (char)('0' + expected[i].size);
        *p++ = '\n';
    }
    for (const char *from = text; from < p;) {
        ssize_t n = write(1, from, (size_t)(p - from));
        if (n <= 0) {
            _exit(98);
        }
        from += n;
    }
}

static inline void store8(volatile void *p, uint8_t value)
{
    *(volatile uint8_t *)p = value;
}

static inline uint8_t load8(const volatile void *p)
{
    return *(const volatile uint8_t *)p;
}

/*
 * The widest access of one instruction, which need not be aligned where
 * UNALIGNED says so.
 */
#define WORD sizeof(unsigned long)
#if __mips__
#define UNALIGNED 0
#else
#define UNALIGNED 1
#endif

struct any_word {
    unsigned long value;
} __attribute__((packed, may_alias));

static inline void store_word(volatile void *p, unsigned long value)
{
#if __riscv /* gcc would store bytes */
    __asm__ volatile("sd %1, (%0)" : : "r"(p), "r"(value) : "memory");
#elif __arm__
    __asm__ volatile("str %1, [%0]" : : "r"(p), "r"(value) : "memory");
#elif __mips__
    *(volatile unsigned long *)p = value;
#else
    ((volatile struct any_word *)p)->value = value;
#endif
}

static inline unsigned long load_word(const volatile void *p)
{
#if __riscv
    unsigned long value;

    __asm__ volatile("ld %0, (%1)" : "=r"(value) : "r"(p) : "memory");
    return value;
#elif __arm__
    unsigned long value;

    __asm__ volatile("ldr %0, [%1]" : "=r"(value) : "r"(p) : "memory");
    return value;
#elif __mips__
    return *(const volatile unsigned long *)p;
#else
    return ((const volatile struct any_word *)p)->value;
#endif
}

#endif /* SAY_H */
