/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guest_map.c - see guest_map.h. */
#include "guest_map.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "check.h"
#include "copied_code.h"
#include "guest_memory.h"
#include "pages.h"
#include "file_roles.h"
#include "plugin_recording.h"
#include "proc_maps.h"
#include "regions.h"
#include "thread.h"

/* Guards the map of writable pages, regions.c, and what follows. */
static pthread_mutex_t map_lock = PTHREAD_MUTEX_INITIALIZER;

static uint64_t brk_end;  /* where the heap's mapped pages end */
static bool brk_is_known; /* from the guest's own brk(0), not guessed */

void guest_map_lock(void)
{
    pthread_mutex_lock(&map_lock);
}

void guest_map_unlock(void)
{
    pthread_mutex_unlock(&map_lock);
}

void guest_map_after_fork(void)
{
    pthread_mutex_init(&map_lock, NULL);
    pthread_mutex_lock(&map_lock);
}

static uint64_t page_up(uint64_t n)
{
    return (n + PAGE_BYTES - 1) & -PAGE_BYTES;
}

static void tell(enum channel_message type, const uint64_t *args, unsigned n,
                 const char *text)
{
    producer_message(plugin_recording.channel, plugin_thread.slot, type, args,
                     n, text, strlen(text));
}

/* What QEMU mapped is executable for the guest alone: nothing tells. */
static bool may_be_code(int prot, int flags)
{
    return (prot & PROT_EXEC) || !(flags & (MAP_SHARED | MAP_PRIVATE));
}

void guest_map_add(uint64_t vaddr, uint64_t size, int prot, int flags,
                   uint64_t offset, const char *file,
                   const struct mapped_file *which)
{
    static const struct mapped_file unknown;
    const struct mapped_file *is = which != NULL ? which : &unknown;
    uint64_t args[] = {vaddr,  page_up(size), prot,      flags,
                       offset, is->device,    is->inode, is->born};

    check(thread_is_known(), "who changes the map has a slot");
    regions_map(vaddr, size, prot, flags, file);
    pages_set(vaddr, size, (prot & PROT_WRITE) != 0);
    file_roles_map(vaddr, page_up(size), prot, offset, file);
    copied_code_unmap(vaddr, page_up(size));
    if (file[0] == '/' && may_be_code(prot, flags)) {
        copied_code_map(vaddr, page_up(size), offset, file);
    }
    tell(CHANNEL_MESSAGE_MAP, args, 8, file);
}

void guest_map_remove(uint64_t vaddr, uint64_t size)
{
    uint64_t args[] = {vaddr, page_up(size)};

    regions_unmap(vaddr, size);
    pages_set(vaddr, size, false);
    file_roles_unmap(vaddr, page_up(size));
    copied_code_unmap(vaddr, page_up(size));
    copied_code_forget(vaddr, page_up(size));
    tell(CHANNEL_MESSAGE_UNMAP, args, 2, "");
}

/* As if the file was mapped there, which it is as far as anyone can see. */
static void add_copy(uint64_t vaddr, uint64_t size, int prot, uint64_t offset,
                     const char *file)
{
    guest_map_add(vaddr, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, offset, file,
                  NULL);
}

void guest_map_find_copies(uint64_t vaddr, uint64_t size, int prot)
{
    copied_code_each(vaddr, page_up(size), prot, add_copy);
}

void guest_map_protect(uint64_t vaddr, uint64_t size, int prot)
{
    uint64_t args[] = {vaddr, page_up(size), prot};

    pages_set(vaddr, size, (prot & PROT_WRITE) != 0);
    tell(CHANNEL_MESSAGE_PROTECT, args, 3, "");
}

void guest_map_resync(uint64_t vaddr, uint64_t size)
{
    uint64_t end = vaddr + page_up(size);
    struct proc_maps maps;

    if (end < vaddr) {
        return;
    }
    if (proc_maps_read(&maps) != 0) {
        plugin_recording_stop(CHANNEL_STOP_MAPPINGS, errno);
        return;
    }
    for (size_t i = 0; i < maps.n; i++) {
        uint64_t from = maps.list[i].start - guest_base;
        uint64_t to = maps.list[i].end - guest_base;

        if (maps.list[i].start < guest_base || to <= vaddr || from >= end) {
            continue;
        }
        from = from < vaddr ? vaddr : from;
        to = to > end ? end : to;
        guest_map_protect(from, to - from, maps.list[i].prot);
    }
    proc_maps_free(&maps);
}

static bool is_mapped(uint64_t vaddr)
{
    uint8_t byte;

    return guest_memory_read(vaddr, &byte, 1);
}

void guest_map_guess_brk(uint64_t vaddr)
{
    brk_end = page_up(vaddr);
}

/*
 * The heap grows page by page.  Whether it shrinks depends on QEMU: 7.2
 * keeps the pages mapped, later ones do not; so ask the kernel.
 */
void guest_map_set_brk(uint64_t argument, uint64_t result)
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
        guest_map_add(brk_end, end - brk_end, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, 0, "[heap]", NULL);
        brk_end = end;
    } else if (end < brk_end && !is_mapped(end)) {
        guest_map_remove(end, brk_end - end);
        brk_end = end;
    }
}
