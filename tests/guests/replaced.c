/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * replaced.c - a program, and with -DLIBRARY a library, whose files are
 * replaced while it runs, by the command that it is given.
 *
 *   replaced COMMAND [LIBRARY]
 *
 * The library is opened, used and closed, before and after the command.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#ifndef FUNCTION
#define FUNCTION first_build
#endif

int counted;

#ifdef LIBRARY
void work(void);
#endif

__attribute__((noinline)) void FUNCTION(void);
__attribute__((noinline)) void FUNCTION(void)
{
    for (int i = 0; i < 100; i++) {
        *(volatile int *)&counted += 1;
    }
}

#ifdef LIBRARY

void work(void)
{
    FUNCTION();
}

#else

static void use(const char *path)
{
#ifndef STATIC
    void *library = dlopen(path, RTLD_NOW);
    void (*work)(void) = NULL;

    if (library != NULL) {
        *(void **)&work = dlsym(library, "work");
    }
    if (work == NULL) {
        fprintf(stderr, "replaced: %s\n", dlerror());
        exit(1);
    }
    work();
    dlclose(library);
#else
    (void)path;
#endif
}

int main(int argc, char **argv)
{
    FUNCTION();
    if (argc > 2) {
        use(argv[2]);
    }
    if (system(argv[1]) != 0) {
        return 1;
    }
    if (argc > 2) {
        use(argv[2]);
    }
    return 0;
}

#endif
