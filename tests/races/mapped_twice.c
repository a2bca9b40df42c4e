// mapped_twice.c: one process maps memory at two addresses, and each of two
// threads uses one of them; racy: without the mutex, which has two addresses.
//
// plain: none
// racy: race - a-b
#include "children.h"
#include "together.h"

static struct shared *shared[2];

static void one(void)
{
#ifndef RACY
    pthread_mutex_lock(&shared[0]->mutex);
#endif
    shared[0]->counter = 1; // @a
#ifndef RACY
    pthread_mutex_unlock(&shared[0]->mutex);
#endif
}

static void other(void)
{
#ifndef RACY
    pthread_mutex_lock(&shared[1]->mutex);
#endif
    shared[1]->counter = 2; // @b
#ifndef RACY
    pthread_mutex_unlock(&shared[1]->mutex);
#endif
}

int main(void)
{
    int file = memfd_create("races", 0);

    if (file < 0 || ftruncate(file, PLACE_BYTES)) {
        return 2;
    }
    children_init();
    shared[0] = map_file(file, 0);
    shared[1] = map_file(file, 1);
    shared_mutex(&shared[0]->mutex);
    together(one, other);
    return 0;
}
