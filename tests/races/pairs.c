// pairs.c: ldp and stp of aarch64; racy: the second of a pair is the other
// thread's.
//
// only: aarch64
// plain: none
// racy: race words a-b
#include "together.h"

#ifdef RACY
#define THEIRS 1
#else
#define THEIRS 2
#endif
long words[4] __attribute__((aligned(16)));
long seen;

static void one(void)
{
    __asm__ volatile("stp %0, %0, [%1]" // @a
                     :
                     : "r"(7L), "r"(words)
                     : "memory");
}

static void other(void)
{
    seen = words[THEIRS]; // @b
}

int main(void)
{
    together(one, other);
    return 0;
}
