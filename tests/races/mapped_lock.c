// mapped_lock.c: the data are in memory that two children inherit, the mutex is
// in a file that each maps anew, elsewhere; racy: without the mutex.
//
// plain: none
// racy: race - a-a
#include "children.h"

static int file;
static struct shared *data;

static void store(int number)
{
    struct shared *lock = map_file(file, number);

    (void)lock;
    children_meet();
#ifndef RACY
    pthread_mutex_lock(&lock->mutex);
#endif
    data->counter = number; // @a
#ifndef RACY
    pthread_mutex_unlock(&lock->mutex);
#endif
}

int main(void)
{
    children_init();
    data = (struct shared *)inherited_memory();
    file = new_file();
    shared_mutex(&map_file(file, 0)->mutex);
    return children_run(store);
}
