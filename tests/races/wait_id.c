// wait_id.c: waitid(), which returns no process, tells of a child's end; racy:
// the parent reads before it waits.
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
    siginfo_t info;
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
    waitid(P_PID, (id_t)child, &info, WEXITED);
    seen += *shared;
    return seen < 2;
}
