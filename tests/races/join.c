// join.c: what a thread wrote is read after its join; racy: before.
//
// plain: none
// racy: race result a-b
#include "together.h"

int result;
int seen;

static void *work(void *argument)
{
    meet(0);
    result = 4; // @a
    meet(1);
    return argument;
}

int main(void)
{
    pthread_t thread;

    meetings_init();
    pthread_create(&thread, NULL, work, NULL);
    meet(0);
#ifdef RACY
    seen = result; // @b
#endif
    meet(1);
    pthread_join(thread, NULL);
    seen = result;
    return 0;
}
