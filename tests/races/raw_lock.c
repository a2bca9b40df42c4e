// raw_lock.c: threads by clone and a lock by futex, without libc; racy: one
// of them does not lock.
//
// libc: no
// plain: none
// racy: race counter a-a
#include "raw.h"

int counter;
int lock_word;
int met;
int tids[2];
char stacks[2][STACK_SIZE] __attribute__((aligned(16)));

static void work(void)
{
    meet(&met, 2);
    for (int i = 0; i < 30; i++) { // @a by gcc 14
#ifndef RACY
        lock(&lock_word);
#endif
        counter++; // @a
#ifndef RACY
        unlock(&lock_word);
#endif
    }
}

__attribute__((used)) void start(void)
{
    for (int i = 0; i < 2; i++) {
        start_thread(work, stacks[i] + STACK_SIZE, &tids[i]);
    }
    for (int i = 0; i < 2; i++) {
        join(&tids[i]);
    }
    call(CALL_EXIT_GROUP, 0, 0, 0, 0);
}
