// mapped_exec.c: two programs map a file that they have as a descriptor, each
// at an address of its own; racy: without the mutex, which lies there, too.
//
// plain: none
// racy: race - a-a
// races: --follow-exec
#include "children.h"

struct file {
    struct shared shared;
    pthread_barrier_t barrier;
};

static char **words;
static char number[16];

static void store(struct file *file, int value)
{
    pthread_barrier_wait(&file->barrier);
#ifndef RACY
    pthread_mutex_lock(&file->shared.mutex);
#endif
    file->shared.counter = value; // @a
#ifndef RACY
    pthread_mutex_unlock(&file->shared.mutex);
#endif
}

static void execute(int place)
{
    char which[] = {(char)('0' + place), '\0'};

    execl(words[0], words[0], number, which, (char *)NULL);
    _exit(2);
}

int main(int argc, char **argv)
{
    struct file *file;
    int fd;

    words = argv;
    children_init();
    if (argc > 2) {
        int place = atoi(argv[2]);

        store((struct file *)map_file(atoi(argv[1]), place), place);
        return 0;
    }
    fd = dup(new_file());
    snprintf(number, sizeof(number), "%d", fd);
    file = (struct file *)map_file(fd, 0);
    shared_mutex(&file->shared.mutex);
    init_barrier(&file->barrier);
    return children_run(execute);
}
