/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * naive.c - the tracer one writes first: one mutex, one hash table of the
 * guest's writable pages kept from its system calls, one fprintf an access.
 * to=FILE gets the text, and after it the number of lines.
 *
 * Here to be measured, not to be used: it loses its last lines when the guest
 * is killed, calls reused vCPU numbers threads and knows no fork.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>

#include "plugin_api.h"

PLUGIN_ANSWER_VERSION

#define PAGE_SHIFT 12
#define N_BUCKETS 65536u
#define MAX_VCPUS 65536u
#define PROT_WRITE_BIT 2

struct page {
    struct page *next;
    uint64_t number;
    bool is_writable;
};

/* System calls that change what is writable. */
struct numbers {
    const char *target;
    int mmap, mprotect, munmap, brk, mremap;
};

static const struct numbers all_numbers[] = {
    {"x86_64", 9, 10, 11, 12, 25},
    {"aarch64", 222, 226, 215, 214, 216},
};

/* What a vCPU's system call in progress was called with. */
struct call {
    uint64_t args[3];
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct page *buckets[N_BUCKETS]; /* by mutex */
static FILE *file;                      /* by mutex */
static uint64_t n_lines;                /* by mutex */
static uint64_t last_brk;               /* by mutex */
static struct call calls[MAX_VCPUS];
static const struct numbers *numbers;

static struct page *find_page_locked(uint64_t number)
{
    struct page *page = buckets[number % N_BUCKETS];

    while (page && page->number != number) {
        page = page->next;
    }
    return page;
}

static void set_range_locked(uint64_t vaddr, uint64_t size, bool is_writable)
{
    uint64_t first = vaddr >> PAGE_SHIFT;
    uint64_t end = (vaddr + size + (1u << PAGE_SHIFT) - 1) >> PAGE_SHIFT;

    for (uint64_t number = first; number < end; number++) {
        struct page *page = find_page_locked(number);

        if (!page && is_writable) {
            page = calloc(1, sizeof(*page));
            if (!page) {
                return;
            }
            page->number = number;
            page->next = buckets[number % N_BUCKETS];
            buckets[number % N_BUCKETS] = page;
        }
        if (page) {
            page->is_writable = is_writable;
        }
    }
}

static void on_access(unsigned vcpu_index, uint32_t info, uint64_t vaddr,
                      void *udata)
{
    struct page *page;

    (void)udata;
    pthread_mutex_lock(&mutex);
    page = find_page_locked(vaddr >> PAGE_SHIFT);
    if (page && page->is_writable) {
        fprintf(file, "T%u %c 0x%016" PRIx64 " %u\n", vcpu_index,
                qemu_plugin_mem_is_store(info) ? 'W' : 'R', vaddr,
                1u << qemu_plugin_mem_size_shift(info));
        n_lines++;
    }
    pthread_mutex_unlock(&mutex);
}

static void on_syscall(uint64_t id, unsigned vcpu_index, int64_t number,
                       uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4,
                       uint64_t a5, uint64_t a6, uint64_t a7, uint64_t a8)
{
    struct call *call = &calls[vcpu_index % MAX_VCPUS];

    (void)id;
    (void)number;
    (void)a4;
    (void)a5;
    (void)a6;
    (void)a7;
    (void)a8;
    call->args[0] = a1;
    call->args[1] = a2;
    call->args[2] = a3;
}

static void on_syscall_return(uint64_t id, unsigned vcpu_index, int64_t number,
                              int64_t result)
{
    const uint64_t *args = calls[vcpu_index % MAX_VCPUS].args;

    (void)id;
    if (result < 0 && result > -4096) {
        return;
    }
    pthread_mutex_lock(&mutex);
    if (number == numbers->mmap) {
        set_range_locked(result, args[1], args[2] & PROT_WRITE_BIT);
    } else if (number == numbers->mprotect) {
        set_range_locked(args[0], args[1], args[2] & PROT_WRITE_BIT);
    } else if (number == numbers->munmap) {
        set_range_locked(args[0], args[1], false);
    } else if (number == numbers->mremap) {
        set_range_locked(args[0], args[1], false);
        set_range_locked(result, args[2], true);
    } else if (number == numbers->brk) {
        if (last_brk && (uint64_t)result > last_brk) {
            set_range_locked(last_brk, result - last_brk, true);
        }
        last_brk = result;
    }
    pthread_mutex_unlock(&mutex);
}

/* What QEMU mapped itself: image, loader, stack.  Guest and host agree. */
static void read_maps_locked(void)
{
    uint64_t from, to;
    char line[512], writable;
    FILE *maps = fopen("/proc/self/maps", "r");

    if (!maps) {
        return;
    }
    while (fgets(line, sizeof(line), maps)) {
        /* QEMU's reservations are large and not the guest's. */
        if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*c%c", &from, &to,
                   &writable) == 3 &&
            writable == 'w' && to - from < 64u << 20) {
            set_range_locked(from, to - from, true);
        }
    }
    fclose(maps);
}

/* The image is mapped by the first translation, not yet by the first vCPU. */
static void on_block(uint64_t id, struct qemu_plugin_tb *tb)
{
    static bool is_started; /* by mutex */

    (void)id;
    pthread_mutex_lock(&mutex);
    if (!is_started) {
        is_started = true;
        read_maps_locked();
    }
    pthread_mutex_unlock(&mutex);
    plugin_watch_block(tb, on_access);
}

static void on_exit_of_guest(uint64_t id, void *udata)
{
    (void)id;
    (void)udata;
    pthread_mutex_lock(&mutex);
    fprintf(file, "%" PRIu64 "\n", n_lines);
    fflush(file);
    pthread_mutex_unlock(&mutex);
}

int qemu_plugin_install(uint64_t id, const struct qemu_plugin_info *info,
                        int argc, char **argv)
{
    const char *path = plugin_option(argc, argv, "to=");

    for (size_t i = 0; i < sizeof(all_numbers) / sizeof(all_numbers[0]); i++) {
        if (strcmp(info->target_name, all_numbers[i].target) == 0) {
            numbers = &all_numbers[i];
        }
    }
    if (!numbers || !path || !(file = fopen(path, "w"))) {
        fprintf(stderr, "naive: needs to=FILE, x86_64 or aarch64\n");
        return 1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_block);
    qemu_plugin_register_vcpu_syscall_cb(id, on_syscall);
    qemu_plugin_register_vcpu_syscall_ret_cb(id, on_syscall_return);
    qemu_plugin_register_atexit_cb(id, on_exit_of_guest, NULL);
    return 0;
}
