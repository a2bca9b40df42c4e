// file_lock.c: two processes change shared memory under a lock on a file;
// racy: each locks a part of its own.
//
// plain: none
// racy: race - a-a
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static int counted(int file, int part, volatile int *counter)
{
    struct flock lock = {.l_type = F_WRLCK, .l_start = part, .l_len = 1};

    if (fcntl(file, F_SETLKW, &lock)) {
        return 1;
    }
    ++*counter; // @a
    lock.l_type = F_UNLCK;
    return fcntl(file, F_SETLK, &lock) != 0;
}

int main(void)
{
    FILE *file = tmpfile();
    int *counter = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int part = 0;
    int status = 0;
    pid_t child;

    if (!file) {
        return 1;
    }
    child = fork();
#ifdef RACY
    part = child == 0;
#endif
    if (counted(fileno(file), part, counter)) {
        return 1;
    }
    if (child == 0) {
        _exit(0);
    }
    waitpid(child, &status, 0);
    return status || *counter < 1;
}
