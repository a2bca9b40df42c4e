/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * map_calls.c - system calls that change the guest's mappings.
 */
#include "map_calls.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

#include "call_args.h"
#include "guest_memory.h"
#include "pages.h"
#include "places.h"
#include "proc_maps.h"
#include "plugin_recording.h"
#include "regions.h"

#define GUEST_MREMAP_DONTUNMAP 4
#define GUEST_SHM_RDONLY 010000
#define FILE_NAME_BYTES 1024

/*
 * Guards the map of writable pages and all below.  Held over a whole system
 * call: QEMU makes them one after another as well.
 */
static pthread_mutex_t map_lock = PTHREAD_MUTEX_INITIALIZER;

static uint64_t brk_end;  /* where the heap's mapped pages end */
static bool brk_is_known; /* from the guest's own brk(0), not guessed */

/* Attached shared memory: shmdt names the address alone. */
static struct attachment {
    uint64_t vaddr;
    uint64_t size;
} * attachments;
static size_t n_attachments;

static uint64_t page_up(uint64_t n)
{
    return (n + PAGE_BYTES - 1) & -PAGE_BYTES;
}

void mappings_guess_brk(uint64_t vaddr)
{
    brk_end = page_up(vaddr);
}

static void tell(enum channel_message type, const uint64_t *args, unsigned n,
                 const char *text)
{
    producer_message(plugin_recording.channel, plugin_thread.slot, type, args,
                     n, text, strlen(text));
}

void mappings_add(uint64_t vaddr, uint64_t size, int prot, int flags,
                  uint64_t offset, const char *file)
{
    uint64_t args[] = {vaddr, page_up(size), prot, flags, offset};

    regions_map(vaddr, size, prot, flags, file);
    pages_set(vaddr, size, (prot & PROT_WRITE) != 0);
    places_map(vaddr, page_up(size), prot, offset, file);
    tell(CHANNEL_MESSAGE_MAP, args, 5, file);
}

static void remove_range(uint64_t vaddr, uint64_t size)
{
    uint64_t args[] = {vaddr, page_up(size)};

    regions_unmap(vaddr, size);
    pages_set(vaddr, size, false);
    places_unmap(vaddr, page_up(size));
    tell(CHANNEL_MESSAGE_UNMAP, args, 2, "");
}

static void protect_range(uint64_t vaddr, uint64_t size, int prot)
{
    uint64_t args[] = {vaddr, page_up(size), prot};

    pages_set(vaddr, size, (prot & PROT_WRITE) != 0);
    tell(CHANNEL_MESSAGE_PROTECT, args, 3, "");
}

/* The path behind a descriptor: the guest's are QEMU's. */
static void name_of_descriptor(int fd, char *name, size_t size)
{
    char link[64];
    ssize_t n;

    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    n = readlink(link, name, size - 1);
    name[n > 0 ? n : 0] = '\0';
}

static int host_map_flags(int flags)
{
    int anonymous = plugin_recording.guest->map_anonymous;

    return (flags & anonymous) != 0 ? (flags & ~anonymous) | MAP_ANONYMOUS
                                    : flags;
}

static void after_mmap(const uint64_t *args, uint64_t vaddr)
{
    char name[FILE_NAME_BYTES] = "";
    int flags = host_map_flags(args[3]);

    if (!(flags & MAP_ANONYMOUS)) {
        name_of_descriptor(args[4], name, sizeof(name));
    }
    mappings_add(vaddr, args[1], args[2], flags, args[5], name);
}

/*
 * A call that failed may have changed a part of its range: see what the
 * kernel has there now.
 */
static void resync(uint64_t vaddr, uint64_t size)
{
    uint64_t base = plugin_recording.guest_base;
    uint64_t end = vaddr + page_up(size);
    struct proc_maps maps;

    if (end < vaddr || proc_maps_read(&maps) != 0) {
        return;
    }
    for (size_t i = 0; i < maps.n; i++) {
        uint64_t from = maps.list[i].start - base;
        uint64_t to = maps.list[i].end - base;

        if (maps.list[i].start < base || to <= vaddr || from >= end) {
            continue;
        }
        from = from < vaddr ? vaddr : from;
        to = to > end ? end : to;
        protect_range(from, to - from, maps.list[i].prot);
    }
    proc_maps_free(&maps);
}

static bool is_mapped(uint64_t vaddr)
{
    uint8_t byte;

    return guest_memory_read(vaddr, &byte, 1);
}

/*
 * The heap grows page by page.  Whether it shrinks depends on QEMU: 7.2
 * keeps the pages mapped, later ones do not; so ask the kernel.
 */
static void after_brk(uint64_t argument, uint64_t result)
{
    uint64_t end = page_up(result);

    if (argument == 0) {
        if (!brk_is_known) {
            brk_end = end;
        }
        brk_is_known = true;
        return;
    }
    brk_is_known = true;
    if (end > brk_end) {
        mappings_add(brk_end, end - brk_end, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, 0, "[heap]");
        brk_end = end;
    } else if (end < brk_end && !is_mapped(end)) {
        remove_range(end, brk_end - end);
        brk_end = end;
    }
}

static void after_mremap(const uint64_t *args, uint64_t vaddr)
{
    uint64_t old = args[0];
    uint64_t old_size = page_up(args[1]);
    uint64_t size = page_up(args[2]);
    int prot = PROT_READ | (pages_are_writable(old) ? PROT_WRITE : 0);

    if (vaddr == old && size <= old_size) {
        remove_range(old + size, old_size - size);
        return;
    }
    if (vaddr == old) {
        mappings_add(old + old_size, size - old_size, prot, MAP_ANONYMOUS, 0,
                     "");
        return;
    }
    if (args[3] & GUEST_MREMAP_DONTUNMAP) {
        resync(old, old_size); /* of 32-bit guests QEMU unmaps it */
    } else if (old_size != 0) {
        remove_range(old, old_size);
    }
    mappings_add(vaddr, size, prot, MAP_ANONYMOUS, 0, "");
}

static void after_shmat(const uint64_t *args, uint64_t vaddr)
{
    int prot = args[2] & GUEST_SHM_RDONLY ? PROT_READ : PROT_READ | PROT_WRITE;
    struct attachment *more;
    struct shmid_ds ds;

    if (shmctl(args[0], IPC_STAT, &ds) != 0) {
        return;
    }
    mappings_add(vaddr, ds.shm_segsz, prot, MAP_SHARED, 0, "[shm]");
    more = realloc(attachments, (n_attachments + 1) * sizeof(*attachments));
    if (more != NULL) {
        attachments = more;
        attachments[n_attachments++] =
            (struct attachment){vaddr, page_up(ds.shm_segsz)};
    }
}

static void after_shmdt(uint64_t vaddr)
{
    for (size_t i = 0; i < n_attachments; i++) {
        if (attachments[i].vaddr == vaddr) {
            remove_range(vaddr, attachments[i].size);
            attachments[i] = attachments[--n_attachments];
            return;
        }
    }
}

/* fork copies the map: no change may be half done. */
bool mappings_concern(const struct plugin_thread *thread)
{
    return (thread->plain->does & (CALL_MAPS | CALL_CLONES)) != 0;
}

void mappings_enter(const struct plugin_thread *thread)
{
    pthread_mutex_lock(&map_lock);
    if (thread->kind == GUEST_CALL_CLONE) {
        regions_clone(thread);
    }
}

static void apply(const struct plugin_thread *thread, int64_t returned)
{
    const uint64_t *args = thread->args;
    bool failed = returned < 0 && returned > -4096;
    uint64_t result = call_args_word(returned);

    switch (thread->kind) {
    case GUEST_CALL_BRK:
        after_brk(args[0], result);
        break;
    case GUEST_CALL_MPROTECT:
        if (failed) {
            resync(args[0], args[1]);
        } else if (args[1] != 0) {
            protect_range(args[0], args[1], args[2]);
        }
        break;
    case GUEST_CALL_MMAP:
        if (!failed) {
            after_mmap(args, result);
        }
        break;
    case GUEST_CALL_MUNMAP:
        if (!failed && args[1] != 0) {
            remove_range(args[0], args[1]);
        }
        break;
    case GUEST_CALL_MREMAP:
        if (!failed) {
            after_mremap(args, result);
        }
        break;
    case GUEST_CALL_SHMAT:
        if (!failed) {
            after_shmat(args, result);
        }
        break;
    case GUEST_CALL_SHMDT:
        if (!failed) {
            after_shmdt(args[0]);
        }
        break;
    default:
        break;
    }
}

void mappings_leave(const struct plugin_thread *thread, int64_t result)
{
    apply(thread, result);
    pthread_mutex_unlock(&map_lock);
}

void mappings_after_fork(void)
{
    /*
     * The fork was made under the lock, by the thread that is now the child:
     * mappings_leave() will release it.
     */
    pthread_mutex_init(&map_lock, NULL);
    pthread_mutex_lock(&map_lock);
}
