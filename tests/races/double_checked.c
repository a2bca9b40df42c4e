// double_checked.c: double-checked locking; racy: the pointer is written and
// first looked at without a barrier, as in the well-known mistake.
//
// plain: none
// racy: race instance a-b
// racy: may object c-d
#include "together.h"

struct {
    int value;
} object;
void *instance;
int seen;
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void create(void)
{
    pthread_mutex_lock(&mutex);
    object.value = 7; // @c
#ifdef RACY
    instance = &object; // @a
#else
    (void)__atomic_exchange_n(&instance, &object, __ATOMIC_ACQ_REL);
#endif
    pthread_mutex_unlock(&mutex);
}

static void use(void)
{
#ifdef RACY
    if (instance) { // @b
#else
    if (__atomic_load_n(&instance, __ATOMIC_ACQUIRE)) {
#endif
        seen = object.value; // @d
    }
}

int main(void)
{
    together(create, use);
    return 0;
}
