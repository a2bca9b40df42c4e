// recursive.c: a recursive mutex; racy: it is unlocked once too early.
//
// not: musl
// plain: none
// racy: race depth a-a
#include "together.h"

int depth;
pthread_mutex_t mutex = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

static void nest(void)
{
    pthread_mutex_lock(&mutex);
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
#ifdef RACY
    pthread_mutex_unlock(&mutex);
    depth++; // @a
#else
    depth++;
    pthread_mutex_unlock(&mutex);
#endif
}

int main(void)
{
    together(nest, nest);
    return 0;
}
