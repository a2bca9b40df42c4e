/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * regions.c - which kind of memory each page of the guest's is, by how it was
 * mapped.  All of it runs under the lock of guest_map.c.
 *
 * The rules are those by which a reader of the trace tells regions, to the
 * page.
 */
#include "regions.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "array.h"
#include "check.h"
#include "pages.h"
#include "plugin_recording.h"

/* What glibc reserves for an arena of malloc()'s, twice to align it. */
#define ARENA_BYTES_64 ((uint64_t)64 << 20)
#define ARENA_BYTES_32 ((uint64_t)1 << 20)

/* Files that were mapped as code: their other mappings are data. */
struct image {
    struct image *next;
    char name[];
};
static struct image *images;

/* Where memory of no file was mapped last: a thread's stack begins there. */
struct stretch {
    uint64_t start;
    uint64_t end;
};
static struct stretch *stretches;
static size_t n_stretches;
static size_t stretches_room;

static bool are_used(void)
{
    return plugin_recording.selection.regions != 0;
}

static bool is_image(const char *file)
{
    const struct image *image = images;

    while (image != NULL && strcmp(image->name, file) != 0) {
        image = image->next;
    }
    return image != NULL;
}

static void add_image(const char *file)
{
    size_t size = strlen(file) + 1;
    struct image *image;

    if (is_image(file)) {
        return;
    }
    image = malloc(sizeof(*image) + size);
    if (image == NULL) {
        plugin_recording_stop(CHANNEL_STOP_MEMORY, 0);
        return;
    }
    memcpy(image->name, file, size);
    image->next = images;
    images = image;
}

static void drop_stretches(uint64_t start, uint64_t end)
{
    size_t n = 0;

    for (size_t i = 0; i < n_stretches; i++) {
        if (stretches[i].end <= start || stretches[i].start >= end) {
            stretches[n++] = stretches[i];
        }
    }
    n_stretches = n;
}

static void add_stretch(uint64_t start, uint64_t end)
{
    struct stretch *last = array_add(stretches, n_stretches, stretches_room);

    check(start < end, "a stretch is not empty");
    if (last == NULL) {
        plugin_recording_stop(CHANNEL_STOP_MEMORY, 0);
        return;
    }
    *last = (struct stretch){start, end};
}

static bool is_arena(uint64_t size, int prot)
{
    uint64_t arena =
        plugin_recording.guest->bits == 32 ? ARENA_BYTES_32 : ARENA_BYTES_64;

    return prot == PROT_NONE && (size == arena || size == 2 * arena);
}

/* What QEMU mapped before the first instruction has no flags of mmap(). */
static bool is_initial(int flags)
{
    return (flags & (MAP_SHARED | MAP_PRIVATE)) == 0;
}

static enum selection_region region_of(uint64_t vaddr, uint64_t size, int prot,
                                       int flags, const char *file)
{
    if (file[0] == '/') {
        return is_image(file) ? SELECTION_DATA : SELECTION_MMAP;
    }
    if (strcmp(file, "[stack]") == 0) {
        return SELECTION_STACK;
    }
    if (strcmp(file, "[heap]") == 0 || is_arena(size, prot)) {
        return SELECTION_HEAP;
    }
    /* Right behind data, put there: the loader's .bss. */
    return (is_initial(flags) || (flags & MAP_FIXED)) &&
                   pages_region(vaddr - 1) == SELECTION_DATA
               ? SELECTION_DATA
               : SELECTION_MMAP;
}

void regions_map(uint64_t vaddr, uint64_t size, int prot, int flags,
                 const char *file)
{
    if (!are_used()) {
        return;
    }
    if (file[0] == '/' && (is_initial(flags) || (prot & PROT_EXEC))) {
        add_image(file);
    }
    drop_stretches(vaddr, vaddr + size);
    if (file[0] == '\0') {
        add_stretch(vaddr, vaddr + size);
    }
    pages_set_region(vaddr, size, region_of(vaddr, size, prot, flags, file));
}

void regions_unmap(uint64_t vaddr, uint64_t size)
{
    if (are_used()) {
        drop_stretches(vaddr, vaddr + size);
        pages_set_region(vaddr, size, SELECTION_MMAP);
    }
}

void regions_set_stack(const struct guest_clone *clone)
{
    uint64_t end = clone->stack;

    if (!are_used()) {
        return;
    }
    for (size_t i = 0; i < n_stretches; i++) {
        if (end > stretches[i].start && end <= stretches[i].end &&
            pages_region(end - 1) == SELECTION_MMAP) {
            uint64_t start = guest_clone_stack_start(
                plugin_recording.guest, clone, stretches[i].start,
                stretches[i].end - stretches[i].start);

            pages_set_region(start, end - start, SELECTION_STACK);
        }
    }
}
