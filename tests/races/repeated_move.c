// repeated_move.c: the string instructions of x86_64; racy: what they copy
// meets what the other thread copies.
//
// only: x86_64
// plain: none
// racy: race to a-b
#include "together.h"

#ifdef RACY
#define THEIRS 63
#else
#define THEIRS 64
#endif
char from[64];
char to[128];

static void one(void)
{
    void *source = from;
    void *target = to;
    long n = 64;

    __asm__ volatile("rep movsb" // @a
                     : "+S"(source), "+D"(target), "+c"(n)
                     :
                     : "memory");
}

static void other(void)
{
    void *target = to + THEIRS;
    long n = 8;

    __asm__ volatile("rep stosb" // @b
                     : "+D"(target), "+c"(n)
                     : "a"(1)
                     : "memory");
}

int main(void)
{
    together(one, other);
    return 0;
}
