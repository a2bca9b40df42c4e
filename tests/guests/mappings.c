/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mappings.c - makes every mapping call, in odd ways too, and after each one
 * touches every page it knows of.
 *
 * It keeps its own idea of what is writable ('w'), only readable ('r') or not
 * there ('n').  Pages of kind w are stored to and loaded from, pages of kind
 * r loaded from, and a word is loaded over each border of two readable
 * pages.  What must be in a trace of this - accesses with at least a byte on
 * a page of kind w - it prints, then /proc/self/maps as it is at the end.
 *
 * With the argument "threads" each round of touching is done by a new thread;
 * with "quiet" it prints nothing, as addresses differ from run to run.
 */
#include "say.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>

#define AREA_PAGES 64
#define AREAS 16

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

struct area {
    unsigned char *base;
    char kind[AREA_PAGES + 1];
    int n;
};

static struct area areas[AREAS];
static int n_areas;
static bool use_threads;
static const int rw = PROT_READ | PROT_WRITE;
static const int anon = MAP_PRIVATE | MAP_ANONYMOUS;
static const int fixed = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;

static struct area *new_area(void *base, int n, char kind)
{
    if (base == MAP_FAILED || n_areas == AREAS || n > AREA_PAGES) {
        die("new_area");
    }
    struct area *area = &areas[n_areas++];
    area->base = base;
    area->n = n;
    memset(area->kind, kind, (size_t)n);
    say_range(base, (size_t)n * PAGE);
    return area;
}

static void set(struct area *area, int first, int n, char kind)
{
    memset(area->kind + first, kind, (size_t)n);
}

static unsigned char *at(struct area *area, int page)
{
    return area->base + (unsigned long)page * PAGE;
}

static void touch_border(unsigned char *p, char before, char after)
{
    load_word(p - 3);
    if (before == 'w' || after == 'w') {
        expect('R', p - 3, WORD);
    }
    if (before == 'w' && after == 'w') {
        store_word(p - WORD + 3, 0);
        expect('W', p - WORD + 3, WORD);
    }
}

static void touch_page(unsigned char *p, char kind, char next)
{
    if (kind == 'w') {
        store8(p + 17, 1);
        expect('W', p + 17, 1);
        load8(p + 40);
        expect('R', p + 40, 1);
    } else if (kind == 'r') {
        load8(p + 40);
        load_word(p + 64);
    }
    if (!UNALIGNED && kind == 'w') {
        load_word(p + PAGE - WORD);
        expect('R', p + PAGE - WORD, WORD);
        store_word(p, 0);
        expect('W', p, WORD);
    }
    if (UNALIGNED && kind != 'n' && next != 'n') {
        touch_border(p + PAGE, kind, next);
    }
}

static void *touch_all(void *arg)
{
    for (int i = 0; i < n_areas; i++) {
        struct area *area = &areas[i];
        for (int page = 0; page < area->n; page++) {
            touch_page(at(area, page), area->kind[page],
                       page + 1 < area->n ? area->kind[page + 1] : 'n');
        }
    }
    return arg;
}

static void touch(void)
{
    static unsigned char stack[256 << 10] __attribute__((aligned(4096)));
    pthread_t thread;
    pthread_attr_t attr;

    if (!use_threads) {
        touch_all(NULL);
        return;
    }
    /* A stack of our own: pthread's would come and go where areas were. */
    if (pthread_attr_init(&attr) ||
        pthread_attr_setstack(&attr, stack, sizeof stack) ||
        pthread_create(&thread, &attr, touch_all, NULL) ||
        pthread_join(thread, NULL)) {
        die("pthread_create");
    }
    pthread_attr_destroy(&attr);
}

static void must(bool is_true, const char *what)
{
    if (!is_true) {
        say("guest: errno %d\n", errno);
        die(what);
    }
}

/* mmap at a fixed place, which must succeed; then everything is touched. */
static void map(struct area *area, int first, int n, int prot, int flags,
                int fd, int file_page, char kind)
{
    void *p = mmap(at(area, first), (size_t)n * PAGE, prot, flags | MAP_FIXED,
                   fd, file_page * (off_t)PAGE);
    must(p == at(area, first), "mmap");
    set(area, first, n, kind);
    touch();
}

static void protect(struct area *area, int first, int n, int prot, char kind)
{
    must(mprotect(at(area, first), (size_t)n * PAGE, prot) == 0, "mprotect");
    set(area, first, n, kind);
    touch();
}

static void unmap(struct area *area, int first, int n)
{
    must(munmap(at(area, first), (size_t)n * PAGE) == 0, "munmap");
    set(area, first, n, 'n');
    touch();
}

static void plain_mappings(struct area *a)
{
    protect(a, 0, 16, rw, 'w');
    protect(a, 4, 4, PROT_READ, 'r');
    protect(a, 6, 4, rw, 'w');
    protect(a, 5, 1, PROT_NONE, 'n');
    unmap(a, 2, 1);
    must(munmap(at(a, 10), 1) == 0, "munmap of a byte");
    set(a, 10, 1, 'n');
    touch();
    unmap(a, 10, 1); /* of nothing */
    map(a, 1, 4, PROT_READ, fixed, -1, 0, 'r');
    map(a, 0, 3, rw, fixed, -1, 0, 'w');
    map(a, 1, 1, PROT_NONE, fixed, -1, 0, 'n');
    map(a, 0, 16, rw, fixed, -1, 0, 'w');
    map(a, 3, 1, PROT_WRITE, fixed, -1, 0, 'w');
    map(a, 5, 1, PROT_READ | PROT_EXEC, fixed, -1, 0, 'r');
    map(a, 6, 1, rw | PROT_EXEC, fixed, -1, 0, 'w');
    protect(a, 6, 1, PROT_READ | PROT_EXEC, 'r');
    protect(a, 6, 1, rw, 'w');

    /* Lengths that are no whole pages. */
    must(mmap(at(a, 8), 100, PROT_READ, fixed, -1, 0) == at(a, 8), "mmap");
    set(a, 8, 1, 'r');
    touch();
    must(mprotect(at(a, 12), PAGE + 1, PROT_READ) == 0, "mprotect");
    set(a, 12, 2, 'r');
    touch();

#if __i386__ /* the oldest mmap has its arguments in memory */
    unsigned long old[] = {
        (unsigned long)at(a, 14), PAGE, PROT_READ, fixed, -1, 0};
    must(syscall(SYS_mmap, old) == (long)at(a, 14), "old mmap");
    set(a, 14, 1, 'r');
    touch();
#endif

    protect(a, 0, 16, rw, 'w'); /* over many mappings */
    protect(a, 1, 14, PROT_READ, 'r');
    protect(a, 2, 12, rw, 'w');
    must(madvise(at(a, 2), 2 * PAGE, MADV_DONTNEED) == 0, "madvise");
    touch();
}

/* Calls that fail, some of them half-way. */
static void failing_calls(struct area *a)
{
    must(mmap(at(a, 4), 0, PROT_READ, fixed, -1, 0) == MAP_FAILED, "0 bytes");
    must(munmap(at(a, 4), 0) != 0, "munmap of 0 bytes");
    (void)mprotect(at(a, 4), 0, PROT_READ); /* fails in QEMU alone */
    must(mprotect(at(a, 4) + 1, PAGE, PROT_READ) != 0, "mprotect unaligned");
    must(munmap(at(a, 4) + 8, PAGE) != 0, "munmap unaligned");
    must(mmap(at(a, 4), PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED, 999, 0) ==
             MAP_FAILED,
         "mmap of no file");
    must(mmap(at(a, 4) + 1, PAGE, PROT_READ, fixed, -1, 0) == MAP_FAILED,
         "mmap unaligned");
    touch();

    /* A hint that is taken already. */
    void *p = mmap(at(a, 4), PAGE, PROT_READ, anon, -1, 0);
    must(p != MAP_FAILED && p != at(a, 4), "mmap with a hint");
    touch();
    must(munmap(p, PAGE) == 0, "munmap");
    p = mmap(at(a, 4), PAGE, PROT_READ, anon | MAP_FIXED_NOREPLACE, -1, 0);
    must(p != at(a, 4), "MAP_FIXED_NOREPLACE");
    if (p != MAP_FAILED) {
        must(munmap(p, PAGE) == 0, "munmap"); /* the flag was not known */
    }
    touch();

#if __SIZEOF_POINTER__ == 8 /* to QEMU nothing is a hole in 32 bits */
    /* The kernel changes what comes before the hole, then says ENOMEM. */
    map(a, 20, 8, rw, fixed, -1, 0, 'w');
    unmap(a, 24, 1);
    must(mprotect(at(a, 20), 8 * PAGE, PROT_READ) != 0, "mprotect of a hole");
    set(a, 20, 4, 'r');
    touch();
    must(mprotect(at(a, 22), 5 * PAGE, rw) != 0, "mprotect of a hole");
    set(a, 22, 2, 'w');
    touch();
    unmap(a, 20, 8); /* QEMU's /proc/self/maps would show it wrongly */
#endif
}

static void remaps(struct area *a)
{
    unsigned char *p;

    map(a, 30, 6, rw, fixed, -1, 0, 'w');
    unmap(a, 36, 4);
    p = mremap(at(a, 30), 6 * PAGE, 3 * PAGE, 0); /* shrinks */
    must(p == at(a, 30), "mremap that shrinks");
    set(a, 33, 3, 'n');
    touch();
    p = mremap(at(a, 30), 3 * PAGE, 5 * PAGE, 0); /* grows in place */
#if __SIZEOF_POINTER__ == 4 /* QEMU 10 has reserved the place itself */
    if (p == MAP_FAILED && errno == ENOMEM) {
        map(a, 33, 2, rw, fixed, -1, 0, 'w');
        p = at(a, 30);
    }
#endif
    must(p == at(a, 30), "mremap that grows");
    set(a, 33, 2, 'w');
    touch();
    map(a, 35, 1, PROT_READ, fixed, -1, 0, 'r');
    p = mremap(at(a, 30), 5 * PAGE, 7 * PAGE, 0); /* no room */
    must(p == MAP_FAILED, "mremap without room");
    touch();

    p = mremap(at(a, 31), 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
               at(a, 40)); /* the middle of a mapping */
    must(p == at(a, 40), "mremap that moves");
    set(a, 31, 2, 'n');
    set(a, 40, 2, 'w');
    touch();
    protect(a, 40, 2, PROT_READ, 'r');
    map(a, 42, 3, rw, fixed, -1, 0, 'w');
    p = mremap(at(a, 40), 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
               at(a, 43)); /* read-only over writable */
    must(p == at(a, 43), "mremap over a mapping");
    set(a, 40, 2, 'n');
    set(a, 43, 2, 'r');
    touch();
    map(a, 46, 4, rw, fixed, -1, 0, 'w');
    p = mremap(at(a, 46), 4 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
               at(a, 38)); /* moves and shrinks */
    must(p == at(a, 38), "mremap that moves and shrinks");
    set(a, 46, 4, 'n');
    set(a, 38, 2, 'w');
    touch();

    p = mremap(at(a, 33), 2 * PAGE, 6 * PAGE, MREMAP_MAYMOVE);
    must(p != MAP_FAILED && p != at(a, 33), "mremap to anywhere");
    set(a, 33, 2, 'n');
    new_area(p, 6, 'w');
    touch();

    map(a, 46, 2, rw, fixed, -1, 0, 'w');
    p = mremap(at(a, 46), 2 * PAGE, 2 * PAGE,
               MREMAP_MAYMOVE | MREMAP_DONTUNMAP);
    if (p != MAP_FAILED) {
        new_area(p, 2, 'w'); /* and the old place is still there ... */
#if __SIZEOF_POINTER__ == 4
        set(a, 46, 2, 'n'); /* ... but QEMU gives it back */
#endif
        touch();
        unmap(a, 46, 2); /* QEMU's /proc/self/maps would not show it */
    }
}

static void files(struct area *a)
{
    static const char zeros[PAGE];
    int writable = open("mappings.file", O_RDWR | O_CREAT | O_TRUNC, 0600);
    int readable = open("mappings.file", O_RDONLY);

    must(writable >= 0 && readable >= 0, "open");
    for (int i = 0; i < 4; i++) {
        must(write(writable, zeros, PAGE) == (ssize_t)PAGE, "write");
    }
    map(a, 50, 4, rw, MAP_SHARED, writable, 0, 'w');
    map(a, 51, 2, PROT_READ, MAP_SHARED, readable, 1, 'r');
    map(a, 52, 1, rw, MAP_PRIVATE, readable, 3, 'w');
    map(a, 53, 1, PROT_READ, MAP_PRIVATE, readable, 0, 'r');
    must(mmap(at(a, 50), PAGE, rw, MAP_SHARED | MAP_FIXED, readable, 0) ==
             MAP_FAILED,
         "mmap of a file open for reading");
    touch();
    must(mprotect(at(a, 51), PAGE, rw) != 0,
         "mprotect of a file open for reading");
    touch();
    protect(a, 53, 1, rw, 'w');
    protect(a, 50, 1, PROT_READ, 'r');
    new_area(mmap(NULL, 2 * PAGE, rw, MAP_SHARED, writable, PAGE), 2, 'w');
    close(readable);
    close(writable);
    must(unlink("mappings.file") == 0, "unlink");
    touch();
}

/* At an address at which every architecture lets shared memory be attached. */
static struct area *new_area_for_shared_memory(void)
{
    const size_t alignment = 256 << 10;
    unsigned char *p =
        mmap(NULL, 2 * alignment, PROT_NONE, anon | MAP_NORESERVE, -1, 0);

    must(p != MAP_FAILED, "mmap");
    p = (unsigned char *)(((uintptr_t)p + alignment - 1) & -alignment);
    return new_area(p, 4, 'n');
}

static void shared_memory(void)
{
    int id = shmget(IPC_PRIVATE, 3 * PAGE, IPC_CREAT | 0600);
    struct area *a = new_area_for_shared_memory();
    struct area *b = new_area_for_shared_memory();
    int remap = 0;

    must(id >= 0, "shmget");
    unsigned char *p = shmat(id, NULL, 0);
    must(p != (void *)-1, "shmat");
    struct area *first = new_area(p, 3, 'w');
    touch();
    unmap(a, 0, 4);
#if __SIZEOF_POINTER__ == 4
    remap = SHM_REMAP; /* QEMU has reserved it, and would say EINVAL */
#endif
    must(shmat(id, at(a, 0), SHM_RDONLY | remap) == at(a, 0),
         "shmat SHM_RDONLY");
    set(a, 0, 3, 'r');
    touch();
    map(b, 0, 3, PROT_READ, fixed, -1, 0, 'r');
    must(shmat(id, at(b, 0), SHM_REMAP) == at(b, 0), "shmat SHM_REMAP");
    set(b, 0, 3, 'w');
    touch();
    must(shmat(id, at(a, 0), 0) == (void *)-1, "shmat on a mapping");
    must(shmdt(p) == 0, "shmdt");
    set(first, 0, 3, 'n');
    touch();
    must(shmctl(id, IPC_RMID, NULL) == 0, "shmctl");
}

static void heap(void)
{
    unsigned char *p = sbrk(0);

    p = (unsigned char *)(((uintptr_t)p + PAGE - 1) & ~(PAGE - 1));
#if RELOCATED /* QEMU 10 may leave no room behind a static PIE */
    if (brk(p + 12 * PAGE) != 0 || brk(p) != 0) {
        say("no room for brk\n");
        touch();
        return;
    }
#endif
    must(brk(p + 4 * PAGE) == 0, "brk");
    struct area *area = new_area(p, 12, 'n');
    set(area, 0, 4, 'w');
    touch();
    must(brk(p + 2 * PAGE) == 0, "brk down");
    set(area, 2, 2, 'n');
    touch();
    must(brk(p + 2 * PAGE + 100) == 0, "brk by 100 bytes");
    set(area, 2, 1, 'w');
    touch();
    must(brk(p + 9 * PAGE) == 0, "brk up");
    set(area, 0, 9, 'w');
    touch();
    protect(area, 3, 2, PROT_READ, 'r');
    must(brk(p + 10 * PAGE) == 0, "brk up");
    set(area, 9, 1, 'w');
    touch();
}

static void say_maps(void)
{
    static char maps[256 << 10];
    size_t length = 0;
    ssize_t n;
    int fd = open("/proc/self/maps", O_RDONLY);

    must(fd >= 0, "open /proc/self/maps");
    while ((n = read(fd, maps + length, sizeof maps - length)) > 0) {
        length += (size_t)n;
    }
    must(n == 0 && length < sizeof maps, "read /proc/self/maps");
    say("maps\n");
    must(write(1, maps, length) == (ssize_t)length, "write");
}

int main(int argc, char **argv)
{
    use_threads = argc > 1 && strcmp(argv[1], "threads") == 0;
    is_quiet = argc > 1 && strcmp(argv[1], "quiet") == 0;
    free(malloc(1)); /* so that libc's heap is there before ours */

    struct area *a = new_area(
        mmap(NULL, AREA_PAGES * PAGE, PROT_NONE, anon | MAP_NORESERVE, -1, 0),
        AREA_PAGES, 'n');
    touch();
    plain_mappings(a);
    failing_calls(a);
    remaps(a);
    files(a);
    shared_memory();
    heap();
    struct area *down = new_area(
        mmap(NULL, 2 * PAGE, rw, anon | MAP_GROWSDOWN | MAP_STACK, -1, 0), 2,
        'w');
    touch();
    unmap(down, 0, 2);
    say_expected();
    if (argc == 1 || use_threads) {
        say_maps();
    }
    return 0;
}
