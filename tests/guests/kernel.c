/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel.c - makes system calls with buffers of its own, and then prints what
 * the kernel has read and written of them: by the kernel's manual, by what
 * the calls returned, and by which bytes have changed.
 *
 * With an argument a second thread is in a call meanwhile.
 */
#include "say.h"

#include <asm/stat.h>
#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>

#define BYTES 4096
#define FILLER 0xa5
#define AT_CWD -100

#if __mips__
#define FIONREAD_REQUEST 0x467f
#define WINSIZE_REQUEST 0x40087468
#elif __powerpc__
#define FIONREAD_REQUEST 0x4004667f
#define WINSIZE_REQUEST 0x40087468
#else
#define FIONREAD_REQUEST 0x541b
#define WINSIZE_REQUEST 0x5413
#endif

/* struct sigaction of the kernel, not of libc */
#if __riscv
#define SIGACTION_BYTES 24
#else
#define SIGACTION_BYTES (sizeof(long) == 8 ? 32 : 20)
#endif
#if __mips__
#define SIGSET_BYTES 16
#else
#define SIGSET_BYTES 8
#endif

static uint8_t begin_marker;
static uint8_t end_marker;

static uint8_t source[BYTES];
static uint8_t target[BYTES];
static char path[] = "kernel.tmp"; /* writable, unlike a literal */
static int fds[2];
static int sockets[2];
static int file;
static pid_t child;

static struct {
    char kind;
    unsigned thread;
    uintptr_t vaddr;
    size_t size;
} lines[1024];
static size_t n_lines;

static void kernel_by(unsigned thread, char kind, const void *p, size_t size)
{
    lines[n_lines].thread = thread;
    lines[n_lines].kind = kind;
    lines[n_lines].vaddr = (uintptr_t)p;
    lines[n_lines++].size = size;
}

static void kernel(char kind, const void *p, size_t size)
{
    kernel_by(0, kind, p, size);
}

static void want(const char *what, long result, long wanted)
{
    if (result != wanted) {
        say("guest: %s: %ld, errno %d\n", what, result, errno);
        _exit(99);
    }
}

#define CALL(name, ...) syscall(SYS_##name, __VA_ARGS__)
#define FINE(name, ...) want(#name, CALL(name, __VA_ARGS__), 0)

/* Before a call that fills in @target, and after it. */
static void *fresh(void)
{
    for (size_t i = 0; i < BYTES; i++) {
        target[i] = FILLER;
    }
    return target;
}

/* It wrote @size bytes there, none behind them, and some near their end. */
static void filled(const char *what, size_t size)
{
    size_t last = BYTES;

    while (last > 0 && target[last - 1] == FILLER) {
        last--;
    }
    if (last > size || last + 64 < size) {
        say("guest: %s: byte %lu of %lu\n", what, (unsigned long)last,
            (unsigned long)size);
        _exit(99);
    }
    kernel('W', target, size);
}

static void pipes(void)
{
    FINE(pipe2, fds, 0);
    kernel('W', fds, 8);
    want("write", CALL(write, fds[1], source, 5), 5);
    kernel('R', source, 5);
    want("read", CALL(read, fds[0], fresh(), 5), 5);
    filled("read", 5);
    /* less comes than is asked for */
    want("write", CALL(write, fds[1], source + 9, 7), 7);
    kernel('R', source + 9, 7);
    want("read", CALL(read, fds[0], target, 100), 7);
    kernel('W', target, 7);
    /* of what fails nothing is written */
    want("read", CALL(read, -1, target, 10), -1);
    want("read", CALL(read, fds[0], target, 0), 0);
    want("write", CALL(write, -1, source, 9), -1);
    kernel('R', source, 9);
}

static void vectors(void)
{
    static struct iovec out[3];
    static struct iovec in[3];

    out[0] = (struct iovec){source, 3};
    out[1] = (struct iovec){source + 100, 0};
    out[2] = (struct iovec){source + 10, 4};
    in[0] = (struct iovec){target, 2};
    in[1] = (struct iovec){target + 50, 4};
    in[2] = (struct iovec){target + 100, 50};
    want("writev", CALL(writev, fds[1], out, 3), 7);
    kernel('R', out, sizeof(out));
    kernel('R', source, 3);
    kernel('R', source + 10, 4);
    want("readv", CALL(readv, fds[0], in, 3), 7);
    kernel('R', in, sizeof(in));
    kernel('W', target, 2);
    kernel('W', target + 50, 4);
    kernel('W', target + 100, 1);
    want("readv", CALL(readv, -1, in, 3), -1);
    kernel('R', in, sizeof(in));
}

static void of_stat(void)
{
#ifdef SYS_fstat64
    size_t size = sizeof(struct stat64);

    FINE(fstat64, file, fresh());
    filled("fstat64", size);
    FINE(fstatat64, AT_CWD, path, fresh(), 0);
    kernel('R', path, sizeof(path));
    filled("fstatat64", size);
#else
    size_t size = sizeof(struct stat);

    FINE(fstat, file, fresh());
    filled("fstat", size);
    FINE(newfstatat, AT_CWD, path, fresh(), 0);
    kernel('R', path, sizeof(path));
    filled("newfstatat", size);
#endif
    FINE(statx, AT_CWD, path, 0, 0x7ff, fresh());
    kernel('R', path, sizeof(path));
    filled("statx", 256);
    want("statx", CALL(statx, AT_CWD, "", 0, 0x7ff, target), -1);
}

static void files(void)
{
    static struct iovec in;
    static uint64_t place;
    long n;

    file = (int)CALL(openat, AT_CWD, path, 0102, 0600); /* O_RDWR, O_CREAT */
#if __mips__
    want("openat", file, -1); /* other numbers */
    kernel('R', path, sizeof(path));
    file = (int)CALL(openat, AT_CWD, path, 0402, 0600);
#endif
    kernel('R', path, sizeof(path));
    want("pwrite64", CALL(pwrite64, file, source, 16, 0, 0, 0), 16);
    kernel('R', source, 16);
    want("pread64", CALL(pread64, file, fresh(), 100, 0, 0, 0), 16);
    filled("pread64", 16);
    in = (struct iovec){target + 8, 90};
    want("preadv", CALL(preadv, file, &in, 1, 0, 0), 16);
    kernel('R', &in, sizeof(in));
    kernel('W', target + 8, 16);
    of_stat();
#ifdef SYS__llseek
    FINE(_llseek, file, 0, 3, &place, 0);
    kernel('W', &place, 8);
#else
    (void)place;
#endif
    n = CALL(readlinkat, AT_CWD, "/proc/self/cwd", fresh(), BYTES);
    filled("readlinkat", (size_t)n);
    n = CALL(getcwd, fresh(), BYTES);
    filled("getcwd", (size_t)n);
    n = CALL(openat, AT_CWD, ".", 0);
    want("directory", n > 2, 1);
    file = (int)n;
    n = CALL(getdents64, file, fresh(), BYTES);
    filled("getdents64", (size_t)n);
    FINE(unlinkat, AT_CWD, path, 0);
    kernel('R', path, sizeof(path));
    want("unlinkat", CALL(unlinkat, AT_CWD, "kernel.none", 0), -1);
}

static void of_messages(void)
{
    static struct iovec out[2];
    static struct iovec in[2];
    static struct msghdr sent;
    static struct msghdr received;

    out[0] = (struct iovec){source, 2};
    out[1] = (struct iovec){source + 20, 3};
    in[0] = (struct iovec){target, 4};
    in[1] = (struct iovec){target + 40, 30};
    sent = (struct msghdr){.msg_iov = out, .msg_iovlen = 2};
    received = (struct msghdr){.msg_iov = in, .msg_iovlen = 2};
    want("sendmsg", CALL(sendmsg, sockets[0], &sent, 0), 5);
    kernel('R', &sent, sizeof(sent));
    kernel('R', out, sizeof(out));
    kernel('R', source, 2);
    kernel('R', source + 20, 3);
    want("recvmsg", CALL(recvmsg, sockets[1], &received, 0), 5);
    kernel('R', &received, sizeof(received));
    kernel('R', in, sizeof(in));
    kernel('W', target, 4);
    kernel('W', target + 40, 1);
    kernel('W', &received.msg_flags, 4);
    kernel('W', &received.msg_controllen, WORD);
}

static void of_sockets(void)
{
    static int length;
    static int value;

    FINE(socketpair, AF_UNIX, SOCK_STREAM, 0, sockets);
    kernel('W', sockets, 8);
    want("sendto", CALL(sendto, sockets[0], source, 6, 0, NULL, 0), 6);
    kernel('R', source, 6);
    want("recvfrom", CALL(recvfrom, sockets[1], fresh(), 20, 0, NULL, NULL), 6);
    filled("recvfrom", 6);
    of_messages();
    length = 110;
    FINE(getsockname, sockets[0], fresh(), &length);
    want("length of a name", length, 2);
    kernel('R', &length, 4);
    filled("getsockname", 2);
    kernel('W', &length, 4);
    length = 4;
    FINE(getsockopt, sockets[0], SOL_SOCKET, SO_TYPE, &value, &length);
    kernel('R', &length, 4);
    kernel('W', &value, 4);
    kernel('W', &length, 4);
    FINE(setsockopt, sockets[0], SOL_SOCKET, SO_RCVBUF, &value, 4);
    kernel('R', &value, 4);
#if __i386__ || __s390x__
    static unsigned long block[6];

    block[0] = (unsigned long)sockets[0];
    block[1] = (unsigned long)source;
    block[2] = 8;
    want("socketcall", CALL(socketcall, 11, block), 8); /* sendto */
    kernel('R', block, 6 * WORD);
    kernel('R', source, 8);
    block[0] = (unsigned long)sockets[1];
    block[1] = (unsigned long)fresh();
    block[2] = 100;
    want("socketcall", CALL(socketcall, 10, block), 8); /* recv */
    kernel('R', block, 4 * WORD);
    filled("socketcall", 8);
#endif
}

static void waiting(void)
{
    static struct pollfd polled[2];
    static struct epoll_event event;
    static long times[2];
    static uint64_t set[2];
    int epoll = (int)CALL(epoll_create1, 0);

    want("write", CALL(write, fds[1], source, 1), 1);
    kernel('R', source, 1);
    polled[0] = (struct pollfd){.fd = fds[0], .events = POLLIN};
    polled[1] = (struct pollfd){.fd = fds[1], .events = POLLIN};
    want("ppoll", CALL(ppoll, polled, 2, times, set, SIGSET_BYTES), 1);
    kernel('R', polled, sizeof(polled));
    kernel('R', times, sizeof(times));
    kernel('R', set, SIGSET_BYTES);
    kernel('W', &polled[0].revents, 2);
    kernel('W', &polled[1].revents, 2);
    kernel('W', times, sizeof(times));
    want("ppoll", CALL(ppoll, polled, 1, NULL, NULL, SIGSET_BYTES), 1);
    kernel('R', polled, sizeof(polled[0]));
    kernel('W', &polled[0].revents, 2);
    event.events = EPOLLIN;
    FINE(epoll_ctl, epoll, EPOLL_CTL_ADD, fds[0], &event);
    kernel('R', &event, sizeof(event));
    want("epoll_pwait",
         CALL(epoll_pwait, epoll, fresh(), 9, -1, NULL, SIGSET_BYTES), 1);
    filled("epoll_pwait", sizeof(event));
    FINE(epoll_ctl, epoll, EPOLL_CTL_DEL, fds[0], &event);
    FINE(ioctl, fds[0], FIONREAD_REQUEST, &event);
#if !__mips__ /* its number does not tell the size */
    kernel('W', &event, 4);
#endif
    want("ioctl", CALL(ioctl, fds[0], WINSIZE_REQUEST, target), -1);
}

static void futexes(void)
{
    static uint32_t words[2];
    static long times[2] = {0, 1000};

    words[0] = 7;
    want("wait", CALL(futex, words, FUTEX_WAIT, 8, NULL, NULL, 0), -1);
    kernel('R', words, 4);
    want("wait", CALL(futex, words, FUTEX_WAIT_PRIVATE, 7, times, NULL, 0), -1);
    kernel('R', times, sizeof(times));
    kernel('R', words, 4);
    want("wake", CALL(futex, words, FUTEX_WAKE, 1, NULL, NULL, 0), 0);
    want("wake_op",
         CALL(futex, words, FUTEX_WAKE_OP, 1, 1, words + 1,
              FUTEX_OP(FUTEX_OP_SET, 5, FUTEX_OP_CMP_EQ, 0)),
         0);
    want("word", words[1] != 0, 1); /* QEMU 7.2: not of every byte order */
    kernel('R', words + 1, 4);
    kernel('W', words + 1, 4);
    want("requeue", CALL(futex, words, FUTEX_CMP_REQUEUE, 1, 1, words + 1, 7),
         0);
    kernel('R', words, 4);
#ifdef SYS_futex_time64
    static int64_t longer[2] = {0, 1000};

    want("wait", CALL(futex_time64, words, FUTEX_WAIT, 7, longer, NULL, 0), -1);
    kernel('R', longer, sizeof(longer));
    kernel('R', words, 4);
#endif
}

static void clocks(void)
{
    static long times[4];

    FINE(clock_gettime, 1, fresh());
    filled("clock_gettime", 2 * WORD);
    FINE(gettimeofday, fresh(), NULL);
    filled("gettimeofday", 2 * WORD);
    FINE(nanosleep, times, times + 2);
    kernel('R', times, 2 * WORD);
    FINE(clock_nanosleep, 1, 0, times, times + 2);
    kernel('R', times, 2 * WORD);
    FINE(timerfd_settime, CALL(timerfd_create, 1, 0), 0, times, fresh());
    kernel('R', times, 4 * WORD);
    filled("timerfd_settime", 4 * WORD);
    want("clock_gettime", CALL(clock_gettime, 999, target), -1);
#ifdef SYS_clock_gettime64
    static int64_t longer[2];

    FINE(clock_gettime64, 1, fresh());
    filled("clock_gettime64", 16);
    FINE(clock_nanosleep_time64, 1, 0, longer, NULL);
    kernel('R', longer, 16);
#endif
}

static void of_process(void)
{
    static int status;

    want("getrandom", CALL(getrandom, fresh(), 33, 0), 33);
    filled("getrandom", 33);
    FINE(uname, fresh());
    filled("uname", 390);
    FINE(sysinfo, fresh());
    filled("sysinfo", sizeof(long) == 8 ? 112 : 64);
    FINE(prlimit64, 0, 7, NULL, fresh());
    filled("prlimit64", 16);
    FINE(prlimit64, 0, 7, target, NULL);
    kernel('R', target, 16);
    FINE(rt_sigaction, 10, NULL, fresh(), SIGSET_BYTES);
#if __riscv /* QEMU 7.2 writes 8 bytes more than the kernel */
    kernel('W', target, SIGACTION_BYTES);
#else
    filled("rt_sigaction", SIGACTION_BYTES);
#endif
    FINE(rt_sigprocmask, SIG_BLOCK, NULL, fresh(), SIGSET_BYTES);
    filled("rt_sigprocmask", SIGSET_BYTES);
    FINE(rt_sigprocmask, SIG_BLOCK, target, NULL, SIGSET_BYTES);
    kernel('R', target, SIGSET_BYTES);
    FINE(sigaltstack, NULL, fresh());
    filled("sigaltstack", 3 * WORD);
    FINE(getrusage, 0, fresh());
    filled("getrusage", 18 * WORD);
    want("wait4", CALL(wait4, child, &status, 0, fresh()), child);
    kernel('W', &status, 4);
    filled("wait4", 18 * WORD);
    want("wait4", CALL(wait4, -1, &status, 0, NULL), -1);
#if __i386__ || __s390x__
    static unsigned long block[6] = {0, PAGE, 3, 0x22, -1ul, 0};

    want("mmap", CALL(mmap, block) != -1, 1);
    kernel('R', block, sizeof(block));
#endif
}

static volatile int is_there;
static volatile int is_over;

static void *read_slowly(void *arg)
{
    is_there = 1;
    want("read", CALL(read, fds[0], target + 200, 64), 5);
    is_over = 1;
    for (;;) {
        pause();
    }
    return arg;
}

/* What one thread sends another waits for: in the order of time. */
static void with_thread(void)
{
    pthread_t thread;

    want("pipe2", CALL(pipe2, fds, 0), 0);
    want("pthread_create", pthread_create(&thread, NULL, read_slowly, NULL), 0);
    while (!is_there) {
    }
    getppid(); /* a call is stamped: what follows is later for all */
    store8(&begin_marker, 1);
    want("write", CALL(write, fds[1], source, 5), 5);
    kernel('R', source, 5);
    while (!is_over) {
    }
    kernel_by(1, 'W', target + 200, 5);
    want("getrandom", CALL(getrandom, source, 3, 0), 3);
    kernel('W', source, 3);
    store8(&end_marker, 1);
}

static void alone(void)
{
    child = fork();
    if (child == 0) {
        _exit(0);
    }
    store8(&begin_marker, 1);
    pipes();
    vectors();
    files();
    of_sockets();
    waiting();
    futexes();
    clocks();
    of_process();
    store8(&end_marker, 1);
}

int main(int argc, char **argv)
{
    (void)argv;
    for (size_t i = 0; i < BYTES; i++) {
        source[i] = (uint8_t)i;
    }
    if (argc > 1) {
        with_thread();
    } else {
        alone();
    }
    say("B 0x%016lx 1\n", (unsigned long)&begin_marker);
    say("E 0x%016lx 1\n", (unsigned long)&end_marker);
    for (size_t i = 0; i < n_lines; i++) {
        say("T%u %c 0x%016lx %lu kernel\n", lines[i].thread, lines[i].kind,
            (unsigned long)lines[i].vaddr, (unsigned long)lines[i].size);
    }
    _exit(0);
}
