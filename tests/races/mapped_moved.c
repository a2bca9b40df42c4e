// mapped_moved.c: two children inherit memory, and one moves it elsewhere;
// racy: without the mutex in it.
//
// plain: none
// racy: race - a-a
#include "children.h"

static struct shared *inherited;

static void store(int number)
{
    struct shared *shared = inherited;

    if (number) {
        shared = (struct shared *)mremap(inherited, PLACE_BYTES, PLACE_BYTES,
                                         MREMAP_MAYMOVE | MREMAP_FIXED,
                                         children_places[1]);
    }
    if (shared == MAP_FAILED) {
        exit(2);
    }
    children_meet();
#ifndef RACY
    pthread_mutex_lock(&shared->mutex);
#endif
    shared->counter = number; // @a
#ifndef RACY
    pthread_mutex_unlock(&shared->mutex);
#endif
}

int main(void)
{
    children_init();
    inherited = (struct shared *)inherited_memory();
    shared_mutex(&inherited->mutex);
    return children_run(store);
}
