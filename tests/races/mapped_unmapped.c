// mapped_unmapped.c: a child stores and unmaps; the other one goes on using the
// memory; racy: without the mutex.
//
// plain: none
// racy: race - a-b
#include "children.h"

static int file;
static pthread_mutex_t *mutex;

static void store(int number)
{
    struct shared *shared = map_file(file, 0);

    children_meet();
#ifndef RACY
    pthread_mutex_lock(mutex);
#endif
    if (number) {
        shared->counter = 1; // @a
        munmap(shared, PLACE_BYTES);
    } else {
        shared->counter = 2; // @b
    }
#ifndef RACY
    pthread_mutex_unlock(mutex);
#endif
}

int main(void)
{
    children_init();
    mutex = (pthread_mutex_t *)inherited_memory();
    shared_mutex(mutex);
    file = new_file();
    return children_run(store);
}
