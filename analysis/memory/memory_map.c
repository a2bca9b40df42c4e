/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory_map.c - see memory_map.h.
 *
 * What is mapped where and when is kept by base/spaces.h as numbers of records,
 * which say what was mapped.  Protecting a part of memory, and moving it, makes
 * a record that goes on from another one.
 *
 * How mremap() is told: its call, as a SYSCALL event; where memory moved, an
 * UNMAP of the old place; then a MAP of what is new, which says neither what
 * file it is of nor whether it is shared.  That is taken from the old place.
 */
#include "memory_map.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "check.h"
#include "range.h"
#include "shared_files.h"
#include "spaces.h"

/* Arguments of events. */
enum {
    ARG_VADDR,
    ARG_BYTES,
    ARG_PROT,
    ARG_FLAGS,
    ARG_OFFSET,
    ARG_DEVICE,
    ARG_INODE,
    ARG_BORN,
};

/* Of a call, behind its number. */
enum { MREMAP_OLD = 1, MREMAP_OLD_BYTES = 2, MREMAP_FLAGS = 4 };

#define GUEST_MREMAP_DONTUNMAP 4

/* What the plugin calls the memory of shmat(). */
#define SEGMENT_NAME "[shm]"

/* What was mapped, as if all of it had been from @first on. */
struct record {
    uint64_t first;
    uint64_t prot;
    uint64_t flags;
    uint64_t offset; /* of first in the file */
    const char *file;
    uint64_t device;
    uint64_t inode;
    uint64_t born;
    uint32_t origin;
    uint64_t origin_offset; /* of first */
};

struct memory_map {
    const struct memtrace_reader *reader;
    struct spaces spaces;
    struct record *records;
    size_t n_records, room_records;
    struct shared_files files;
    struct memory_change *changes; /* of the event taken last */
    size_t n_changes, room_changes;
    /* By thread: its last call, where that is mremap(), or else NULL. */
    const struct memtrace_event **mremaps;
    uint32_t n_threads;
    /* What mremap() has just unmapped, to be mapped elsewhere. */
    struct memory_mapping *moved;
    size_t n_moved, room_moved;
    const struct memtrace_event *moved_by; /* its call */
};

static int error_of(int error)
{
    return error == 0 ? 0 : MEMTRACE_ERR_NOMEM;
}

int memory_map_new(const struct memtrace_reader *reader,
                   struct memory_map **out)
{
    struct memory_map *map = calloc(1, sizeof(*map));

    *out = map;
    if (!map) {
        return MEMTRACE_ERR_NOMEM;
    }
    map->reader = reader;
    map->n_threads = memtrace_summary(reader)->n_threads;
    map->mremaps = calloc((size_t)map->n_threads + 1, sizeof(*map->mremaps));
    if (!map->mremaps) {
        memory_map_free(map);
        *out = NULL;
        return MEMTRACE_ERR_NOMEM;
    }
    return 0;
}

void memory_map_free(struct memory_map *map)
{
    if (map) {
        spaces_free(&map->spaces);
        free(map->records);
        shared_files_free(&map->files);
        free(map->changes);
        free(map->mremaps);
        free(map->moved);
        free(map);
    }
}

static uint64_t pid_of(const struct memory_map *map, uint32_t number)
{
    const struct memtrace_thread *thread = memtrace_thread(map->reader, number);

    return thread ? thread->pid : 0;
}

/*
 * Of a private object the high half is the number of the process, from 1; where
 * the trace knows of nothing, the low half is all ones.
 */
static uint64_t object_of(uint64_t flags, uint32_t origin, uint32_t space)
{
    return (flags & MEMORY_MAP_SHARED ? 0 : ((uint64_t)space + 1) << 32) |
           (origin + 1);
}

/* A part of what a record tells of. */
static struct memory_mapping mapping_of(const struct memory_map *map,
                                        uint64_t pid,
                                        const struct spaces_piece *piece)
{
    const struct record *record;
    uint64_t before;

    check(piece->item < map->n_records, "what is mapped has a record");
    record = &map->records[piece->item];
    check(piece->first >= record->first, "a piece lies in its record");
    before = piece->first - record->first;
    return (struct memory_mapping){
        .pid = pid,
        .first = piece->first,
        .last = piece->last,
        .from = piece->from,
        .to = piece->to,
        .prot = record->prot,
        .flags = record->flags,
        .offset = *record->file ? record->offset + before : record->offset,
        .file = record->file,
        .device = record->device,
        .inode = record->inode,
        .born = record->born,
        .origin = record->origin,
        .origin_offset = record->origin_offset + before,
        .object = object_of(record->flags, record->origin, piece->space),
        .is_guess = piece->is_guess,
    };
}

/* Note what the event did. Return: 0, or NOMEM. */
static int note(struct memory_map *map, enum memory_change_kind kind,
                uint64_t parent, const struct memory_mapping *mapping)
{
    struct memory_change *change =
        array_add(map->changes, map->n_changes, map->room_changes);

    if (!change) {
        return MEMTRACE_ERR_NOMEM;
    }
    *change = (struct memory_change){kind, parent, *mapping};
    return 0;
}

/* Memory is mapped anew: of a file that was mapped before it is the same. */
static int find_origin(struct memory_map *map, struct memory_mapping *mapping,
                       uint32_t number)
{
    struct shared_file file = {
        .device = mapping->device,
        .inode = mapping->inode,
        .born = mapping->born,
        .is_segment = strcmp(mapping->file, SEGMENT_NAME) == 0,
        .origin = number,
    };

    mapping->origin = number;
    mapping->origin_offset = 0;
    if (!memory_is_shared(mapping) || (file.device == 0 && file.inode == 0)) {
        return 0;
    }
    mapping->origin_offset = mapping->offset;
    return shared_files_add(&map->files, &file, &mapping->origin);
}

/* A mapping that is there from now on; it is new, or goes on from another. */
static int put(struct memory_map *map, enum memory_change_kind kind,
               struct memory_mapping *mapping, bool is_new)
{
    uint32_t number = (uint32_t)map->n_records;
    struct record *record;
    int error = 0;

    if (map->n_records >= SPACES_NONE - 1) {
        return MEMTRACE_ERR_NOMEM;
    }
    record = array_add(map->records, map->n_records, map->room_records);
    if (!record) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (is_new) {
        error = find_origin(map, mapping, number);
    }
    mapping->to = UINT64_MAX;
    *record = (struct record){
        .first = mapping->first,
        .prot = mapping->prot,
        .flags = mapping->flags,
        .offset = mapping->offset,
        .file = mapping->file,
        .device = mapping->device,
        .inode = mapping->inode,
        .born = mapping->born,
        .origin = mapping->origin,
        .origin_offset = mapping->origin_offset,
    };
    if (error < 0 || spaces_map(&map->spaces, mapping->pid, mapping->from,
                                mapping->first, mapping->last, number) != 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    mapping->object =
        object_of(mapping->flags, mapping->origin,
                  (uint32_t)spaces_latest(&map->spaces, mapping->pid));
    return note(map, kind, 0, mapping);
}

/* The mappings of a process that a range meets, whole, into map->moved. */
struct collecting {
    struct memory_map *map;
    uint64_t pid;
};

static int collect(void *context, const struct spaces_piece *piece)
{
    struct collecting *collecting = context;
    struct memory_map *map = collecting->map;
    struct memory_mapping *mapping =
        array_add(map->moved, map->n_moved, map->room_moved);

    if (!mapping) {
        return MEMTRACE_ERR_NOMEM;
    }
    *mapping = mapping_of(map, collecting->pid, piece);
    return 0;
}

/* Cut off what lies outside of a range. */
static void clip(struct memory_mapping *mapping, uint64_t first, uint64_t last)
{
    if (mapping->first < first) {
        uint64_t before = first - mapping->first;

        mapping->offset += *mapping->file ? before : 0;
        mapping->origin_offset += before;
        mapping->first = first;
    }
    if (mapping->last > last) {
        mapping->last = last;
    }
}

/* What is there now in a range, cut to it, into map->moved. */
static int collect_range(struct memory_map *map, uint64_t pid, uint64_t first,
                         uint64_t last)
{
    struct collecting collecting = {map, pid};
    size_t space = spaces_latest(&map->spaces, pid);
    int error = 0;

    map->n_moved = 0;
    if (space < map->spaces.n) {
        error = spaces_present(&map->spaces, space, first, last, collect,
                               &collecting);
    }
    for (size_t i = 0; error == 0 && i < map->n_moved; i++) {
        clip(&map->moved[i], first, last);
    }
    return error;
}

/* The thread's call of mremap() that is under way, or NULL. */
static const struct memtrace_event *
mremap_of(const struct memory_map *map, const struct memtrace_event *event)
{
    return event->thread < map->n_threads ? map->mremaps[event->thread] : NULL;
}

static int take_unmap(struct memory_map *map,
                      const struct memtrace_event *event)
{
    const struct memtrace_event *call = mremap_of(map, event);
    struct memory_mapping gone = {
        .pid = pid_of(map, event->thread),
        .first = event->args[ARG_VADDR],
        .last = range_last(event->args[ARG_VADDR], event->args[ARG_BYTES]),
        .from = event->time,
        .to = UINT64_MAX,
        .file = "",
    };
    int error = 0;

    if (call && gone.first == call->args[MREMAP_OLD]) {
        error = collect_range(map, gone.pid, gone.first, gone.last);
        map->moved_by = call;
    }
    if (error == 0) {
        error = error_of(spaces_map(&map->spaces, gone.pid, gone.from,
                                    gone.first, gone.last, SPACES_NONE));
    }
    return error < 0 ? error : note(map, MEMORY_UNMAPPED, 0, &gone);
}

/* What can be written to is what the plugin knew of; the rest stays. */
static uint64_t prot_of(const struct memory_mapping *before,
                        const struct memory_mapping *told)
{
    const uint64_t writable = MEMTRACE_PROT_WRITE;

    return (before->prot & ~writable) | (told->prot & writable);
}

/*
 * What mremap() maps: of one mapping, that moved or is there twice, perhaps
 * larger; of several, each.  What is behind them is new.
 */
static int put_moved(struct memory_map *map, const struct memory_mapping *told,
                     uint64_t old)
{
    uint64_t next = told->first;
    int error = 0;

    for (size_t i = 0; error == 0 && i < map->n_moved; i++) {
        struct memory_mapping mapping = map->moved[i];
        uint64_t before = mapping.first - old;
        uint64_t more = mapping.last - mapping.first;

        if (before > told->last - told->first) {
            break; /* it shrank, too */
        }
        mapping.first = told->first + before;
        mapping.last = more > told->last - mapping.first || map->n_moved == 1
                           ? told->last
                           : mapping.first + more;
        mapping.from = told->from;
        mapping.prot = prot_of(&mapping, told);
        error = put(map, MEMORY_MAPPED, &mapping, false);
        next = mapping.last + 1;
    }
    if (error == 0 && next != 0 && next <= told->last) {
        struct memory_mapping rest = *told;

        clip(&rest, next, told->last);
        error = put(map, MEMORY_MAPPED, &rest, true);
    }
    return error;
}

/* It grew where it is: what is new goes on from what is before it. */
static int put_grown(struct memory_map *map, struct memory_mapping *told)
{
    struct memory_mapping grown;
    int error =
        told->first == 0
            ? 0
            : collect_range(map, told->pid, told->first - 1, told->first - 1);

    if (error < 0 || told->first == 0 || map->n_moved == 0) {
        return error < 0 ? error : put(map, MEMORY_MAPPED, told, true);
    }
    grown = map->moved[0];
    grown.last = told->last;
    clip(&grown, told->first, told->last);
    grown.from = told->from;
    grown.prot = prot_of(&grown, told);
    return put(map, MEMORY_MAPPED, &grown, false);
}

static int take_map(struct memory_map *map, const struct memtrace_event *event)
{
    const struct memtrace_event *call = mremap_of(map, event);
    struct memory_mapping told = {
        .pid = pid_of(map, event->thread),
        .first = event->args[ARG_VADDR],
        .last = range_last(event->args[ARG_VADDR], event->args[ARG_BYTES]),
        .from = event->time,
        .prot = event->args[ARG_PROT],
        .flags = event->args[ARG_FLAGS],
        .offset = event->args[ARG_OFFSET],
        .file = event->text ? event->text : "",
        .device = event->args[ARG_DEVICE],
        .inode = event->args[ARG_INODE],
        .born = event->args[ARG_BORN],
    };
    uint64_t old;
    int error = 0;

    /* What is told with a file is a copy of that, not what was moved. */
    if (!call || told.file[0] == '/') {
        return put(map, MEMORY_MAPPED, &told, true);
    }
    old = call->args[MREMAP_OLD];
    if (map->moved_by != call) {
        if (!(call->args[MREMAP_FLAGS] & GUEST_MREMAP_DONTUNMAP) &&
            call->args[MREMAP_OLD_BYTES] != 0) {
            return put_grown(map, &told);
        }
        /* What was there stays; a size of 0 says that it is there twice. */
        error = collect_range(map, told.pid, old,
                              range_last(old, event->args[ARG_BYTES]));
    }
    map->moved_by = NULL;
    return error < 0 ? error : put_moved(map, &told, old);
}

static int take_protect(struct memory_map *map,
                        const struct memtrace_event *event)
{
    uint64_t first = event->args[ARG_VADDR];
    int error = collect_range(map, pid_of(map, event->thread), first,
                              range_last(first, event->args[ARG_BYTES]));

    map->moved_by = NULL; /* map->moved served for this */
    for (size_t i = 0; error == 0 && i < map->n_moved; i++) {
        struct memory_mapping mapping = map->moved[i];

        if (mapping.prot != event->args[ARG_PROT]) {
            mapping.prot = event->args[ARG_PROT];
            mapping.from = event->time;
            error = put(map, MEMORY_PROTECTED, &mapping, false);
        }
    }
    return error;
}

/* A process starts, as @parent is, where one had that number. */
static int start(struct memory_map *map, uint64_t pid, uint64_t parent,
                 bool is_fork, uint64_t time)
{
    struct memory_mapping whole = {.pid = pid,
                                   .from = time,
                                   .last = UINT64_MAX,
                                   .to = UINT64_MAX,
                                   .file = ""};
    int error = is_fork ? spaces_fork(&map->spaces, pid, parent, time)
                        : spaces_start(&map->spaces, pid, time);

    return error ? MEMTRACE_ERR_NOMEM
                 : note(map, is_fork ? MEMORY_FORKED : MEMORY_STARTED, parent,
                        &whole);
}

/* The first thread of a process whose own start is not in the trace. */
static int take_thread_start(struct memory_map *map,
                             const struct memtrace_event *event)
{
    uint64_t pid = event->args[0];
    const struct memtrace_thread *parent =
        event->args[2] < MEMTRACE_NO_THREAD
            ? memtrace_thread(map->reader, (uint32_t)event->args[2])
            : NULL;

    if (spaces_latest(&map->spaces, pid) < map->spaces.n) {
        return 0;
    }
    return start(map, pid, parent ? parent->pid : 0, parent != NULL,
                 event->time);
}

static void take_call(struct memory_map *map,
                      const struct memtrace_event *event)
{
    if (event->thread < map->n_threads) {
        map->mremaps[event->thread] =
            event->text && strcmp(event->text, "mremap") == 0 ? event : NULL;
    }
}

int64_t memory_map_take(struct memory_map *map,
                        const struct memtrace_event *event,
                        const struct memory_change **changes)
{
    int error = 0;

    map->n_changes = 0;
    switch (event->type) {
    case MEMTRACE_EVENT_PROCESS_START:
        error = start(map, event->args[0], event->args[1],
                      event->text && strstr(event->text, "fork"), event->time);
        break;
    case MEMTRACE_EVENT_THREAD_START:
        error = take_thread_start(map, event);
        break;
    case MEMTRACE_EVENT_SYSCALL:
        take_call(map, event);
        break;
    case MEMTRACE_EVENT_MAP:
        error = event->args[ARG_BYTES] ? take_map(map, event) : 0;
        break;
    case MEMTRACE_EVENT_UNMAP:
        error = event->args[ARG_BYTES] ? take_unmap(map, event) : 0;
        break;
    case MEMTRACE_EVENT_PROTECT:
        error = event->args[ARG_BYTES] ? take_protect(map, event) : 0;
        break;
    default:
        break;
    }
    *changes = map->changes;
    return error < 0 ? error : (int64_t)map->n_changes;
}

int memory_map_replay(struct memtrace_reader *reader, struct memory_map **out)
{
    const struct memtrace_event *events;
    int64_t n = memtrace_events(reader, &events);
    const struct memory_change *changes;
    struct memory_map *map = NULL;
    int error = n < 0 ? (int)n : memory_map_new(reader, &map);

    *out = NULL;
    if (error < 0) {
        return error;
    }
    for (int64_t i = 0; i < n && error == 0; i++) {
        int64_t result = memory_map_take(map, &events[i], &changes);

        error = result < 0 ? (int)result : 0;
    }
    if (error == 0) {
        error = error_of(spaces_prepare(&map->spaces));
    }
    if (error < 0) {
        memory_map_free(map);
        return error;
    }
    *out = map;
    return 0;
}

int memory_map_at(struct memory_map *map, uint64_t pid, uint64_t time,
                  uint64_t vaddr, struct memory_mapping *out)
{
    struct spaces_piece piece;
    int found = spaces_find(&map->spaces, pid, time, vaddr, &piece);

    check(found >= 0, "a map that is asked was replayed");
    if (found > 0) {
        *out = mapping_of(map, pid, &piece);
    }
    return found;
}

size_t memory_map_n_processes(const struct memory_map *map)
{
    return map->spaces.n;
}

uint64_t memory_map_pid(const struct memory_map *map, size_t process)
{
    return spaces_pid(&map->spaces, process);
}

/* For memory_map_each_last(). */
struct telling {
    const struct memory_map *map;
    uint64_t pid;
    int (*each)(void *context, const struct memory_mapping *mapping);
    void *context;
};

static int tell(void *context, const struct spaces_piece *piece)
{
    const struct telling *telling = context;
    struct memory_mapping mapping =
        mapping_of(telling->map, telling->pid, piece);

    return telling->each(telling->context, &mapping);
}

int memory_map_each_last(const struct memory_map *map, size_t process,
                         int (*each)(void *context,
                                     const struct memory_mapping *mapping),
                         void *context)
{
    struct telling telling = {map, memory_map_pid(map, process), each, context};

    return spaces_present(&map->spaces, process, 0, UINT64_MAX, tell, &telling);
}

/* For memory_map_each(). */
static int tell_of(void *context, uint64_t pid,
                   const struct spaces_piece *piece)
{
    const struct telling *telling = context;
    struct memory_mapping mapping = mapping_of(telling->map, pid, piece);

    return telling->each(telling->context, &mapping);
}

int memory_map_each(struct memory_map *map,
                    int (*each)(void *context,
                                const struct memory_mapping *mapping),
                    void *context)
{
    struct telling telling = {.map = map, .each = each, .context = context};

    /* Once all is prepared it needs no more memory. */
    return spaces_all(&map->spaces, tell_of, &telling);
}
