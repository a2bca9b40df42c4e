// string_length.c: strlen() loads what lies behind the string, but does not
// look at it; racy: the store is to the string.  Without values nobody can
// tell one from the other.
//
// plain: none
// racy: may text *-b a-b
#include <string.h>

#include "together.h"

#ifdef RACY
#define THEIRS 2
#else
#define THEIRS 9
#endif
char text[32] __attribute__((aligned(32))) = "hello";
size_t seen;

static void one(void)
{
    char *volatile string = text;

    seen = strlen(string); // @a
}

static void other(void)
{
    text[THEIRS] = 108; // @b
}

int main(void)
{
    together(one, other);
    return 0;
}
