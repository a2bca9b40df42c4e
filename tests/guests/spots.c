/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spots.c - functions that access variables as often as they are told, some
 * on a thread, inlined, in another source file or in a library that is opened
 * at run time.  Says where the variables are and who accesses what:
 *
 *   range BEGIN END NAME
 *   does FUNCTION NAME R|W COUNT      in the order in which it is done
 *
 *   spots [LIBRARY] [more]
 *
 * More: code that is copied, and a place that is used again.
 */
#include "say.h"

#include <pthread.h>
#include <sys/mman.h>
#ifdef DYNAMIC
#include <dlfcn.h>
#endif

#define NOINLINE __attribute__((noinline, noclone))

volatile uint32_t in_data = 1;
volatile uint32_t in_bss;
static volatile uint32_t table[16];
static volatile uint32_t aside; /* by code that no test names */
static volatile uint32_t anywhere;

#include "spots_far.h"

NOINLINE void store_data(unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        in_data = i;
    }
}

NOINLINE void load_data(unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        (void)in_data;
    }
}

static inline __attribute__((always_inline)) void inlined(unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        in_bss = i;
    }
}

NOINLINE void outer(unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        table[i % 16] = i;
    }
    inlined(n);
    for (unsigned i = 0; i < n; i++) {
        (void)table[i % 16];
    }
}

NOINLINE void begin(void)
{
    __asm__ volatile("" ::: "memory");
}

NOINLINE void finish(void)
{
    __asm__ volatile("" ::: "memory");
}

NOINLINE void elsewhere(unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        aside = i;
    }
}

/* Has no address in it: it does the same wherever it is. */
NOINLINE void store_through(volatile uint32_t *p, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        *p = i;
    }
}

/* By a copy of it, in memory that is of no file. */
static void store_by_copy(unsigned n)
{
    uintptr_t code = (uintptr_t)store_through;
    char *copy = mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    void (*copied)(volatile uint32_t *, unsigned);

    if (copy == MAP_FAILED) {
        die("no memory for code");
    }
    memcpy(copy, (const void *)(code & -4ul), 128);
    __builtin___clear_cache(copy, copy + 128);
    copied =
        (void (*)(volatile uint32_t *, unsigned))((uintptr_t)copy + (code & 3));
    copied(&anywhere, n);
}

static void *on_thread(void *n)
{
    store_data((unsigned)(uintptr_t)n);
    return NULL;
}

static void run_thread(unsigned n)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, on_thread, (void *)(uintptr_t)n) != 0 ||
        pthread_join(thread, NULL) != 0) {
        die("no thread");
    }
}

static void say_variable(const volatile void *p, size_t size, const char *name)
{
    say("range 0x%016lx 0x%016lx %s\n", (unsigned long)p,
        (unsigned long)p + size, name);
}

#ifdef DYNAMIC
/* Twice, since the second time it may be anywhere. */
static void call_library(const char *path, unsigned n, int has_more)
{
    void *library = dlopen(path, RTLD_NOW);
    void (*touch)(unsigned);
    volatile uint32_t *cell;

    if (library == NULL) {
        die(dlerror());
    }
    touch = (void (*)(unsigned))dlsym(library, "library_touch");
    cell = dlsym(library, "library_cell");
    say_variable(cell, sizeof(*cell), "library_cell");
    touch(n);
    say("does library_touch library_cell W %u\n", n);
    dlclose(library);
    if (!has_more) {
        return;
    }
    /* Where it was is something else now. */
    if (mmap((void *)((uintptr_t)cell & -PAGE), PAGE, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) {
        die("no memory");
    }
    store_through(cell, 13);
    say("does store_through library_cell W 13\n");
}
#endif

int main(int argc, char **argv)
{
    int has_more = argc > 1 && strcmp(argv[argc - 1], "more") == 0;

    say_variable(&in_data, sizeof(in_data), "in_data");
    say_variable(&in_bss, sizeof(in_bss), "in_bss");
    say_variable(table, sizeof(table), "table");
    say_variable(&far, sizeof(far), "far");
    say_variable(&aside, sizeof(aside), "aside");
    say_variable(&anywhere, sizeof(anywhere), "anywhere");
    store_data(100);
    elsewhere(45);
    if (has_more) {
        store_by_copy(8);
    }
    begin();
    load_data(70);
    outer(32);
    finish();
    far_touch(55);
    run_thread(11);
    run_thread(22);
    begin();
    far_touch(5);
    say("does store_data in_data W 100\n"
        "does elsewhere aside W 45\n"
        "does load_data in_data R 70\n"
        "does outer table W 32\n"
        "does inlined in_bss W 32\n"
        "does outer table R 32\n"
        "does far_touch far W 55\n"
        "does store_data in_data W 11 T1\n"
        "does store_data in_data W 22 T2\n"
        "does far_touch far W 5\n");
    if (has_more) {
        say("does copied anywhere W 8\n");
    }
#ifdef DYNAMIC
    if (argc > 1 + has_more) {
        call_library(argv[1], 40, has_more);
        call_library(argv[1], 9, has_more);
    }
#endif
    return 0;
}
