/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * selfstores.c - makes code that loads from its own page and stores there, and
 * runs it.  Prints the range of its cell, in that page, and how often it loads
 * and stores there.
 *
 *   selfstores ROUNDS [thread]
 *
 * With "thread" another thread lives meanwhile.
 */
#include "say.h"

#include <pthread.h>
#include <sys/mman.h>

#define CELL_AT 2048 /* in the page */
#define CELL_BYTES 16

#if defined __x86_64__ || defined __i386__

/* With the cell's address in %ecx or %rcx. */
static const uint8_t code[] = {
#ifdef __x86_64__
    0x48, 0x89, 0xf9, /* mov %rdi, %rcx */
#else
    0x8b, 0x4c, 0x24, 0x04, /* mov 4(%esp), %ecx */
#endif
    0xff, 0x01,             /* incl (%rcx) */
    0x83, 0x01, 0x05,       /* addl $5, (%rcx) */
    0xc1, 0x21, 0x02,       /* shll $2, (%rcx) */
    0xf7, 0x11,             /* notl (%rcx) */
    0x87, 0x01,             /* xchgl %eax, (%rcx) */
    0xf0, 0xff, 0x01,       /* lock incl (%rcx) */
    0x0f, 0xc1, 0x01,       /* xadd %eax, (%rcx) */
    0x0f, 0xba, 0x29, 0x03, /* btsl $3, (%rcx) */
    0xff, 0x31,             /* push (%rcx) */
    0x8f, 0x01,             /* pop (%rcx): loads from the stack */
    0x8b, 0x01,             /* mov (%rcx), %eax: loads alone */
    0x89, 0x01,             /* mov %eax, (%rcx): stores alone */
    0x56, 0x57,             /* push %esi, %edi */
#ifdef __x86_64__
    0x48,
#endif
    0x89, 0xce, /* mov %rcx, %rsi */
#ifdef __x86_64__
    0x48,
#endif
    0x8d, 0x79, 0x08, /* lea 8(%rcx), %rdi */
    0xa5,             /* movsl */
    0x5f, 0x5e,       /* pop %edi, %esi */
    0xc3,
};

/* The eight that do both; push, pop, mov, mov, movsl. */
#define LOADS (8 + 1 + 1 + 1)
#define STORES (8 + 1 + 1 + 1)

#elif defined __s390x__

static const uint8_t code[] = {
    0xeb, 0x01, 0x20, 0x00, 0x00, 0x6a, /* asi 0(%r2), 1 */
    0x94, 0xff, 0x20, 0x00,             /* ni 0(%r2), 255 */
    0x96, 0x01, 0x20, 0x00,             /* oi 0(%r2), 1 */
    0x97, 0x02, 0x20, 0x00,             /* xi 0(%r2), 2 */
    0x58, 0x00, 0x20, 0x00,             /* l %r0, 0(%r2) */
    0x50, 0x00, 0x20, 0x00,             /* st %r0, 0(%r2) */
    0x07, 0xfe,                         /* br %r14 */
};

#define LOADS (4 + 1)
#define STORES (4 + 1)

#elif defined __aarch64__

static const uint32_t code[] = {
    0xb9400001, /* ldr w1, [x0] */
    0x11000421, /* add w1, w1, #1 */
    0xb9000001, /* str w1, [x0] */
    0xd65f03c0, /* ret */
};

#define LOADS 1
#define STORES 1

#endif

#ifdef LOADS

static void run(unsigned n_rounds)
{
    uint8_t *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    void (*routine)(volatile void *);

    if (page == MAP_FAILED) {
        die("cannot map");
    }
    memcpy(page, code, sizeof code);
    __builtin___clear_cache((char *)page, (char *)page + sizeof code);
    memcpy(&routine, &page, sizeof routine);
    for (unsigned i = 0; i < n_rounds; i++) {
        routine(page + CELL_AT);
    }
    say_range(page + CELL_AT, CELL_BYTES);
    say("loads %u\n", n_rounds * LOADS);
    say("stores %u\n", n_rounds * STORES);
}

#else

static void run(unsigned n_rounds)
{
    (void)n_rounds;
    die("no code is made for this architecture");
}

#endif

static void *sleep_on(void *arg)
{
    for (;;) {
        pause();
    }
    return arg;
}

int main(int argc, char **argv)
{
    pthread_t thread;

    if (argc > 2 && pthread_create(&thread, NULL, sleep_on, NULL) != 0) {
        die("no thread");
    }
    run(argc > 1 ? (unsigned)strtoul(argv[1], NULL, 0) : 1);
    return 0;
}
