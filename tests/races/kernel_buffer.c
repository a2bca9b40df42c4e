// kernel_buffer.c: the kernel writes what read() is given; racy: the other
// thread looks at it meanwhile.
//
// plain: none
// racy !s390x: race buffer *-b a-b
// racy s390x: may buffer *-b a-b
#include <fcntl.h>
#include <unistd.h>

#include "together.h"

char buffer[64];
char seen;
int zeroes;

static void fill(void)
{
    if (read(zeroes, buffer, 32) != 32) { // @a
        return;
    }
}

static void look(void)
{
#ifdef RACY
    seen = buffer[20]; // @b
#else
    seen = buffer[40];
#endif
}

int main(void)
{
    zeroes = open("/dev/zero", O_RDONLY);
    if (zeroes < 0) {
        return 1;
    }
    together(fill, look);
    return 0;
}
