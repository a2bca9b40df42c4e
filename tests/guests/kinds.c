/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kinds.c - stores to memory of every kind, and says where that is:
 *
 *   range BEGIN END heap|stack|data|mmap
 *   does KIND COUNT
 *
 *   kinds [LIBRARY]
 */
#include "say.h"

#include <pthread.h>
#include <sys/mman.h>
#ifdef DYNAMIC
#include <dlfcn.h>
#endif

static volatile uint32_t in_data = 1;
static volatile uint32_t in_bss[3000];
static volatile uint32_t *shared;

static void store(volatile uint32_t *p, unsigned n, const char *kind)
{
    say("range 0x%016lx 0x%016lx %s\n", (unsigned long)p,
        (unsigned long)(p + 1), kind);
    for (unsigned i = 0; i < n; i++) {
        *p = i;
    }
    say("does %s %u\n", kind, n);
}

static void *on_thread(void *unused)
{
    volatile uint32_t on_stack[8192]; /* nobody else comes there */
    volatile uint32_t *in_arena = malloc(64);

    (void)unused;
    store(&on_stack[4096], 17, "stack");
    store(&in_arena[8], 19, "heap");
    store(shared, 23, "mmap");
    return NULL;
}

#ifdef DYNAMIC
static void store_in_library(const char *path)
{
    void *library = dlopen(path, RTLD_NOW);
    volatile uint32_t *pages =
        library != NULL ? dlsym(library, "library_pages") : NULL;

    if (pages == NULL) {
        die("no library");
    }
    store(&pages[2990], 29, "data");
}
#endif

int main(int argc, char **argv)
{
    volatile uint32_t on_stack[8192]; /* nobody else comes there */
    volatile uint32_t *in_heap = malloc(64);
    pthread_t thread;
    int is_grown;

    shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED || in_heap == NULL) {
        die("no memory");
    }
    store(&in_data, 3, "data");
    store(&in_bss[0], 5, "data");
    store(&in_bss[2999], 7, "data");
    store(&on_stack[4096], 11, "stack");
    /* Where QEMU has no room to grow the heap, malloc() maps memory. */
    is_grown = (uintptr_t)sbrk(0) - (uintptr_t)in_heap < 1u << 20;
    store(&in_heap[8], 13, is_grown ? "heap" : "mmap");
    store(shared, 2, "mmap");
    if (pthread_create(&thread, NULL, on_thread, NULL) != 0 ||
        pthread_join(thread, NULL) != 0) {
        die("no thread");
    }
#ifdef DYNAMIC
    if (argc > 1) {
        store_in_library(argv[1]);
    }
#else
    (void)argc;
    (void)argv;
#endif
    return 0;
}
