/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * file_roles.c - see file_roles.h.
 *
 * The recorder is asked for a file once: when it is mapped as code or as data
 * that may have a role, or else when an instruction of it is translated.
 */
#include "file_roles.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "addresses.h"
#include "array.h"
#include "check.h"
#include "guest_memory.h"
#include "lower_bound.h"
#include "plugin_recording.h"

struct file {
    struct file *next;
    struct lookup_range *ranges; /* by role, then start */
    size_t n_ranges;
    bool is_asked;
    char name[];
};

struct mapping {
    uint64_t start;
    uint64_t end;
    uint64_t offset;
    struct file *file;
};

/*
 * Guards what follows.  Taken while a block is translated, or under the lock
 * of guest_map.c: at neither does the guest fork.
 */
static pthread_mutex_t file_roles_lock = PTHREAD_MUTEX_INITIALIZER;
static struct file *files;
static struct mapping *mappings; /* none overlaps another */
static size_t n_mappings;
static size_t mappings_room;
static struct range *data; /* addresses of LOOKUP_DATA that are mapped */
static size_t n_data;
static size_t data_room;

static bool are_used(void)
{
    return plugin_recording.selection.roles != 0;
}

/* Return: NULL where there is no memory, and recording has stopped. */
static struct file *find_file(const char *name)
{
    size_t size = strlen(name) + 1;
    struct file *file = files;

    while (file != NULL && strcmp(file->name, name) != 0) {
        file = file->next;
    }
    if (file != NULL) {
        return file;
    }
    file = calloc(1, sizeof(*file) + size);
    if (file == NULL) {
        plugin_recording_stop(CHANNEL_STOP_MEMORY, 0);
        return NULL;
    }
    memcpy(file->name, name, size);
    file->next = files;
    files = file;
    return file;
}

static void ask(struct file *file)
{
    if (!file->is_asked) {
        file->is_asked = true;
        file->n_ranges =
            lookup_ask(plugin_recording.channel, file->name, &file->ranges);
    }
}

/* For a check(), which is not there inside QEMU. */
__attribute__((unused)) static bool overlaps_none(const struct mapping *mapping)
{
    for (size_t i = 0; i < n_mappings; i++) {
        if (mapping->start < mappings[i].end &&
            mappings[i].start < mapping->end) {
            return false;
        }
    }
    return true;
}

static void append(const struct mapping *mapping)
{
    struct mapping *last;

    check(mapping->start < mapping->end, "a mapping is not empty");
    check(overlaps_none(mapping), "no mapping overlaps another");
    last = array_add(mappings, n_mappings, mappings_room);
    if (last == NULL) {
        plugin_recording_stop(CHANNEL_STOP_MEMORY, 0);
        return;
    }
    *last = *mapping;
}

/* Unmap a range: of a mapping around it, both ends are left. */
static void cut(uint64_t start, uint64_t end)
{
    for (size_t i = 0; i < n_mappings;) {
        struct mapping *mapping = &mappings[i];
        struct mapping rest = *mapping;

        if (mapping->start >= end || mapping->end <= start) {
            i++;
        } else if (mapping->start < start) {
            mapping->end = start;
            rest.offset += end - rest.start;
            rest.start = end;
            if (rest.end > end) {
                append(&rest);
            }
            i++;
        } else if (mapping->end > end) {
            mapping->offset += end - mapping->start;
            mapping->start = end;
            i++;
        } else {
            *mapping = mappings[--n_mappings];
        }
    }
}

/* Data of a library that is closed is no data any more. */
static void drop_data(uint64_t start, uint64_t end)
{
    size_t n = 0;

    for (size_t i = 0; i < n_data; i++) {
        if (data[i].first >= end || data[i].last < start) {
            data[n++] = data[i];
        }
    }
    if (n != n_data) {
        n_data = n;
        addresses_set(data, n_data);
    }
}

static void put_data(uint64_t first, uint64_t last)
{
    struct range *range = array_add(data, n_data, data_room);

    if (range == NULL) {
        plugin_recording_stop(CHANNEL_STOP_MEMORY, 0);
        return;
    }
    *range = (struct range){first, last};
}

/*
 * The ranges of the role that have a segment which begins in the mapping: the
 * memory of such a segment goes on behind what is in the file.
 */
static void add_data(const struct mapping *mapping)
{
    const struct file *file = mapping->file;
    uint64_t end = mapping->offset + (mapping->end - mapping->start);

    for (size_t i = 0; i < file->n_ranges; i++) {
        const struct lookup_range *range = &file->ranges[i];

        if (range->role == LOOKUP_DATA && range->start < range->end &&
            range->segment >= mapping->offset && range->segment < end) {
            uint64_t first = mapping->start + (range->start - mapping->offset);

            put_data(first, first + (range->end - range->start) - 1);
        }
    }
    addresses_set(data, n_data);
}

void file_roles_map(uint64_t vaddr, uint64_t size, int prot, uint64_t offset,
                    const char *file)
{
    uint32_t roles = plugin_recording.selection.roles;
    bool is_data = (prot & PROT_WRITE) && (roles & LOOKUP_BIT(LOOKUP_DATA));
    struct mapping mapping = {vaddr, vaddr + size, offset, NULL};

    if (!are_used() || size == 0 || mapping.end < vaddr) {
        return;
    }
    pthread_mutex_lock(&file_roles_lock);
    cut(mapping.start, mapping.end);
    mapping.file = *file == '/' ? find_file(file) : NULL;
    if (mapping.file != NULL) {
        /* Memory of no file is mapped over a segment's end: it stays. */
        drop_data(mapping.start, mapping.end);
        append(&mapping);
        if ((prot & PROT_EXEC) || is_data) {
            ask(mapping.file);
        }
        if (is_data) {
            add_data(&mapping);
        }
    }
    pthread_mutex_unlock(&file_roles_lock);
}

void file_roles_unmap(uint64_t vaddr, uint64_t size)
{
    if (are_used() && vaddr + size > vaddr) {
        pthread_mutex_lock(&file_roles_lock);
        cut(vaddr, vaddr + size);
        drop_data(vaddr, vaddr + size);
        pthread_mutex_unlock(&file_roles_lock);
    }
}

static const struct mapping *find_mapping_locked(uint64_t vaddr)
{
    for (size_t i = 0; i < n_mappings; i++) {
        if (vaddr >= mappings[i].start && vaddr < mappings[i].end) {
            ask(mappings[i].file);
            return &mappings[i];
        }
    }
    return NULL;
}

/* The last range of the role that starts at or before the offset. */
static const struct lookup_range *
find_range(const struct file *file, enum lookup_role role, uint64_t offset)
{
    const struct lookup_range *ranges = file->ranges;
    size_t behind =
        lower_bound(file->n_ranges, i,
                    ranges[i].role < role ||
                        (ranges[i].role == role && ranges[i].start <= offset));

    return behind > 0 && ranges[behind - 1].role == role &&
                   offset < ranges[behind - 1].end
               ? &ranges[behind - 1]
               : NULL;
}

const struct lookup_range *file_roles_find(enum lookup_role role,
                                           uint64_t vaddr, uint64_t *start)
{
    const struct lookup_range *range = NULL;
    const struct mapping *mapping;

    if (!(plugin_recording.selection.roles & LOOKUP_BIT(role))) {
        return NULL;
    }
    pthread_mutex_lock(&file_roles_lock);
    mapping = find_mapping_locked(vaddr);
    if (mapping != NULL) {
        range = find_range(mapping->file, role,
                           vaddr - mapping->start + mapping->offset);
    }
    if (range != NULL) {
        *start = mapping->start + (range->start - mapping->offset);
    }
    pthread_mutex_unlock(&file_roles_lock);
    return range;
}

const struct lookup_range *file_roles_enter_at(enum lookup_role role,
                                               uint64_t pc)
{
    const struct guest_arch *arch = plugin_recording.arch;
    const struct lookup_range *range;
    uint8_t first[8];
    uint64_t start;

    range = file_roles_find(role, pc, &start);
    if (range != NULL && start == pc) {
        return range;
    }
    if (arch->jumped_over == NULL || pc < sizeof(first) ||
        !(plugin_recording.selection.roles & LOOKUP_BIT(role))) {
        return NULL;
    }
    range = file_roles_find(role, pc - sizeof(first), &start);
    return range != NULL && start == pc - sizeof(first) &&
                   guest_memory_read(start, first, sizeof(first)) &&
                   arch->jumped_over(first) == sizeof(first)
               ? range
               : NULL;
}

bool file_roles_want_code(uint64_t pc)
{
    const struct selection *selection = &plugin_recording.selection;
    uint64_t start;
    bool is_named;

    if (!(selection->roles & LOOKUP_BIT(LOOKUP_CODE)) ||
        file_roles_find(LOOKUP_CODE, pc, &start) != NULL) {
        return true;
    }
    if (!selection->keeps_unnamed) {
        return false;
    }
    pthread_mutex_lock(&file_roles_lock);
    is_named = find_mapping_locked(pc) != NULL;
    pthread_mutex_unlock(&file_roles_lock);
    return !is_named;
}
