// c11_condition.c: a condition of C11; racy: it is asked for without the
// mutex, and waited for by nobody.
//
// plain: none
// racy: race is_ready a-b c-b
// racy: may data c-d a-d
#include <threads.h>

#include "together.h"

int is_ready;
int data;
int seen;
mtx_t mutex;
cnd_t condition;

static void producer(void)
{
    mtx_lock(&mutex);
    data = 1;     // @c
    is_ready = 1; // @a
    cnd_signal(&condition);
    mtx_unlock(&mutex);
}

static void consumer(void)
{
#ifdef RACY
    if (is_ready) {  // @b
        seen = data; // @d
    }
#else
    mtx_lock(&mutex);
    while (!is_ready) {
        cnd_wait(&condition, &mutex);
    }
    seen = data;
    mtx_unlock(&mutex);
#endif
}

int main(void)
{
    mtx_init(&mutex, mtx_plain);
    cnd_init(&condition);
    together(producer, consumer);
    return 0;
}
