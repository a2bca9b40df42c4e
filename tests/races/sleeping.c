// sleeping.c: sleeping is no synchronisation; plain: they sleep over different
// data.
//
// plain: none
// racy: race data a-b
#include <time.h>

#include "together.h"

#ifdef RACY
#define THEIRS 0
#else
#define THEIRS 1
#endif
int data[2];
int seen;

static void one(void)
{
    data[0] = 1; // @a
}

static void other(void)
{
    struct timespec some = {.tv_nsec = 20000000};

    nanosleep(&some, NULL);
    seen = data[THEIRS]; // @b
}

int main(void)
{
    together(one, other);
    return 0;
}
