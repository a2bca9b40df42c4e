// file_grows.c: a file that has something to read tells that the data is there;
// racy: the data is written after it has.
//
// plain: none
// racy: race data a-b
#include <sys/mman.h>
#include <unistd.h>

#include "together.h"

int data;
int seen;
int file;

static void sender(void)
{
#ifndef RACY
    data = 8;
#endif
    if (ftruncate(file, 1)) {
        return;
    }
#ifdef RACY
    data = 8; // @a
#endif
}

static void receiver(void)
{
    char byte;

    while (pread(file, &byte, 1, 0) != 1) {
        usleep(1000);
    }
    seen = data; // @b
}

int main(void)
{
    file = memfd_create("file_grows", 0);
    if (file < 0) {
        return 1;
    }
    together(sender, receiver);
    return 0;
}
