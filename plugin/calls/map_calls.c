/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * map_calls.c - what each system call that changes mappings has changed.
 */
#include "map_calls.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

#include "array.h"
#include "call_args.h"
#include "copied_code.h"
#include "file_notes.h"
#include "guest_map.h"
#include "guest_memory.h"
#include "pages.h"
#include "plugin_recording.h"
#include "regions.h"

#define GUEST_CLONE_VM 0x100
#define GUEST_MREMAP_FIXED 2
#define GUEST_MREMAP_DONTUNMAP 4
#define GUEST_SHM_RDONLY 010000

/*
 * Attached shared memory: shmdt names the address alone.  Under the lock of
 * guest_map.h.
 */
static struct attachment {
    uint64_t vaddr;
    uint64_t size;
} * attachments;
static size_t n_attachments;
static size_t attachments_room;

static uint64_t page_up(uint64_t n)
{
    return (n + PAGE_BYTES - 1) & -PAGE_BYTES;
}

/*
 * The path behind a descriptor: the guest's are QEMU's.  It is "" where the
 * descriptor was closed meanwhile, or /proc is out of reach: no harm, unless
 * what is recorded depends on it.
 */
static void name_of_descriptor(int fd, char name[PATH_MAX])
{
    const struct selection *selection = &plugin_recording.selection;
    char link[64];
    ssize_t n;

    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    n = readlink(link, name, PATH_MAX - 1);
    if (n < 0 && (selection->roles != 0 || selection->regions != 0)) {
        plugin_recording_stop(CHANNEL_STOP_FILE_NAME, errno);
    }
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
    char name[PATH_MAX] = "";
    int flags = host_map_flags(args[3]);
    struct mapped_file file = {0};

    if (!(flags & MAP_ANONYMOUS)) {
        name_of_descriptor(args[4], name);
        file_notes_add((int)args[4], name);
        file = mapped_file_of((int)args[4]);
    }
    guest_map_add(vaddr, args[1], args[2], flags, args[5], name, &file);
}

static void after_mremap(const uint64_t *args, uint64_t vaddr)
{
    uint64_t old = args[0];
    uint64_t old_size = page_up(args[1]);
    uint64_t size = page_up(args[2]);
    int prot = PROT_READ | (pages_are_writable(old) ? PROT_WRITE : 0);

    if (vaddr == old && size <= old_size) {
        guest_map_remove(old + size, old_size - size);
        return;
    }
    if (vaddr == old) {
        guest_map_add(old + old_size, size - old_size, prot, MAP_ANONYMOUS, 0,
                      "", NULL);
        return;
    }
    copied_code_move(old, old_size < size ? old_size : size, vaddr);
    if (args[3] & GUEST_MREMAP_DONTUNMAP) {
        guest_map_resync(old, old_size); /* of 32-bit guests QEMU unmaps it */
    } else if (old_size != 0) {
        guest_map_remove(old, old_size);
    }
    guest_map_add(vaddr, size, prot, MAP_ANONYMOUS, 0, "", NULL);
    guest_map_find_copies(vaddr, size, prot | PROT_EXEC);
}

static void after_shmat(const uint64_t *args, uint64_t vaddr)
{
    int prot = args[2] & GUEST_SHM_RDONLY ? PROT_READ : PROT_READ | PROT_WRITE;
    struct attachment *attachment;
    struct mapped_file segment;
    struct shmid_ds ds;

    if (shmctl(args[0], IPC_STAT, &ds) != 0) {
        plugin_recording_stop(CHANNEL_STOP_SHARED_MEMORY, errno);
        return;
    }
    segment = mapped_file_attached(vaddr + guest_base);
    guest_map_add(vaddr, ds.shm_segsz, prot, MAP_SHARED, 0, "[shm]", &segment);
    attachment = array_add(attachments, n_attachments, attachments_room);
    if (attachment == NULL) {
        plugin_recording_stop(CHANNEL_STOP_MEMORY, 0);
        return;
    }
    *attachment = (struct attachment){vaddr, page_up(ds.shm_segsz)};
}

static void after_shmdt(uint64_t vaddr)
{
    for (size_t i = 0; i < n_attachments; i++) {
        if (attachments[i].vaddr == vaddr) {
            guest_map_remove(vaddr, attachments[i].size);
            attachments[i] = attachments[--n_attachments];
            return;
        }
    }
}

/* fork copies the map: no change may be half done. */
bool map_calls_concern(const struct current_call *current)
{
    return (current->plain->does & (CALL_MAPS | CALL_CLONES)) != 0;
}

/* A thread may be started: where its stack is. */
static void note_stack(const struct current_call *current)
{
    struct guest_clone clone;

    guest_clone_read(plugin_recording.guest, current->args, &clone);
    if ((clone.flags & GUEST_CLONE_VM) && clone.stack != 0) {
        regions_set_stack(&clone);
    }
}

/* Code may be replaced by a copy of it. */
static void note_replaced(const struct current_call *current)
{
    const uint64_t *args = current->args;

    if (current->kind == GUEST_CALL_MMAP && (args[3] & MAP_FIXED) &&
        (host_map_flags((int)args[3]) & MAP_ANONYMOUS)) {
        copied_code_replace(args[0], page_up(args[1]));
    } else if (current->kind == GUEST_CALL_MREMAP &&
               (args[3] & GUEST_MREMAP_FIXED)) {
        copied_code_replace(args[4], page_up(args[2]));
    }
}

void map_calls_enter(const struct current_call *current)
{
    guest_map_lock();
    if (current->kind == GUEST_CALL_CLONE) {
        note_stack(current);
    }
    note_replaced(current);
}

static void apply(const struct current_call *current, int64_t returned)
{
    const uint64_t *args = current->args;
    bool failed = returned < 0 && returned > -4096;
    uint64_t result = call_args_word(returned);

    switch (current->kind) {
    case GUEST_CALL_BRK:
        guest_map_set_brk(args[0], result);
        break;
    case GUEST_CALL_MPROTECT:
        if (failed) {
            guest_map_resync(args[0], args[1]);
        } else if (args[1] != 0) {
            guest_map_protect(args[0], args[1], args[2]);
            if (args[2] & PROT_EXEC) {
                guest_map_find_copies(args[0], args[1], (int)args[2]);
            }
        }
        break;
    case GUEST_CALL_MMAP:
        if (!failed) {
            after_mmap(args, result);
        }
        break;
    case GUEST_CALL_MUNMAP:
        if (!failed && args[1] != 0) {
            guest_map_remove(args[0], args[1]);
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

void map_calls_leave(const struct current_call *current, int64_t result)
{
    apply(current, result);
    guest_map_unlock();
}
