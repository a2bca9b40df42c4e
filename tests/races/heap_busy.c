// heap_busy.c: both threads allocate, write and free what the same arena has,
// and never meet.
//
// not: musl
// plain: none
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "together.h"

static void work(void)
{
    char *blocks[8] = {NULL};

    for (int i = 0; i < 200; i++) {
        size_t size = (size_t)(i * 97) % 6000 + 8;

        free(blocks[i % 8]);
        blocks[i % 8] = malloc(size);
        memset(blocks[i % 8], i, size);
        if (i % 5 == 0) {
            blocks[i % 8] = realloc(blocks[i % 8], 2 * size);
            blocks[i % 8][size + 7] = 1;
        }
    }
    for (int i = 0; i < 8; i++) {
        free(blocks[i]);
    }
}

int main(void)
{
    mallopt(M_ARENA_MAX, 1);
    together(work, work);
    return 0;
}
