// fork_private.c: after a fork the same address is other memory.
//
// plain: none
#include <sys/wait.h>
#include <unistd.h>

int counter;

int main(void)
{
    pid_t child = fork();

    for (int i = 0; i < 100; i++) {
        ++*(volatile int *)&counter;
    }
    if (child == 0) {
        _exit(0);
    }
    waitpid(child, NULL, 0);
    return counter != 100;
}
