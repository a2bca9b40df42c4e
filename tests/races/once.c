// once.c: pthread_once; racy: a flag of one's own.  gcc may store it and the
// table by one instruction, on arm.
//
// plain: none
// racy: race done a-b b-b
// racy: may table c-c c-d b-b b-d
#include "together.h"

int done;
int table;
int seen[2];
pthread_once_t control = PTHREAD_ONCE_INIT;

static void fill(void)
{
    table = 9; // @c
}

static void use(int who)
{
#ifdef RACY
    if (!done) { // @a
        fill();
        done = 1; // @b
    }
#else
    pthread_once(&control, fill);
#endif
    seen[who] = table; // @d
}

static void one(void)
{
    use(0);
}

static void other(void)
{
    use(1);
}

int main(void)
{
    together(one, other);
    return 0;
}
