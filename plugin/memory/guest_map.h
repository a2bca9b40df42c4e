/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest_map.h - the guest's mappings: keeps what the plugin knows of its
 * memory (pages.h, regions.h, file_roles.h) true, and tells the recorder.
 *
 * All functions but the first two are called under guest_map_lock(), by a
 * thread that has its slot.  The first translation, when there is one thread,
 * calls them without it.
 */
#ifndef PLUGIN_GUEST_MAP_H
#define PLUGIN_GUEST_MAP_H

#include <stdint.h>

#include "mapped_file.h"

/**
 * guest_map_lock() - nobody else changes the map until guest_map_unlock()
 *
 * Held over a whole system call that maps or forks: changes are applied in the
 * order in which the kernel made them, and a fork never copies a map in the
 * middle of one.  QEMU makes these calls one after another as well.
 */
void guest_map_lock(void);
void guest_map_unlock(void);

/**
 * guest_map_after_fork() - in the child: the lock is held by this thread, for
 * it made the fork under the lock, and by nobody else
 *
 * For process_on_fork().
 */
void guest_map_after_fork(void);

/**
 * guest_map_add() - memory is mapped
 * @vaddr, @size: in bytes; every page with a byte in the range is meant
 * @prot: PROT_ bits
 * @flags: MAP_ bits of the host; neither MAP_SHARED nor MAP_PRIVATE of what
 *         QEMU mapped before the first instruction
 * @offset: in the file
 * @file: its path, "" for none, or "[...]" for what the memory is
 * @which: the file, or NULL where it is none or not known
 */
void guest_map_add(uint64_t vaddr, uint64_t size, int prot, int flags,
                   uint64_t offset, const char *file,
                   const struct mapped_file *which);
void guest_map_remove(uint64_t vaddr, uint64_t size);
void guest_map_protect(uint64_t vaddr, uint64_t size, int prot);

/**
 * guest_map_find_copies() - anonymous memory may be executed now
 * @prot: PROT_ bits that it has
 *
 * Where it took the place of a file's code, and is a copy of that
 * (copied_code.h), the file is as good as mapped.
 */
void guest_map_find_copies(uint64_t vaddr, uint64_t size, int prot);

/**
 * guest_map_resync() - a call may have changed a part of a range: see what the
 * kernel has there now
 */
void guest_map_resync(uint64_t vaddr, uint64_t size);

/** guest_map_guess_brk() - where the heap will start, if no brk(0) tells. */
void guest_map_guess_brk(uint64_t vaddr);

/**
 * guest_map_set_brk() - the guest has called brk
 * @argument, @result: the call's
 */
void guest_map_set_brk(uint64_t argument, uint64_t result);

#endif /* PLUGIN_GUEST_MAP_H */
