// mapped_file.c: two children map a file themselves, at the same address, and
// add to a counter in it; racy: without the mutex, which lies there, too.
//
// plain: none
// racy !s390x: race - a-a
// racy s390x: may - a-a
#include "children.h"

static int file;

static void add(int number)
{
    struct shared *shared = map_file(file, 0);

    (void)number;
    children_meet();
    for (int i = 0; i < 50; i++) {
#ifndef RACY
        pthread_mutex_lock(&shared->mutex);
#endif
        shared->counter++; // @a
#ifndef RACY
        pthread_mutex_unlock(&shared->mutex);
#endif
    }
}

int main(void)
{
    struct shared *shared;

    children_init();
    file = new_file();
    shared = map_file(file, 1);
    shared_mutex(&shared->mutex);
    munmap(shared, PLACE_BYTES);
    return children_run(add);
}
