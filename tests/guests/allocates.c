/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * allocates.c - allocates and frees in every way that libc has, and says
 * which blocks it got, in the order in which it got them:
 *
 *   code LOW HIGH                         where the calls below are made from
 *   allocate ADDRESS SIZE FUNCTION LINE
 *   free ADDRESS FUNCTION LINE
 *   kept ADDRESS                          by a realloc that failed
 *
 * With an argument a second thread does the same at the same time, and its
 * lines begin with a 1, those of the first with a 0; a child that is forked
 * has the next number.
 */
#include "say.h"

#include <malloc.h>
#include <pthread.h>
#include <sys/wait.h>

#define LINES 512
#define HUGE_SIZE (SIZE_MAX / 4)

/* All calls are made from this section, libc's own are not. */
#define MINE __attribute__((section("mine"), noinline))
extern const char __start_mine[], __stop_mine[];

static struct note {
    char what;
    const char *function;
    void *block;
    size_t size;
    int line;
} notes[3][LINES];
static int n_notes[3];
static _Thread_local int who;

static void note(char what, void *block, size_t size, const char *function,
                 int line)
{
    if (n_notes[who] == LINES) {
        die("too many lines");
    }
    notes[who][n_notes[who]++] =
        (struct note){what, function, block, size, line};
}

/* The compiler knows these functions; it shall call them all the same. */
static void *(*volatile call_malloc)(size_t) = malloc;
static void *(*volatile call_calloc)(size_t, size_t) = calloc;
static void *(*volatile call_realloc)(void *, size_t) = realloc;
static void (*volatile call_free)(void *) = free;

#define GOT(function, size, call)                                              \
    ({                                                                         \
        int line_ = __LINE__;                                                  \
        void *block_ = (call);                                                 \
        note('a', block_, (size), (function), line_);                          \
        *(volatile char *)block_ = 1;                                          \
        block_;                                                                \
    })
#define FREE(block)                                                            \
    do {                                                                       \
        note('f', (block), 0, "free", __LINE__);                               \
        free(block);                                                           \
    } while (0)
#define REALLOC(block, size)                                                   \
    ({                                                                         \
        note('f', (block), 0, "realloc", __LINE__);                            \
        GOT("realloc", (size), realloc((block), (size)));                      \
    })

static MINE void *deeper(int depth)
{
    void *block;

    if (depth > 0) {
        block = deeper(depth - 1);
        *(volatile char *)block = 2;
        return block;
    }
    return GOT("malloc", 33, malloc(33));
}

static MINE void ways(void)
{
    void *a, *b, *c, *many[64];

    a = GOT("malloc", 40, malloc(40));
    b = GOT("calloc", 3 * 50, calloc(3, 50));
    a = REALLOC(a, 4000);
    a = REALLOC(a, 20);
    b = REALLOC(b, 300000);
    c = GOT("realloc", 70, call_realloc(NULL, 70));
    FREE(a);
    FREE(b);
    FREE(c);
    a = GOT("aligned_alloc", 256, aligned_alloc(64, 256));
    b = GOT("memalign", 100, memalign(32, 100));
    c = GOT("valloc", 10, valloc(10));
    FREE(c);
    FREE(b);
    FREE(a);
    note('a', NULL, 90, "posix_memalign", __LINE__ + 1);
    if (posix_memalign(&a, 128, 90) != 0) {
        die("posix_memalign");
    }
    notes[who][n_notes[who] - 1].block = a;
    if (posix_memalign(&b, 3, 90) == 0) {
        die("posix_memalign of 3");
    }
    note('f', a, 0, "reallocarray", __LINE__ + 1);
    a = GOT("reallocarray", 7 * 11, reallocarray(a, 7, 11));
    FREE(a);
    /* None of these is a block, or frees one. */
    free(NULL);
    a = call_malloc(HUGE_SIZE);
    b = call_calloc(HUGE_SIZE, HUGE_SIZE);
    if (a || b) {
        die("more memory than there is");
    }
    a = GOT("malloc", 0, malloc(0));
    FREE(a);
    /* Through pointers, and from deeper down. */
    a = GOT("malloc", 5, call_malloc(5));
    note('f', a, 0, "realloc", __LINE__ + 1);
    b = call_realloc(a, HUGE_SIZE);
    if (b) {
        die("realloc to more memory than there is");
    }
    note('k', a, 0, "realloc", 0);
    note('f', a, 0, "free", __LINE__ + 1);
    call_free(a);
    a = deeper(5);
    FREE(a);
    for (int i = 0; i < 64; i++) {
        many[i] = GOT("malloc", 16u + (size_t)i * 24, malloc(16 + i * 24));
    }
    for (int i = 63; i >= 0; i--) {
        FREE(many[i]);
    }
}

static MINE void *second(void *arg)
{
    who = 1;
    ways();
    return arg;
}

static void say_notes(int of, int number)
{
    for (int i = 0; i < n_notes[of]; i++) {
        const struct note *n = &notes[of][i];
        unsigned long at = (unsigned long)n->block;

        if (n->what == 'a') {
            say("%d allocate 0x%lx %zu %s %d\n", number, at, n->size,
                n->function, n->line);
        } else if (n->what == 'f') {
            say("%d free 0x%lx %s %d\n", number, at, n->function, n->line);
        } else {
            say("%d kept 0x%lx\n", number, at);
        }
    }
}

/* The block was the parent's. */
static MINE void child(void *inherited)
{
    void *own;

    who = 2;
    FREE(inherited);
    own = GOT("malloc", 77, malloc(77));
    FREE(own);
}

int main(int argc, char **argv)
{
    int child_number = argc > 1 ? 2 : 1;
    pthread_t thread;
    void *block;
    int status;

    (void)argv;
    say("code 0x%lx 0x%lx\n", (unsigned long)__start_mine,
        (unsigned long)__stop_mine);
    if (argc > 1 && pthread_create(&thread, NULL, second, NULL) != 0) {
        die("pthread_create");
    }
    ways();
    if (argc > 1) {
        pthread_join(thread, NULL);
    }
    block = malloc(123);
    if (fork() == 0) {
        child(block);
        say_notes(2, child_number);
        _exit(0);
    }
    wait(&status);
    say_notes(0, 0);
    say_notes(1, 1);
    return status;
}
