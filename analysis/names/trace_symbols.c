/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_symbols.c - see trace_symbols.h.
 *
 * Mappings are told as the events have them.  What the kernel does not know
 * is told as if it had been mapped then: at clone(), the memory below the new
 * thread's stack pointer is its stack; what lies above it, around the thread
 * pointer, is its control block and thread-local memory.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "guest_calls.h"
#include "made_code.h"
#include "memory_map.h"
#include "noted_files.h"
#include "thread_layout.h"
#include "trace_symbols.h"

#define CLONE_VM 0x100

/* glibc reserves memory for an arena, twice its size to align it. */
#define ARENA_BYTES_64 (64u << 20)
#define ARENA_BYTES_32 (1u << 20)

/* Events of others that may lie between a call of clone() and its return. */
#define EVENTS_TO_RETURN 65536

/* A range of memory that is a thread's own. */
struct own {
    uint64_t first;
    uint64_t last;
};

/*
 * What is known of a thread.
 * @child, @last_child, @next: the list of threads that it started
 */
struct thread_memory {
    struct own stack;
    struct own tls;
    uint64_t thread_pointer;
    uint32_t child;
    uint32_t last_child;
    uint32_t next;
};

struct building {
    struct memtrace_reader *reader;
    struct memory_map *map;
    struct symbols *symbols;
    struct thread_memory *threads;
    uint32_t n_threads;
    const struct guest *guest; /* NULL: not known */
    uint64_t arena_bytes;
    const char **images; /* names of programs and libraries, in order */
    size_t n_images;
    struct noted_files notes;
    const struct memtrace_event *events;
    int64_t n_events;
};

static uint64_t tag_of(enum trace_place_kind kind, uint32_t thread)
{
    return (uint64_t)kind << 32 | thread;
}

static int error_of(int error)
{
    return error == 0 ? 0 : MEMTRACE_ERR_NOMEM;
}

static uint64_t pid_of(const struct building *building, uint32_t number)
{
    const struct memtrace_thread *thread =
        memtrace_thread(building->reader, number);

    return thread ? thread->pid : 0;
}

/* What was there before the guest's first instruction has no flags of mmap. */
static bool is_initial(uint64_t flags)
{
    return !(flags & (MEMORY_MAP_SHARED | MEMORY_MAP_PRIVATE));
}

/* Is it malloc()'s way to reserve memory for the arena of a thread? */
static bool is_arena(const struct building *building,
                     const struct memory_mapping *mapped)
{
    uint64_t size = mapped->last - mapped->first + 1;

    return mapped->prot == 0 &&
           (size == building->arena_bytes || size == 2 * building->arena_bytes);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_image(const struct building *building, const char *file)
{
    return building->n_images > 0 &&
           bsearch(&file, building->images, building->n_images, sizeof(file),
                   compare_names);
}

/* Memory of no file right behind an image is its .bss if a loader put it. */
static bool is_bss(struct building *building,
                   const struct memory_mapping *mapped)
{
    struct symbols_place place = {mapped->pid, UINT64_MAX, mapped->first - 1};
    struct symbols_mapping before;

    return (is_initial(mapped->flags) || (mapped->flags & MEMORY_MAP_FIXED)) &&
           symbols_mapping_at(building->symbols, &place, &before) == 0 &&
           before.tag >> 32 == TRACE_PLACE_DATA;
}

static int map(struct building *building, uint32_t number,
               const struct memory_mapping *mapped)
{
    char build_id[ELF_IDENTITY_TEXT];
    const char *file = made_code_is_dump(mapped->file) ? "" : mapped->file;
    enum trace_place_kind kind = TRACE_PLACE_MMAP;
    uint32_t thread = MEMTRACE_NO_THREAD;
    struct symbols_mapping mapping = {
        .pid = mapped->pid,
        .time = mapped->from,
        .vaddr = mapped->first,
        .size_bytes = mapped->last - mapped->first + 1,
        .offset = mapped->offset,
        .file = file,
    };

    if (file[0] == '/') {
        kind = is_image(building, file) ? TRACE_PLACE_DATA : TRACE_PLACE_FILE;
        noted_files_identify(&building->notes, mapped, &mapping, build_id);
    } else if (strcmp(file, "[stack]") == 0) {
        kind = TRACE_PLACE_STACK;
        thread = number;
        building->threads[thread].stack =
            (struct own){mapped->first, mapped->last};
    } else if (strcmp(file, "[heap]") == 0 || is_arena(building, mapped)) {
        kind = TRACE_PLACE_HEAP;
    } else if (is_bss(building, mapped)) {
        kind = TRACE_PLACE_DATA;
    }
    mapping.tag = tag_of(kind, thread);
    return error_of(symbols_map(building->symbols, &mapping));
}

static int unmap(struct building *building, const struct memory_mapping *gone)
{
    struct symbols_mapping mapping = {
        .pid = gone->pid,
        .time = gone->from,
        .vaddr = gone->first,
        .size_bytes = gone->last - gone->first + 1,
    };

    return error_of(symbols_map(building->symbols, &mapping));
}

/* Part of memory of no file is a thread's own from now on. */
static int own(struct building *building, const struct memtrace_event *event,
               uint64_t pid, struct own range, enum trace_place_kind kind,
               uint32_t thread)
{
    const struct thread_memory *memory = &building->threads[thread];
    struct symbols_mapping mapping = {
        .pid = pid,
        .time = event->time,
        .vaddr = range.first,
        .size_bytes = range.last - range.first + 1,
        .file = "",
        .tag = tag_of(kind, thread),
    };

    if (kind == TRACE_PLACE_TLS) {
        mapping.thread_pointer = memory->thread_pointer;
    }
    return error_of(symbols_map(building->symbols, &mapping));
}

/*
 * Return: whether memory of no file is there now that may be a thread's own:
 * not the heap, nor an image's data, where a stack has its variable's name.
 */
static bool is_anonymous(struct building *building, uint64_t pid,
                         uint64_t vaddr, struct symbols_mapping *mapping)
{
    struct symbols_place place = {pid, UINT64_MAX, vaddr};

    return symbols_mapping_at(building->symbols, &place, mapping) == 0 &&
           mapping->file[0] == '\0' && mapping->tag >> 32 != TRACE_PLACE_HEAP &&
           mapping->tag >> 32 != TRACE_PLACE_DATA;
}

/* The child that a call of clone() made, or MEMTRACE_NO_THREAD. */
static uint32_t take_child(struct building *building, int64_t call)
{
    uint32_t parent = building->events[call].thread;
    uint32_t *link = &building->threads[parent].child;
    int64_t last = call + EVENTS_TO_RETURN;
    uint64_t tid = 0;

    last = last < building->n_events ? last : building->n_events;
    for (int64_t i = call + 1; i < last && tid == 0; i++) {
        if (building->events[i].thread == parent &&
            building->events[i].type == MEMTRACE_EVENT_SYSCALL_RETURN) {
            tid = building->events[i].args[1];
        }
    }
    while (*link != MEMTRACE_NO_THREAD) {
        uint32_t child = *link;

        if (memtrace_thread(building->reader, child)->tid == tid) {
            *link = building->threads[child].next;
            return child;
        }
        link = &building->threads[child].next;
    }
    return MEMTRACE_NO_THREAD;
}

static int clone_thread(struct building *building, int64_t call)
{
    const struct memtrace_event *event = &building->events[call];
    uint64_t pid = pid_of(building, event->thread);
    struct guest_clone clone;
    struct symbols_mapping mapping;
    struct thread_memory *memory;
    uint32_t child;
    int error = 0;

    /* The arguments are behind the number. */
    guest_clone_read(building->guest, event->args + 1, &clone);
    if (!(clone.flags & CLONE_VM) || clone.stack == 0) {
        return 0;
    }
    child = take_child(building, call);
    if (child == MEMTRACE_NO_THREAD ||
        !is_anonymous(building, pid, clone.stack - 1, &mapping)) {
        return 0;
    }
    memory = &building->threads[child];
    memory->stack =
        (struct own){guest_clone_stack_start(building->guest, &clone,
                                             mapping.vaddr, mapping.size_bytes),
                     clone.stack - 1};
    error = own(building, event, pid, memory->stack, TRACE_PLACE_STACK, child);
    if (error != 0 || !is_anonymous(building, pid, clone.stack, &mapping) ||
        !guest_clone_has_block(building->guest, &clone, mapping.vaddr,
                               mapping.size_bytes)) {
        return error;
    }
    memory->thread_pointer = clone.tls;
    memory->tls =
        (struct own){clone.stack, mapping.vaddr + mapping.size_bytes - 1};
    return own(building, event, pid, memory->tls, TRACE_PLACE_TLS, child);
}

/*
 * The first thread's control block and thread-local memory lie where it says
 * that its TID is, as those of the threads that it starts do.
 */
static int first_thread(struct building *building, int64_t call)
{
    const struct memtrace_event *event = &building->events[call];
    uint64_t pid = pid_of(building, event->thread);
    uint64_t word = event->args[1];
    struct thread_memory *memory = &building->threads[event->thread];
    struct symbols_place place = {pid, UINT64_MAX, word};
    struct symbols_mapping mapping;
    struct thread_layout layout;

    if (!thread_layout_find(building->reader, building->guest, call, &layout) ||
        symbols_mapping_at(building->symbols, &place, &mapping) != 0 ||
        mapping.file[0] == '/' || mapping.tag >> 32 == TRACE_PLACE_DATA) {
        return 0;
    }
    memory->tls = (struct own){
        word - (layout.before < word - mapping.vaddr ? layout.before
                                                     : word - mapping.vaddr),
        word + layout.behind - 1,
    };
    if (memory->tls.last - mapping.vaddr >= mapping.size_bytes) {
        memory->tls.last = mapping.vaddr + mapping.size_bytes - 1;
    }
    memory->thread_pointer = layout.has_pointer ? word + layout.pointer : 0;
    return own(building, event, pid, memory->tls, TRACE_PLACE_TLS,
               event->thread);
}

/* What was a thread's before it forked is now its copy's. */
static int inherit(struct building *building,
                   const struct memtrace_event *event, uint64_t pid,
                   uint32_t parent, uint32_t child)
{
    const struct thread_memory *from = &building->threads[parent];
    struct thread_memory *to = &building->threads[child];
    struct symbols_place place = {pid, UINT64_MAX, from->stack.first};
    struct symbols_mapping mapping;
    int error = 0;

    to->stack = from->stack;
    to->tls = from->tls;
    to->thread_pointer = from->thread_pointer;
    if (symbols_mapping_at(building->symbols, &place, &mapping) == 0 &&
        mapping.tag == tag_of(TRACE_PLACE_STACK, parent)) {
        error = own(building, event, pid, to->stack, TRACE_PLACE_STACK, child);
    }
    place.vaddr = from->tls.first;
    if (error == 0 &&
        symbols_mapping_at(building->symbols, &place, &mapping) == 0 &&
        mapping.tag == tag_of(TRACE_PLACE_TLS, parent)) {
        error = own(building, event, pid, to->tls, TRACE_PLACE_TLS, child);
    }
    return error;
}

static int fork_process(struct building *building,
                        const struct memtrace_event *event,
                        const struct memory_change *change)
{
    const struct memtrace_thread *thread =
        memtrace_thread(building->reader, event->thread);
    uint64_t pid = change->mapping.pid;
    int error =
        symbols_fork(building->symbols, pid, change->parent, event->time);

    if (error == 0 && thread && thread->parent < building->n_threads) {
        return inherit(building, event, pid, thread->parent, event->thread);
    }
    return error_of(error);
}

static int take_change(struct building *building,
                       const struct memtrace_event *event,
                       const struct memory_change *change)
{
    switch (change->kind) {
    case MEMORY_STARTED:
        return error_of(
            symbols_start(building->symbols, change->mapping.pid, event->time));
    case MEMORY_FORKED:
        return fork_process(building, event, change);
    case MEMORY_MAPPED:
        return map(building, event->thread, &change->mapping);
    case MEMORY_UNMAPPED:
        return unmap(building, &change->mapping);
    case MEMORY_PROTECTED:
        break;
    }
    return 0;
}

static int take(struct building *building, int64_t i)
{
    const struct memtrace_event *event = &building->events[i];
    const struct memory_change *changes;
    const struct guest_call *call;
    int64_t n;
    int error;

    if (event->thread >= building->n_threads) {
        return 0;
    }
    if (event->type == MEMTRACE_EVENT_FILE) {
        return noted_files_take(&building->notes, event);
    }
    n = memory_map_take(building->map, event, &changes);
    error = n < 0 ? (int)n : 0;
    for (int64_t k = 0; k < n && error == 0; k++) {
        error = take_change(building, event, &changes[k]);
    }
    if (error == 0 && event->type == MEMTRACE_EVENT_SYSCALL && event->text) {
        call = guest_call_named(event->text);
        if (call && call->kind == GUEST_CALL_CLONE) {
            error = clone_thread(building, i);
        } else if (call && call->does & CALL_CLEARS) {
            error = first_thread(building, i);
        }
    }
    return error;
}

static int link_threads(struct building *building)
{
    uint32_t n = memtrace_summary(building->reader)->n_threads;

    building->n_threads = n;
    building->threads = calloc(n + 1, sizeof(*building->threads));
    if (!building->threads) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < n; i++) {
        building->threads[i].child = MEMTRACE_NO_THREAD;
        building->threads[i].last_child = MEMTRACE_NO_THREAD;
        building->threads[i].next = MEMTRACE_NO_THREAD;
    }
    for (uint32_t i = 0; i < n; i++) {
        const struct memtrace_thread *thread =
            memtrace_thread(building->reader, i);
        struct thread_memory *parent;

        if (!thread || thread->parent >= n || thread->parent == i) {
            continue;
        }
        parent = &building->threads[thread->parent];
        if (parent->child == MEMTRACE_NO_THREAD) {
            parent->child = i;
        } else {
            building->threads[parent->last_child].next = i;
        }
        parent->last_child = i;
    }
    return 0;
}

/* Files that are mapped for their code, or by QEMU, are no data files. */
static int find_images(struct building *building)
{
    size_t room = 0;
    size_t n = 0;

    for (int64_t i = 0; i < building->n_events; i++) {
        const struct memtrace_event *event = &building->events[i];
        const char **image;

        if (event->type != MEMTRACE_EVENT_MAP || !event->text ||
            event->text[0] != '/' ||
            !(is_initial(event->args[3]) ||
              (event->args[2] & MEMTRACE_PROT_EXEC)) ||
            (n > 0 && strcmp(building->images[n - 1], event->text) == 0)) {
            continue;
        }
        image = array_add(building->images, n, room);
        if (!image) {
            return MEMTRACE_ERR_NOMEM;
        }
        *image = event->text;
    }
    if (n > 0) {
        qsort(building->images, n, sizeof(*building->images), compare_names);
    }
    building->n_images = n;
    return 0;
}

static void learn_arch(struct building *building)
{
    const char *bits = memtrace_meta(building->reader, "guest.bits");

    building->guest = guest_find(memtrace_meta(building->reader, "guest.arch"));
    building->arena_bytes =
        bits && strcmp(bits, "32") == 0 ? ARENA_BYTES_32 : ARENA_BYTES_64;
}

int trace_symbols_new(struct memtrace_reader *reader,
                      const struct symbols_config *config, struct symbols **out)
{
    struct building building = {.reader = reader};
    struct made_code *made = NULL;
    int error;

    *out = NULL;
    building.n_events = memtrace_events(reader, &building.events);
    if (building.n_events < 0) {
        return (int)building.n_events;
    }
    learn_arch(&building);
    noted_files_begin(&building.notes, reader, building.events,
                      (size_t)building.n_events);
    error = link_threads(&building);
    if (error == 0) {
        error = find_images(&building);
    }
    if (error == 0) {
        error = memory_map_new(reader, &building.map);
    }
    if (error == 0) {
        error = error_of(symbols_new(config, &building.symbols));
    }
    if (error == 0) {
        error = made_code_new(reader, &made);
    }
    for (int64_t i = 0; error == 0 && i < building.n_events; i++) {
        error = made_code_tell(made, building.symbols, building.events[i].time);
        error = error ? error : take(&building, i);
    }
    if (error == 0) {
        error = made_code_tell(made, building.symbols, UINT64_MAX);
    }
    made_code_free(made);
    memory_map_free(building.map);
    free(building.threads);
    free(building.images);
    noted_files_free(&building.notes);
    if (error != 0) {
        symbols_free(building.symbols);
        return error;
    }
    *out = building.symbols;
    return 0;
}
