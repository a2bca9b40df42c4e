/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shared_ranges.c - see shared_ranges.h.  Memory: 56 bytes for each time that a
 * process maps, protects or inherits shared memory, and what the map takes.
 */
#include "shared_ranges.h"

#include <stdlib.h>

#include "array.h"
#include "lower_bound.h"
#include "memory_map.h"
#include "range.h"

#define REST ((uint64_t)RACE_SHARED_ALIGN - 1)

/* Between two objects: what is beside one is not beside the other. */
#define GAP_BYTES ((uint64_t)4 * RACE_SHARED_ALIGN)

/* What is known of an object while they are looked for. */
struct seen {
    struct race_shared_object range;
    uint64_t delta; /* of its first piece */
    uint32_t process;
    bool is_written;
    bool is_twice;
};

struct search {
    struct race_shared *shared;
    const struct key_map *processes;
    struct key_map numbers; /* of objects, to places in @seen */
    struct seen *seen;
    size_t room_seen;
    size_t room_pieces;
};

/* Is there any shared memory? */
static bool has_shared(const struct memtrace_event *events, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (events[i].type == MEMTRACE_EVENT_MAP &&
            events[i].args[3] & MEMORY_MAP_SHARED) {
            return true;
        }
    }
    return false;
}

/*
 * Whole pages, and where they are in the object: pages of an object lie at the
 * same distance from its start wherever it is mapped, or it is none of ours.
 */
static bool round_out(struct memory_mapping *mapping)
{
    uint64_t before = mapping->first & REST;

    if (before != (mapping->origin_offset & REST)) {
        return false;
    }
    mapping->first -= before;
    mapping->origin_offset -= before;
    mapping->last |= REST;
    return mapping->origin_offset + (mapping->last - mapping->first) >=
           mapping->origin_offset;
}

static void widen(struct seen *seen, const struct memory_mapping *mapping,
                  uint32_t process)
{
    uint64_t last = mapping->origin_offset + (mapping->last - mapping->first);

    if (mapping->origin_offset < seen->range.first) {
        seen->range.first = mapping->origin_offset;
    }
    if (last > seen->range.last) {
        seen->range.last = last;
    }
    seen->is_written |= (mapping->prot & MEMTRACE_PROT_WRITE) != 0;
    seen->is_twice |= process != seen->process ||
                      mapping->first - mapping->origin_offset != seen->delta;
}

/* For memory_map_each(): note the objects that are shared. */
static int see(void *context, const struct memory_mapping *given)
{
    struct search *search = context;
    struct memory_mapping mapping = *given;
    uint32_t process = key_map_find(search->processes, (uint32_t)mapping.pid);
    size_t n = search->numbers.n;
    uint32_t number;

    if (!memory_is_shared(&mapping) || process == KEY_MAP_NONE ||
        !round_out(&mapping)) {
        return 0;
    }
    if (array_reserve(search->seen, search->room_seen, n + 1) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    number = key_map_add(&search->numbers, mapping.object, (uint32_t)n);
    if (number == KEY_MAP_NONE) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (number == n) {
        search->seen[number] = (struct seen){
            .range = {.object = mapping.object, .first = UINT64_MAX},
            .delta = mapping.first - mapping.origin_offset,
            .process = process,
        };
    }
    widen(&search->seen[number], &mapping, process);
    return 0;
}

static int compare_objects(const void *a, const void *b)
{
    const struct race_shared_object *left = a, *right = b;

    return left->object < right->object ? -1 : left->object > right->object;
}

/* Of those that are written to and in several places. */
static int place_objects(struct search *search, uint64_t space_bytes)
{
    struct race_shared *shared = search->shared;
    uint64_t next = GAP_BYTES;

    shared->objects = calloc(search->numbers.n + 1, sizeof(*shared->objects));
    if (!shared->objects) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < search->numbers.n; i++) {
        struct race_shared_object object = search->seen[i].range;
        uint64_t more = object.last - object.first + GAP_BYTES;

        if (!search->seen[i].is_written || !search->seen[i].is_twice) {
            continue;
        }
        if (more < GAP_BYTES || more > space_bytes - next) {
            return MEMTRACE_ERR_LIMIT;
        }
        object.start = next;
        next += (more + REST) & ~REST;
        if (next > space_bytes) {
            return MEMTRACE_ERR_LIMIT;
        }
        shared->objects[shared->n_objects++] = object;
    }
    qsort(shared->objects, shared->n_objects, sizeof(*shared->objects),
          compare_objects);
    return 0;
}

/* The place of an offset in an object, where that is one of ours. */
static bool place_of(const struct race_shared *shared,
                     const struct memory_mapping *mapping, uint64_t *place)
{
    size_t n = shared->n_objects;
    size_t at = lower_bound(n, i, shared->objects[i].object < mapping->object);

    if (!memory_is_shared(mapping) || at == n ||
        shared->objects[at].object != mapping->object) {
        return false;
    }
    *place = shared->objects[at].start +
             (mapping->origin_offset - shared->objects[at].first);
    return true;
}

/* For memory_map_each(): list the pieces of these objects. */
static int list_piece(void *context, const struct memory_mapping *given)
{
    struct search *search = context;
    struct race_shared *shared = search->shared;
    struct memory_mapping mapping = *given;
    uint32_t process = key_map_find(search->processes, (uint32_t)mapping.pid);
    struct race_shared_piece *piece;
    uint64_t place;

    if (process == KEY_MAP_NONE || !round_out(&mapping) ||
        !place_of(shared, &mapping, &place)) {
        return 0;
    }
    piece = array_add(shared->pieces, shared->n_pieces, search->room_pieces);
    if (!piece) {
        return MEMTRACE_ERR_NOMEM;
    }
    *piece = (struct race_shared_piece){
        .process = process,
        .first = mapping.first,
        .last = mapping.last,
        .from = mapping.from,
        .to = mapping.to,
        .place = place,
    };
    return 0;
}

static int compare_pieces(const void *a, const void *b)
{
    const struct race_shared_piece *left = a, *right = b;

    if (left->process != right->process) {
        return left->process < right->process ? -1 : 1;
    }
    return left->first < right->first ? -1 : left->first > right->first;
}

/* One range for all that overlap. */
static int make_ranges(struct race_shared *shared)
{
    size_t n = 0;

    qsort(shared->pieces, shared->n_pieces, sizeof(*shared->pieces),
          compare_pieces);
    shared->ranges = calloc(shared->n_pieces + 1, sizeof(*shared->ranges));
    if (!shared->ranges) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t i = 0; i < shared->n_pieces; i++) {
        const struct race_shared_piece *piece = &shared->pieces[i];
        struct race_shared_range *last = n ? &shared->ranges[n - 1] : NULL;
        uint64_t delta = piece->place - piece->first;

        if (!last || last->process != piece->process ||
            piece->first > last->last) {
            shared->ranges[n++] = (struct race_shared_range){
                piece->process, piece->first, piece->last, delta, false};
            continue;
        }
        last->is_varied |= delta != last->delta;
        last->last = piece->last > last->last ? piece->last : last->last;
    }
    shared->n_ranges = n;
    return 0;
}

/* The first range of a process that reaches an address, or its end. */
static size_t find_range(const struct race_shared *shared, uint32_t process,
                         uint64_t vaddr)
{
    return lower_bound(shared->n_ranges, i,
                       shared->ranges[i].process < process ||
                           (shared->ranges[i].process == process &&
                            shared->ranges[i].last < vaddr));
}

/* For memory_map_each(): what else was where a range is? */
static int mark_varied(void *context, const struct memory_mapping *mapping)
{
    struct search *search = context;
    struct race_shared *shared = search->shared;
    uint32_t process = key_map_find(search->processes, (uint32_t)mapping->pid);
    uint64_t place;

    if (process == KEY_MAP_NONE || place_of(shared, mapping, &place)) {
        return 0;
    }
    for (size_t i = find_range(shared, process, mapping->first);
         i < shared->n_ranges && shared->ranges[i].process == process &&
         shared->ranges[i].first <= mapping->last;
         i++) {
        shared->ranges[i].is_varied = true;
    }
    return 0;
}

static bool has_varied(const struct race_shared *shared)
{
    for (size_t i = 0; i < shared->n_ranges; i++) {
        if (shared->ranges[i].is_varied) {
            return true;
        }
    }
    return false;
}

static int find_all(struct search *search, uint64_t space_bytes)
{
    struct race_shared *shared = search->shared;
    int error = memory_map_each(shared->map, see, search);

    if (!error) {
        error = place_objects(search, space_bytes);
    }
    if (!error && shared->n_objects) {
        error = memory_map_each(shared->map, list_piece, search);
    }
    if (!error && shared->n_objects) {
        error = make_ranges(shared);
    }
    return error || !shared->n_objects
               ? error
               : memory_map_each(shared->map, mark_varied, search);
}

int race_shared_open(struct race_shared *shared, struct memtrace_reader *reader,
                     const struct key_map *processes, uint64_t space_bytes)
{
    struct search search = {.shared = shared, .processes = processes};
    const struct memtrace_event *events;
    int64_t n = memtrace_events(reader, &events);
    int error;

    *shared = (struct race_shared){.n_ranges = 0};
    if (n <= 0 || !has_shared(events, (size_t)n)) {
        return n < 0 ? (int)n : 0;
    }
    error = memory_map_replay(reader, &shared->map);
    if (!error) {
        error = find_all(&search, space_bytes);
    }
    if (!error && !has_varied(shared)) {
        memory_map_free(shared->map);
        shared->map = NULL;
    }
    key_map_free(&search.numbers);
    free(search.seen);
    return error;
}

void race_shared_close(struct race_shared *shared)
{
    free(shared->objects);
    free(shared->pieces);
    free(shared->ranges);
    memory_map_free(shared->map);
    *shared = (struct race_shared){.n_ranges = 0};
}

static const struct race_shared_range *
range_at(const struct race_shared *shared, uint32_t process, uint64_t vaddr)
{
    size_t at = find_range(shared, process, vaddr);
    const struct race_shared_range *range = &shared->ranges[at];

    return at < shared->n_ranges && range->process == process &&
                   range->first <= vaddr
               ? range
               : NULL;
}

bool race_shared_find(const struct race_shared *shared, uint32_t process,
                      uint32_t pid, uint64_t time, uint64_t vaddr,
                      uint64_t *place)
{
    const struct race_shared_range *range = range_at(shared, process, vaddr);
    struct memory_mapping mapping;
    uint64_t page = vaddr & ~REST;
    uint64_t start;

    if (!range || !range->is_varied) {
        *place = range ? vaddr + range->delta : 0;
        return range != NULL;
    }
    if (memory_map_at(shared->map, pid, time, page, &mapping) <= 0 ||
        !round_out(&mapping) || !place_of(shared, &mapping, &start)) {
        return false;
    }
    *place = start + (vaddr - mapping.first);
    return true;
}

bool race_shared_varies(const struct race_shared *shared, uint32_t process,
                        uint64_t vaddr)
{
    const struct race_shared_range *range = range_at(shared, process, vaddr);

    return range && range->is_varied;
}

bool race_shared_address(const struct race_shared *shared, uint32_t process,
                         uint64_t time, uint64_t place, uint64_t except,
                         uint64_t *vaddr)
{
    size_t n = shared->n_pieces;
    size_t at = lower_bound(n, i, shared->pieces[i].process < process);
    bool has_any = false;

    for (; at < n && shared->pieces[at].process == process; at++) {
        const struct race_shared_piece *piece = &shared->pieces[at];
        uint64_t found = piece->first + (place - piece->place);

        if (place - piece->place > piece->last - piece->first ||
            found == except) {
            continue;
        }
        if (range_has(piece->from, piece->to, time)) {
            *vaddr = found;
            return true;
        }
        if (!has_any) {
            *vaddr = found;
            has_any = true;
        }
    }
    return has_any;
}
