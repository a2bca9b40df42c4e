// mapping_reuse.c: both threads map, write and unmap, and get each other's
// addresses; nothing but the kernel is between them.
//
// plain: none
#include <sys/mman.h>

#include "together.h"

static void work(void)
{
    for (int i = 0; i < 60; i++) {
        volatile char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
                                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (page == MAP_FAILED) {
            return;
        }
        for (int at = 0; at < 8192; at += 512) {
            page[at] = 1;
        }
        munmap((void *)page, 8192);
    }
}

int main(void)
{
    together(work, work);
    return 0;
}
