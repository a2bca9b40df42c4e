// stdio.c: both threads print to one stream; libc locks it.
//
// plain: none
// racy: race n_printed a-a
#include <stdio.h>

#include "together.h"

int n_printed;
FILE *null;

static void print(void)
{
    meet(1);
#ifdef RACY
    n_printed++; // @a
#endif
    meet(2);
    for (int i = 0; i < 30; i++) {
        fprintf(null, "line %d of %s\n", i, "some");
    }
}

int main(void)
{
    null = fopen("/dev/null", "w");
    if (!null) {
        return 1;
    }
    together(print, print);
    fclose(null);
    return 0;
}
