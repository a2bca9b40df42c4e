// before_create.c: what is written before a thread starts is its to read;
// racy: what is written after that.
//
// plain: none
// racy: race setting a-b
#include "together.h"

int setting;
int seen;

static void *work(void *argument)
{
#ifdef RACY
    meet(0);
#endif
    seen = setting; // @b
    return argument;
}

int main(void)
{
    pthread_t thread;

    meetings_init();
#ifndef RACY
    setting = 1;
#endif
    pthread_create(&thread, NULL, work, NULL);
#ifdef RACY
    meet(0);
    setting = 1; // @a
#endif
    pthread_join(thread, NULL);
    return 0;
}
