// mapped_name.c: two children open shared memory by its name, and map it each
// at an address of its own; racy: without the semaphore.
//
// plain: none
// racy: race - a-a
#include <semaphore.h>

#include "children.h"

struct named {
    sem_t semaphore;
    int value;
};

static char name[64];

static struct named *open_named(int place)
{
    return (struct named *)map_file(shm_open(name, O_RDWR, 0), place);
}

static void store(int number)
{
    struct named *named = open_named(number);

    children_meet();
#ifndef RACY
    sem_wait(&named->semaphore);
#endif
    named->value = number; // @a
#ifndef RACY
    sem_post(&named->semaphore);
#endif
}

int main(void)
{
    int fd, failed;

    children_init();
    snprintf(name, sizeof(name), "/memtrace-races-%d", (int)getpid());
    fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd < 0 || ftruncate(fd, PLACE_BYTES)) {
        return 2;
    }
    sem_init(&open_named(0)->semaphore, 1, 1);
    failed = children_run(store);
    shm_unlink(name);
    return failed;
}
