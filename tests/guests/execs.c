/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * execs.c - executes a program after it has set up what execve hands on or
 * takes away, or says what was handed on.
 *
 *   execs HOW PROGRAM [ARGS...]
 *   execs say [ARGS...]
 */
#include "say.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

extern char **environ;

static void say_all(int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        say("argument %d: %s\n", i, argv[i]);
    }
    for (char **variable = environ; *variable != NULL; variable++) {
        say("%s\n", *variable);
    }
}

static void handle(int number)
{
    (void)number;
}

static void set_signals(void)
{
    sigset_t set;

    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGUSR2, handle);
    signal(SIGCHLD, handle);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGWINCH);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGWINCH);
}

static void open_some(void)
{
    int fd = open("/dev/null", O_RDONLY);

    fcntl(fd, F_DUPFD, 20);
    fcntl(fd, F_DUPFD_CLOEXEC, 30);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static volatile uint64_t cells[4];

static void *store(void *arg)
{
    volatile uint64_t *cell = arg;

    for (;;) {
        ++*cell;
    }
    return NULL;
}

static char **to_execute;

static void *execute(void *arg)
{
    execv(to_execute[0], to_execute);
    die(strerror(errno));
    return arg;
}

/* From a thread, while others run. */
static void execute_in_thread(void)
{
    pthread_t thread;

    for (int i = 0; i < 3; i++) {
        pthread_create(&thread, NULL, store, (void *)&cells[i]);
    }
    while (cells[0] < 1000 || cells[1] < 1000 || cells[2] < 1000) {
        usleep(1000);
    }
    pthread_create(&thread, NULL, execute, NULL);
    for (;;) {
        pause();
    }
}

static void wait_for(pid_t pid)
{
    int status;

    if (pid < 0 || waitpid(pid, &status, 0) != pid) {
        die("no child");
    }
    say("child: %d, signal %d\n", WEXITSTATUS(status),
        WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

static void execute_in_child(void)
{
    pid_t pid;

    for (int i = 0; i < 3; i++) {
        if (posix_spawn(&pid, to_execute[0], NULL, NULL, to_execute, environ) !=
            0) {
            die("posix_spawn");
        }
        wait_for(pid);
    }
}

static void change_environment(void)
{
    static char *variables[] = {"X=1",      "LD_ONE=2", "LD_TWO=3,4",
                                "QEMU_X=y", "EMPTY=",   NULL};

    environ = variables;
}

/* A copy of a file that no path leads to: in memory, or removed. */
static int copy_of(const char *path, int is_removed)
{
    static const char removed[] = "execs.removed";
    char *data = malloc(1 << 24);
    int from = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = read(from, data, 1 << 24);
    int to = is_removed ? open(removed, O_WRONLY | O_CREAT | O_TRUNC, 0700)
                        : memfd_create("copy", MFD_CLOEXEC);
    int fd = to;

    if (n <= 0 || write(to, data, n) != n) {
        die("no copy");
    }
    if (is_removed) {
        fd = open(removed, O_RDONLY | O_CLOEXEC);
        close(to);
        unlink(removed);
    }
    close(from);
    free(data);
    return fd;
}

/* By a descriptor's path, which stays open where it is to be one of a script */
static void execute_path(int fd, const char *folder, int stays_open)
{
    char path[64];

    fcntl(fd, F_SETFD, stays_open ? 0 : FD_CLOEXEC);
    snprintf(path, sizeof path, "%s/%d", folder, fd);
    execv(path, to_execute);
}

/* A name in a folder that is closed by the call. */
static void execute_in_folder(char *path)
{
    char *name = strrchr(path, '/');
    int folder;

    *name++ = '\0';
    folder = open(path, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
    to_execute[0] = name;
    syscall(SYS_execveat, folder, name, to_execute, environ, 0);
    name[-1] = '/';
    to_execute[0] = path;
}

/* What cannot be executed; each is an argument. */
static void fail(char **paths)
{
    char *none[] = {NULL};
    char *volatile nowhere = (char *)8;

    for (; *paths != NULL; paths++) {
        errno = 0;
        execve(*paths, paths, none);
        say("%s: %s\n", *paths, strerror(errno));
    }
    errno = 0;
    execve(nowhere, paths, none);
    say("no path: %s\n", strerror(errno));
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "";

    if (strncmp(how, "say", 3) == 0) {
        say_all(argc, argv);
        return 5;
    }
    if (strcmp(how, "fail") == 0) {
        fail(argv + 2);
        return 6;
    }
    to_execute = argv + 2;
    if (argc < 3) {
        return 97;
    }
    if (strcmp(how, "signals") == 0) {
        set_signals();
    } else if (strcmp(how, "descriptors") == 0) {
        open_some();
    } else if (strcmp(how, "environment") == 0) {
        change_environment();
    } else if (strcmp(how, "thread") == 0) {
        execute_in_thread();
    } else if (strcmp(how, "child") == 0) {
        execute_in_child();
        return 8;
    } else if (strcmp(how, "descriptor") == 0) {
        fexecve(open(argv[2], O_RDONLY | O_CLOEXEC), to_execute, environ);
    } else if (strcmp(how, "memory") == 0) {
        fexecve(copy_of(argv[2], 0), to_execute, environ);
    } else if (strcmp(how, "removed") == 0) {
        fexecve(copy_of(argv[2], 1), to_execute, environ);
    } else if (strcmp(how, "memory-path") == 0) {
        execute_path(copy_of(argv[2], 0), "/proc/self/fd", 0);
    } else if (strcmp(how, "memory-open") == 0) {
        execute_path(copy_of(argv[2], 0), "/dev/fd", 1);
    } else if (strcmp(how, "descriptor-path") == 0) {
        execute_path(open(argv[2], O_RDONLY), "/dev/fd", 0);
    } else if (strcmp(how, "folder") == 0) {
        execute_in_folder(argv[2]);
    } else if (strcmp(how, "name") == 0) {
        to_execute = argv + 3;
        execv(argv[2], argv + 3);
    }
    execv(argv[2], to_execute);
    say("%s: %s\n", argv[2], strerror(errno));
    return 4;
}
