/* SPDX-License-Identifier: GPL-2.0-or-later */
/* noted_files.c - see noted_files.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "hash64.h"
#include "noted_files.h"

/*
 * @event: the note
 * @path: in its text
 * @before: the note before it whose path has the same hash, or KEY_MAP_NONE
 * @last: of the first of these notes: the last one
 */
struct noted_file {
    const struct memtrace_event *event;
    const char *path;
    uint32_t before;
    uint32_t last;
};

static uint64_t hash_of(const char *path)
{
    uint64_t hash = 0;

    for (; *path; path++) {
        hash = hash64(hash ^ (unsigned char)*path);
        hash ^= hash >> 32;
    }
    return hash;
}

void noted_files_begin(struct noted_files *notes,
                       struct memtrace_reader *reader,
                       const struct memtrace_event *events, size_t n)
{
    *notes = (struct noted_files){.reader = reader};
    for (size_t i = 0; i < n && !notes->has_events; i++) {
        notes->has_events = events[i].type == MEMTRACE_EVENT_FILE;
    }
}

int noted_files_take(struct noted_files *notes,
                     const struct memtrace_event *event)
{
    const char *space = event->text ? strchr(event->text, ' ') : NULL;
    uint32_t number = (uint32_t)notes->n;
    struct noted_file *file;
    uint32_t first;

    if (!space || notes->n >= KEY_MAP_NONE) {
        return 0;
    }
    file = array_add(notes->files, notes->n, notes->room);
    if (!file) {
        return MEMTRACE_ERR_NOMEM;
    }
    *file = (struct noted_file){event, space + 1, KEY_MAP_NONE, number};
    first = key_map_add(&notes->first, hash_of(space + 1), number);
    if (first == KEY_MAP_NONE) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (first != number) {
        file->before = notes->files[first].last;
        notes->files[first].last = number;
    }
    return 0;
}

/* By its number as well, where the mapping has that. */
static bool is_it(const struct noted_file *file,
                  const struct memory_mapping *mapped)
{
    return strcmp(file->path, mapped->file) == 0 &&
           (mapped->inode == 0 || (mapped->device == file->event->args[0] &&
                                   mapped->inode == file->event->args[1]));
}

static const struct noted_file *find(const struct noted_files *notes,
                                     const struct memory_mapping *mapped)
{
    uint32_t i = key_map_find(&notes->first, hash_of(mapped->file));

    i = i != KEY_MAP_NONE ? notes->files[i].last : i;
    while (i != KEY_MAP_NONE && !is_it(&notes->files[i], mapped)) {
        i = notes->files[i].before;
    }
    return i != KEY_MAP_NONE ? &notes->files[i] : NULL;
}

/* As recorders before the events had it: build-id or "-", size and time. */
static void read_property(const struct noted_files *notes,
                          struct symbols_mapping *mapping,
                          char build_id[ELF_IDENTITY_TEXT])
{
    char key[4200];
    const char *value;
    unsigned long long size;
    unsigned long long time;

    snprintf(key, sizeof(key), "file.%s", mapping->file);
    value = memtrace_meta(notes->reader, key);
    if (value &&
        sscanf(value, "%128s %llu %llu", build_id, &size, &time) == 3) {
        mapping->build_id = strcmp(build_id, "-") == 0 ? NULL : build_id;
        mapping->file_bytes = size;
        mapping->mtime_ns = time;
    }
}

void noted_files_identify(const struct noted_files *notes,
                          const struct memory_mapping *mapped,
                          struct symbols_mapping *mapping,
                          char build_id[ELF_IDENTITY_TEXT])
{
    const struct noted_file *file;

    if (!notes->has_events) {
        read_property(notes, mapping, build_id);
        return;
    }
    file = find(notes, mapped);
    mapping->is_unknown = !file;
    if (file) {
        const struct memtrace_event *event = file->event;

        snprintf(build_id, ELF_IDENTITY_TEXT, "%.*s",
                 (int)(file->path - 1 - event->text), event->text);
        mapping->build_id = strcmp(build_id, "-") == 0 ? NULL : build_id;
        mapping->file_bytes = event->args[2];
        mapping->mtime_ns = event->args[3];
        mapping->content = event->args[4];
    }
}

void noted_files_free(struct noted_files *notes)
{
    free(notes->files);
    key_map_free(&notes->first);
}
