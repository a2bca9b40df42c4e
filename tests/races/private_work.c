// private_work.c: two threads that mostly work for themselves, and now and then
// count together under a mutex; racy: from their meeting on one forgets it.
//
// plain: none
// racy: race shared a-b
#include "private_work.h"
#include "together.h"

#define ROUNDS 30

volatile int shared;
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void count(void)
{
    pthread_mutex_lock(&mutex);
    shared++; // @a
    pthread_mutex_unlock(&mutex);
}

static void work_and_count(struct private_work *work)
{
    for (int round = 0; round < ROUNDS; round++) {
        private_work_go_on(work);
        count();
    }
}

static void one(void)
{
    struct private_work work;

    private_work_begin(&work);
    work_and_count(&work);
    meet(1);
    work_and_count(&work);
}

static void other(void)
{
    struct private_work work;

    private_work_begin(&work);
    work_and_count(&work);
    meet(1);
    for (int round = 0; round < ROUNDS; round++) {
        private_work_go_on(&work);
#ifdef RACY
        shared++; // @b
#else
        count();
#endif
    }
}

int main(void)
{
    together(one, other);
    return 0;
}
