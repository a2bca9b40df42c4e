/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * names.c - variables of all kinds, and memory of all kinds; prints where each
 * is and what it must be called: one "ADDRESS NAME" a line.
 *
 * With arguments it opens them as libraries one after the other, closes each
 * before the next, and prints where their variable "state" was.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct node {
    int count;
    struct node *next;
};

struct packed {
    char first;
    short halves[3];
} __attribute__((packed));

union number {
    long whole;
    struct {
        int low;
        int high;
    } parts;
};

struct flags {
    unsigned ready : 3;
    unsigned busy : 5;
    unsigned kind : 8;
    unsigned : 0;
    unsigned late : 1;
};

struct outer {
    long id;
    struct {
        int unnamed_first;
        int unnamed_second;
    };
    union number number;
    struct packed packs[2][3];
    char name[16];
    struct flags flags;
    struct node ring[];
};

typedef const volatile struct outer *outer_pointer;
enum colour { RED, GREEN };

int counter = 1;
char untouched[100000];
static long long hidden;
struct node table[20] = {{1, NULL}};
struct outer object = {.id = 7, .ring = {{1, 0}, {2, 0}}};
double matrix[3][4][5];
outer_pointer pointer;
enum colour colour = GREEN;
const int constant[4] = {1, 2, 3, 4};
_Thread_local int own_counter = 3;
static _Thread_local struct node own_table[4];
_Thread_local long own_zero;

static void say(const volatile void *address, const char *name)
{
    printf("%p %s\n", (void *)address, name);
}

#define SAY(what) say(&(what), #what)

static int *local_static(void)
{
    static int calls;

    calls++;
    say(&calls, "calls");
    return &calls;
}

/* Where a symbol table ends is that the name of what is within begins. */
static void say_data(void)
{
    SAY(counter);
    say((char *)&counter + 2, "counter+2");
    SAY(untouched[4097]);
    SAY(hidden);
    SAY(table[0].count);
    SAY(table[17].next);
    say((char *)&table[17].next + 3, "table[17].next+3");
#if __SIZEOF_POINTER__ == 8
    say((char *)&table[3] + 4, "table[3]+4"); /* padding */
#endif
    SAY(object.id);
    SAY(object.unnamed_second);
    SAY(object.number.whole);
    SAY(object.packs[1][2].first);
    SAY(object.packs[1][2].halves[2]);
    SAY(object.packs[0][1].halves[0]);
    SAY(object.name[15]);
    say(&object.flags, "object.flags.{ready,busy}");
    say((char *)&object.flags + 1, "object.flags.kind");
    say((char *)&object.flags + 4, "object.flags.late");
    SAY(object.ring[1].next);
    SAY(matrix[2][1][4]);
    SAY(pointer);
    SAY(colour);
    SAY(constant[2]);
    local_static();
}

static pthread_barrier_t barrier;

static void *run(void *number)
{
    char text[64];
    volatile int local = 0;
    char *block = malloc(100);

    /* One after another, so that lines do not mix. */
    for (long i = 1; i <= 2; i++) {
        pthread_barrier_wait(&barrier);
        if (i != (long)number) {
            continue;
        }
        snprintf(text, sizeof(text), "own_counter, TLS of T%ld", i);
        say(&own_counter, text);
        snprintf(text, sizeof(text), "own_table[2].next, TLS of T%ld", i);
        say(&own_table[2].next, text);
        snprintf(text, sizeof(text), "own_zero, TLS of T%ld", i);
        say(&own_zero, text);
        snprintf(text, sizeof(text), "stack of T%ld", i);
        say(&local, text);
        say(block, "heap");
    }
    pthread_barrier_wait(&barrier);
    own_counter += local;
    free(block);
    return NULL;
}

static int run_bare(void *flag)
{
    *(volatile int *)flag = 1;
    return 0;
}

/* A thread whose stack is a piece of other memory, as Go starts them. */
static void start_bare(void)
{
    static volatile int has_run;
    char *pages = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *top = pages + (1 << 19);
    int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
                CLONE_THREAD | CLONE_SYSVSEM;

    if (clone(run_bare, top, flags, (void *)&has_run) < 0) {
        perror("clone");
        exit(1);
    }
    while (!has_run) {
        sched_yield();
    }
    pages[77] = 1;
    top[77] = 1;
    say(top - 256, "stack of T3");
    say(top + 77, "mmap");
    say(pages + 77, "mmap");
}

static void say_memory(const char *self)
{
    pthread_t threads[2];
    volatile int local = 0;
    char *block = malloc(100);
    char *pages = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    FILE *file = fopen(self, "r");
    char *mapped =
        mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, fileno(file), 0);

    *pages = 1;
    *mapped = 1;
    say(&local, "stack of T0");
    say(block, "heap");
    say(pages + 77, "mmap");
    say(mapped + 0x777, "names.txt+0x777");
    fclose(file);
    pthread_barrier_init(&barrier, NULL, 2);
    for (long i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, run, (void *)(i + 1));
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    free(block);
    start_bare();
    own_counter += 1;
    say(&own_counter, "own_counter, TLS of T0");
    say(&own_table[2].next, "own_table[2].next, TLS of T0");
    say(&own_zero, "own_zero, TLS of T0");
}

static void open_library(const char *path)
{
    void *library = dlopen(path, RTLD_NOW);
    void (*work)(void) = library ? (void (*)(void))dlsym(library, "work") : 0;
    int *state = library ? dlsym(library, "state") : NULL;

    if (!work || !state) {
        fprintf(stderr, "names: %s\n", dlerror());
        exit(1);
    }
    work();
    printf("%p library\n", (void *)state);
    dlclose(library);
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    say_data();
    say_memory(argc > 1 ? argv[1] : "names.txt");
    for (int i = 2; i < argc; i++) {
        open_library(argv[i]);
    }
    return 0;
}
