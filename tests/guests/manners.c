/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * manners.c - says what a process can tell of its surroundings: descriptors,
 * children, signals, timers, limits, folders, groups.  What it prints must
 * not depend on whether it is recorded.
 */
#include "say.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>

static void say_descriptors(void)
{
    for (int fd = 0; fd < 1024; fd++) {
        struct stat st;

        if (fstat(fd, &st) == 0) {
            say("descriptor %d: mode %o, flags %x %x\n", fd,
                (unsigned)st.st_mode & S_IFMT, (unsigned)fcntl(fd, F_GETFD),
                (unsigned)fcntl(fd, F_GETFL) & O_ACCMODE);
        }
    }
}

static void list_descriptors(void)
{
    DIR *dir = opendir("/proc/self/fd");
    unsigned n = 0;
    struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        n++;
    }
    say("/proc/self/fd has %u names\n", n);
    say_descriptors();
}

static void close_all(void)
{
    int fds[2] = {-1, -1};
    int n = 0;

    for (int fd = 3; fd < 1024; fd++) {
        n += close(fd) == 0;
    }
    say("closed %d\n", n);
    say("open: %d\n", open("/dev/null", O_RDONLY));
    say("pipe: %d", pipe(fds));
    say(" %d %d\n", fds[0], fds[1]);
    say_descriptors();
}

static void open_all(void)
{
    int fd, n = 0, last = -1;

    while ((fd = open("/dev/null", O_RDONLY)) >= 0) {
        last = fd;
        n++;
    }
    say("opened %d, the last is %d: %s\n", n, last, strerror(errno));
}

static void *fork_in_thread(void *arg)
{
    (void)arg;
    if (fork() == 0) {
        _exit(9);
    }
    return NULL;
}

static void wait_for_any(void)
{
    pthread_t thread;
    int sum = 0, n = 0, status;

    for (int i = 0; i < 5; i++) {
        if (fork() == 0) {
            _exit(10 + i);
        }
    }
    pthread_create(&thread, NULL, fork_in_thread, NULL);
    pthread_join(thread, NULL);
    while (wait(&status) > 0) {
        n++;
        sum += WIFEXITED(status) ? WEXITSTATUS(status) : 1000;
    }
    say("%d children, sum %d, then: %s\n", n, sum, strerror(errno));
}

static volatile sig_atomic_t n_signals;

static void count_signal(int number)
{
    (void)number;
    n_signals++;
}

static void say_signals(void)
{
    struct sigaction action;
    sigset_t set;

    sigprocmask(SIG_SETMASK, NULL, &set);
    for (int i = 1; i < 32; i++) {
        if (sigaction(i, NULL, &action) == 0) {
            say("signal %d: %s%s\n", i,
                action.sa_handler == SIG_DFL   ? "default"
                : action.sa_handler == SIG_IGN ? "ignored"
                                               : "handled",
                sigismember(&set, i) ? ", blocked" : "");
        }
    }
    signal(SIGUSR1, count_signal);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGUSR1);
    say("blocked: %d", (int)n_signals);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    say(", unblocked: %d\n", (int)n_signals);
}

static void use_timers(void)
{
    struct itimerval timer = {{0, 1000}, {0, 1000}};

    signal(SIGALRM, count_signal);
    say("alarm before: %u\n", alarm(100));
    say("alarm left: %s\n", alarm(0) > 50 ? "most" : "little");
    setitimer(ITIMER_REAL, &timer, NULL);
    while (n_signals < 20) {
        pause();
    }
    timer = (struct itimerval){{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &timer, NULL);
    getitimer(ITIMER_VIRTUAL, &timer);
    say("virtual timer: %ld\n", (long)timer.it_value.tv_usec);
    getitimer(ITIMER_PROF, &timer);
    say("prof timer: %ld\n", (long)timer.it_value.tv_usec);
}

static void say_limits(void)
{
    static const int which[] = {RLIMIT_NOFILE, RLIMIT_FSIZE, RLIMIT_AS,
                                RLIMIT_CORE,   RLIMIT_STACK, RLIMIT_NPROC};
    struct rlimit limit = {8192, 8192};
    static char buffer[4096];
    int fd, n = 0;

    for (size_t i = 0; i < sizeof which / sizeof which[0]; i++) {
        struct rlimit now;

        getrlimit(which[i], &now);
        say("limit %zu: %llx %llx\n", i, (unsigned long long)now.rlim_cur,
            (unsigned long long)now.rlim_max);
    }
    signal(SIGXFSZ, count_signal);
    setrlimit(RLIMIT_FSIZE, &limit);
    fd = open("limited", O_CREAT | O_TRUNC | O_WRONLY, 0600);
    while (write(fd, buffer, sizeof buffer) == (ssize_t)sizeof buffer) {
        n++;
    }
    say("%d writes, then: %s, %d signals\n", n, strerror(errno),
        (int)n_signals);
    limit = (struct rlimit){16, 16};
    setrlimit(RLIMIT_NOFILE, &limit);
    open_all();
}

static void change_folders(const char *where)
{
    char cwd[256];

    say("chdir: %d\n", chdir(where));
    say("in %s\n", getcwd(cwd, sizeof cwd) ? cwd : strerror(errno));
    if (chroot(where) == 0) {
        say("chroot, chdir: %d\n", chdir("/"));
        say("in %s\n", getcwd(cwd, sizeof cwd) ? cwd : strerror(errno));
        say("open: %d\n", open("/dev/null", O_RDONLY));
    }
}

static void say_groups(void)
{
    say("leads its group: %d, its session: %d\n", getpgrp() == getpid(),
        getsid(0) == getpid());
    say("in its parent's group: %d\n", getpgrp() == getpgid(getppid()));
    say("foreground: %d\n", tcgetpgrp(0) == getpgrp());
    say("setpgid: %d\n", setpgid(0, 0));
    say("leads its group: %d\n", getpgrp() == getpid());
}

static void *count(void *arg)
{
    unsigned long *n = arg;

    for (int i = 0; i < 10000; i++) {
        __atomic_fetch_add(n, 1, __ATOMIC_SEQ_CST);
    }
    return NULL;
}

static void use_threads(void)
{
    pthread_t threads[8];
    unsigned long n = 0;

    for (int i = 0; i < 8; i++) {
        pthread_create(&threads[i], NULL, count, &n);
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
    }
    say("counted %lu\n", n);
}

/* Tells that it is ready, then ends with the signals it gets. */
static void await_interrupt(int n_awaited)
{
    if (n_awaited > 0) {
        signal(SIGINT, count_signal);
        signal(SIGTERM, count_signal);
    }
    say("ready\n");
    while (n_awaited == 0 || n_signals < n_awaited) {
        usleep(1000);
    }
    say("interrupted %d\n", (int)n_signals);
    _exit(7);
}

static void copy_input(void)
{
    char buffer[4096];
    ssize_t n;

    while ((n = read(0, buffer, sizeof buffer)) > 0) {
        if (write(1, buffer, (size_t)n) != n) {
            _exit(98);
        }
    }
    say("then: %s\n", n == 0 ? "the end" : strerror(errno));
}

/* To a file, where standard output is closed. */
static void say_elsewhere(const char *path)
{
    FILE *file;
    int is_open[3];

    for (int fd = 0; fd < 3; fd++) {
        is_open[fd] = fcntl(fd, F_GETFD) >= 0;
    }
    file = fopen(path, "w");
    fprintf(file, "%d %d %d, %d\n", is_open[0], is_open[1], is_open[2],
            fileno(file));
    fclose(file);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    const char *how = argc > 2 ? argv[2] : "";

    if (strcmp(what, "descriptors") == 0) {
        list_descriptors();
    } else if (strcmp(what, "close") == 0) {
        close_all();
    } else if (strcmp(what, "open") == 0) {
        open_all();
    } else if (strcmp(what, "wait") == 0) {
        wait_for_any();
    } else if (strcmp(what, "signals") == 0) {
        say_signals();
    } else if (strcmp(what, "timers") == 0) {
        use_timers();
    } else if (strcmp(what, "limits") == 0) {
        say_limits();
    } else if (strcmp(what, "folders") == 0) {
        change_folders(how);
    } else if (strcmp(what, "groups") == 0) {
        say_groups();
    } else if (strcmp(what, "threads") == 0) {
        use_threads();
    } else if (strcmp(what, "interrupt") == 0) {
        await_interrupt(atoi(how));
    } else if (strcmp(what, "copy") == 0) {
        copy_input();
    } else if (strcmp(what, "elsewhere") == 0) {
        say_elsewhere(how);
    } else {
        return 97;
    }
    return 6;
}
