// cpp_throw.cc: two threads throw exceptions at once; what the unwinder keeps of
// the program's functions is its own. racy: the handlers count without a lock.
//
// plain: none
// racy: race caught a-a
#include "together.h"

static int caught;
#ifndef RACY
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
#endif

static void __attribute__((noinline)) fail(int number)
{
    throw number;
}

static void throwing()
{
    for (int i = 0; i < 10; i++) {
        try {
            fail(i);
        } catch (int &number) {
#ifndef RACY
            pthread_mutex_lock(&mutex);
#endif
            caught += number; // @a
#ifndef RACY
            pthread_mutex_unlock(&mutex);
#endif
        }
    }
}

int main()
{
    together(throwing, throwing);
    return 0;
}
