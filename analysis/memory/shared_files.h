/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shared_files.h - the files of which shared memory was mapped, each once.
 */
#ifndef SHARED_FILES_H
#define SHARED_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "key_map.h"

/**
 * struct shared_file - what tells a file from others
 * @device, @inode, @born: as the events of mappings have them
 * @is_segment: of System V, whose numbers are not those of other files of the
 *              same device
 * @origin: a number of it
 * @next: for shared_files.c
 */
struct shared_file {
    uint64_t device;
    uint64_t inode;
    uint64_t born;
    bool is_segment;
    uint32_t origin;
    uint32_t next;
};

/* All 0 is an empty list. */
struct shared_files {
    struct shared_file *list;
    size_t n, room;
    struct key_map by_hash; /* first with a hash; @next is the next one */
};

/**
 * shared_files_add() - a file was mapped
 * @origin: set to that of the first file that is the same, perhaps its own
 *
 * Return: 0, or MEMTRACE_ERR_NOMEM.
 */
int shared_files_add(struct shared_files *files, const struct shared_file *file,
                     uint32_t *origin);
void shared_files_free(struct shared_files *files);

#endif /* SHARED_FILES_H */
