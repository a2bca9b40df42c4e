/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * huge_text.c - puts its code on anonymous memory, in the ways of programs that
 * want it on huge pages, and calls it before and after: each call of hot()
 * stores 100 times.
 *
 *   huge_text copy     map anonymous memory there, and copy the code back
 *   huge_text move     make a copy elsewhere, and mremap() it there
 *   huge_text away     mremap() the code itself, and call it where it is now
 *   huge_text change   as copy, but what is copied back has another byte
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE 4096

#define HOT __attribute__((section("hot_text"), noinline))

int counted;

HOT __attribute__((aligned(PAGE))) void hot(int *counter);
HOT void hot(int *counter)
{
    for (int i = 0; i < 100; i++) {
        *(volatile int *)counter += 1;
    }
}

/* The rest of the page is code, too, which nobody calls. */
HOT __attribute__((aligned(PAGE))) void cold(int *counter);
HOT void cold(int *counter)
{
    *counter = 0;
}

static void *must(void *memory)
{
    if (memory == MAP_FAILED) {
        perror("huge_text");
        exit(1);
    }
    return memory;
}

static void *get(void *where, size_t size, int prot, int flags)
{
    return must(
        mmap(where, size, prot, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0));
}

int main(int argc, char **argv)
{
    const char *way = argc > 1 ? argv[1] : "";
    /* In the second page the code of others may follow. */
    const size_t size = strcmp(way, "away") == 0 ? PAGE : 2 * PAGE;
    char *code = (char *)(uintptr_t)hot;
    void (*call)(int *) = hot;
    char *copy = get(NULL, size, PROT_READ | PROT_WRITE, 0);

    hot(&counted);
    memcpy(copy, code, size);
    if (strcmp(way, "change") == 0) {
        copy[PAGE - 1] ^= 1;
    }
    if (strcmp(way, "move") == 0) {
        mprotect(copy, size, PROT_READ | PROT_EXEC);
        must(mremap(copy, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, code));
    } else if (strcmp(way, "away") == 0) {
        char *to = get(NULL, size, PROT_NONE, 0);

        call = (void (*)(int *))(uintptr_t)must(
            mremap(code, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, to));
    } else {
        get(code, size, PROT_READ | PROT_WRITE, MAP_FIXED);
        memcpy(code, copy, size);
        mprotect(code, size, PROT_READ | PROT_EXEC);
    }
    __builtin___clear_cache(code, code + size);
    call(&counted);
    return counted == 200 ? 0 : 1;
}
