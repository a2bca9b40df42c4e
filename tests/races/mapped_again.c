// mapped_again.c: two children map two files one after the other, at the same
// address; each stores to one of them; racy: to the same one.
//
// plain: none
// racy: race - a-b
#include "children.h"

static int files[2];

static void store(int number)
{
    struct shared *shared;

    children_meet();
    if (number == 0) {
        shared = map_file(files[0], 0);
        shared->counter = 1; // @a
        map_file(files[1], 0);
        return;
    }
    map_file(files[1], 0)->mutex = (pthread_mutex_t){0};
#ifdef RACY
    shared = map_file(files[0], 0);
#else
    shared = map_file(files[1], 0);
#endif
    shared->counter = 2; // @b
}

int main(void)
{
    children_init();
    for (int i = 0; i < 2; i++) {
        files[i] = new_file();
    }
    return children_run(store);
}
