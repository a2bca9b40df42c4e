/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shared_files.c - see shared_files.h. */
#include "shared_files.h"

#include <stdlib.h>

#include "array.h"
#include "hash64.h"
#include "memtrace.h"

static uint64_t hash_of(const struct shared_file *file)
{
    uint64_t hash = hash64(file->device) ^ file->inode;

    hash = hash64(hash ^ hash >> 32) ^ file->born;
    return hash64(hash ^ hash >> 32) ^ file->is_segment;
}

static bool is_same(const struct shared_file *file,
                    const struct shared_file *other)
{
    return file->device == other->device && file->inode == other->inode &&
           file->born == other->born && file->is_segment == other->is_segment;
}

/* The last one with a hash, or the one that is the same. */
static struct shared_file *find(const struct shared_files *files, uint32_t i,
                                const struct shared_file *file)
{
    while (!is_same(&files->list[i], file) &&
           files->list[i].next != KEY_MAP_NONE) {
        i = files->list[i].next;
    }
    return &files->list[i];
}

int shared_files_add(struct shared_files *files, const struct shared_file *file,
                     uint32_t *origin)
{
    uint32_t number = (uint32_t)files->n;
    uint32_t first = key_map_add(&files->by_hash, hash_of(file), number);
    struct shared_file *added;

    if (first == KEY_MAP_NONE) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (first != number) {
        struct shared_file *found = find(files, first, file);

        if (is_same(found, file)) {
            *origin = found->origin;
            return 0;
        }
        found->next = number;
    }
    added = array_add(files->list, files->n, files->room);
    if (!added) {
        return MEMTRACE_ERR_NOMEM; /* no more of it is asked */
    }
    *added = *file;
    added->next = KEY_MAP_NONE;
    *origin = file->origin;
    return 0;
}

void shared_files_free(struct shared_files *files)
{
    free(files->list);
    key_map_free(&files->by_hash);
}
