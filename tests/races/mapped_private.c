// mapped_private.c: two children map a file for themselves, at the same
// address; racy: for all.
//
// plain: none
// racy: race - a-a
#include "children.h"

#ifdef RACY
#define HOW MAP_SHARED
#else
#define HOW MAP_PRIVATE
#endif

static int file;

static void store(int number)
{
    struct shared *shared =
        (struct shared *)mmap(children_places[0], PLACE_BYTES,
                              PROT_READ | PROT_WRITE, HOW | MAP_FIXED, file, 0);

    children_meet();
    shared->counter = number; // @a
}

int main(void)
{
    children_init();
    file = new_file();
    return children_run(store);
}
