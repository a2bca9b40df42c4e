// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * shares.c - a process and its child store to memory that is one for both, and
 * to memory of which each has its own.
 *
 * Each line says what was stored: what memory it is, who (parent or child), its
 * pid, the address, and how many stores of 4 bytes.  Lines of one name are of
 * the same byte of it (of "halves": of the same line of 64 bytes).
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 65536 /* of any guest */

static volatile unsigned mine[64] __attribute__((aligned(256)));

static const char *who = "parent";

static void store(const char *what, volatile unsigned *at, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        *at = i;
    }
    printf("%s %s %d %p %u\n", what, who, (int)getpid(), (void *)at, n);
    fflush(stdout);
}

static void *map(int flags, int fd, off_t offset)
{
    void *area = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, flags, fd, offset);

    if (area == MAP_FAILED) {
        perror("shares: mmap");
        exit(1);
    }
    return area;
}

static int open_file(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT, 0600);

    if (fd < 0 || ftruncate(fd, 4 * PAGE) != 0) {
        perror(path);
        exit(1);
    }
    return fd;
}

static unsigned *attach(int id)
{
    void *area = shmat(id, NULL, 0);

    if (area == (void *)-1) {
        perror("shares: shmat");
        exit(1);
    }
    return area;
}

/* What each maps by itself: by name, the child elsewhere. */
static void map_and_store(const char *path, const char *name, int id,
                          unsigned n)
{
    int fd = open_file(path);
    int other = open_file(name);
    unsigned *file = map(MAP_SHARED, fd, PAGE);

    store("file", file + 16, n);
    store("private", map(MAP_PRIVATE, fd, PAGE), n + 1);
    store("object", (unsigned *)map(MAP_SHARED, other, 0) + 32, n + 2);
    store("segment", attach(id) + 48, n + 3);
    close(fd);
    close(other);
}

int main(int argc, char **argv)
{
    unsigned *page = map(MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int id = shmget(IPC_PRIVATE, PAGE, IPC_CREAT | 0600);
    unsigned *first, *second;
    int status = 0;
    int fd;
    pid_t child;

    if (argc < 3 || id < 0) {
        return 2;
    }
    fd = open_file(argv[1]);
    first = map(MAP_SHARED, fd, 2 * PAGE);
    second = map(MAP_SHARED, fd, 2 * PAGE);
    store("twice", first + 32, 11);
    store("twice", second + 32, 12);
    store("mine", mine, 21);
    store("page", page, 31);
    store("halves", page + 64, 41);
    child = fork();
    if (child == 0) {
        who = "child";
        map(MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        store("mine", mine, 22);
        store("page", page, 32);
        store("halves", page + 68, 42); /* the same line, other bytes */
        map_and_store(argv[1], argv[2], id, 102);
        _exit(0);
    }
    waitpid(child, &status, 0);
    map_and_store(argv[1], argv[2], id, 202);
    shmctl(id, IPC_RMID, NULL);
    return status != 0;
}
