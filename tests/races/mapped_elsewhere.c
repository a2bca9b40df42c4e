// mapped_elsewhere.c: two children map a file themselves, each at an address of
// its own, and add to a counter in it; racy: by plain accesses.
//
// plain: none
// racy !s390x: race - a-a
// racy s390x: may - a-a
#include "children.h"

static int file;

static void add(int number)
{
    struct shared *shared = map_file(file, number);

    children_meet();
    for (int i = 0; i < 50; i++) {
#ifdef RACY
        shared->counter++; // @a
#else
        __atomic_fetch_add(&shared->counter, 1, __ATOMIC_RELAXED);
#endif
    }
}

int main(void)
{
    children_init();
    file = new_file();
    return children_run(add);
}
