// mapped_memfd.c: two children inherit memory, and one maps it once more, where
// it uses it; racy: without the mutex.
//
// plain: none
// racy: race - a-a
#include "children.h"

static int file;
static struct shared *inherited;

static void store(int number)
{
    struct shared *shared = number ? map_file(file, 1) : inherited;

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
    file = memfd_create("races", 0);
    if (file < 0 || ftruncate(file, PLACE_BYTES)) {
        return 2;
    }
    inherited = map_file(file, 0);
    shared_mutex(&inherited->mutex);
    return children_run(store);
}
