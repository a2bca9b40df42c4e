// fork_wait.c: the parent reads what the child wrote once the child is dead;
// racy: before it waits.
//
// plain: none
// racy: race - a-b
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int seen = 0;
    pid_t child;

    *shared = 1;
    child = fork();
    if (child == 0) {
        *shared = 2; // @a
        _exit(0);
    }
#ifdef RACY
    seen += *(volatile int *)shared; // @b
#endif
    waitpid(child, NULL, 0);
    seen += *shared;
    return seen < 2;
}
