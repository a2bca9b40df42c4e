// string_stripped.c: strlen() loads what lies behind the string, also where no
// function has a name; racy: the program itself loads what is stored to.
//
// not: gcc14
// build: -s
// plain: none
// racy: race - *-*
#include <string.h>

#include "together.h"

char text[32] __attribute__((aligned(32))) = "hello";
size_t seen;

static void one(void)
{
    char *volatile string = text;

#ifdef RACY
    seen = string[9];
#else
    seen = strlen(string);
#endif
}

static void other(void)
{
    text[9] = 108;
}

int main(void)
{
    together(one, other);
    return 0;
}
