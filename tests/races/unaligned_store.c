// unaligned_store.c: an unaligned store beside another one; racy: over it.
//
// plain: none
// racy: race buffer a-b
#include "together.h"

#ifdef RACY
#define THEIRS 8
#else
#define THEIRS 11
#endif
struct __attribute__((packed)) odd {
    long long value;
};
unsigned char buffer[32] __attribute__((aligned(16)));

static void one(void)
{
    ((volatile struct odd *)(buffer + 3))->value = 1; // @a
}

static void other(void)
{
    ((volatile struct odd *)(buffer + THEIRS))->value = 2; // @b
}

int main(void)
{
    together(one, other);
    return 0;
}
