// raw_join.c: a thread by clone is joined by the word that the kernel clears,
// and another one gets its stack; racy: the result is read before the join.
//
// libc: no
// plain: none
// racy: race result a-b
#include "raw.h"

int result;
int seen;
int met[4];
int tid;
char stack[STACK_SIZE] __attribute__((aligned(16)));

static void work(void)
{
    volatile char local[2000];

    for (int i = 0; i < 2000; i += 100) {
        local[i] = 1;
    }
#ifdef RACY
    meet(&met[0], 2);
#endif
    result += local[100]; // @a
#ifdef RACY
    meet(&met[1], 2);
#endif
}

__attribute__((used)) void start(void)
{
    int n_threads = 1;

#ifndef RACY
    n_threads = 5;
#endif
    for (int i = 0; i < n_threads; i++) {
        start_thread(work, stack + STACK_SIZE, &tid);
#ifdef RACY
        meet(&met[0], 2);
        seen = result; // @b
        meet(&met[1], 2);
#endif
        join(&tid);
    }
    call(CALL_EXIT_GROUP, result != n_threads, 0, 0, 0);
}
