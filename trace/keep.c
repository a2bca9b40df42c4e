/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keep.c - see keep.h.
 *
 * Blocks are evicted in the order of their last stamps, so that all of what
 * came after the last one evicted is there.  What stays of them is one EVICTED
 * block a thread, or a few where it has many events.  It is written anew with
 * each block that goes, and before that block's place is given back.
 */
#include "keep.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "array.h"
#include "check.h"
#include "events.h"
#include "evicted.h"
#include "file_io.h"
#include "lower_bound.h"
#include "space.h"

#define LEVEL 3
#define EVENTS_MAX                                                             \
    (64u << 10) /* of one EVICTED block, before the last added                 \
                 */

struct kept_block {
    TAILQ_ENTRY(kept_block) entry;
    struct block_ref ref;
};

/* An EVICTED block, and its events as they are before compression. */
struct kept_stub {
    struct evicted_head head;
    struct buffer events;
    struct extent place; /* of size 0: not written yet */
};

struct keep {
    struct space space;
    uint64_t max_bytes;
    uint64_t table_bytes; /* of the file: what is no ACCESS block, nor free */
    TAILQ_HEAD(kept_blocks, kept_block) blocks; /* the next to go is first */
    size_t n_blocks;
    struct kept_stub *stubs; /* by thread and first */
    size_t n_stubs, room_stubs;
    struct block_ref *tables;
    size_t n_tables, room_tables;
    uint64_t n_evicted;
    uint64_t evicted_time;
    ZSTD_CCtx *zstd;
    ZSTD_DCtx *unzstd;
    struct buffer raw;
    struct buffer out;
};

struct keep *keep_new(int fd, uint64_t end, uint64_t max_bytes, ZSTD_CCtx *zstd)
{
    struct keep *keep = calloc(1, sizeof(*keep));

    if (!keep) {
        return NULL;
    }
    keep->space.fd = fd;
    keep->space.end = end;
    keep->table_bytes = end;
    keep->max_bytes = max_bytes;
    keep->zstd = zstd;
    keep->unzstd = ZSTD_createDCtx();
    TAILQ_INIT(&keep->blocks);
    if (!keep->unzstd) {
        keep_free(keep);
        return NULL;
    }
    return keep;
}

void keep_free(struct keep *keep)
{
    struct kept_block *block;

    if (!keep) {
        return;
    }
    while ((block = TAILQ_FIRST(&keep->blocks))) {
        TAILQ_REMOVE(&keep->blocks, block, entry);
        free(block);
    }
    for (size_t i = 0; i < keep->n_stubs; i++) {
        buffer_free(&keep->stubs[i].events);
    }
    free(keep->stubs);
    free(keep->tables);
    ZSTD_freeDCtx(keep->unzstd);
    buffer_free(&keep->raw);
    buffer_free(&keep->out);
    space_free(&keep->space);
    free(keep);
}

uint64_t keep_end(const struct keep *keep)
{
    return keep->space.end;
}

uint64_t keep_evicted(const struct keep *keep, uint64_t *time)
{
    *time = keep->evicted_time;
    return keep->n_evicted;
}

int keep_table(struct keep *keep, const uint8_t *data, struct block_ref *ref)
{
    int error;

    if (array_reserve(keep->tables, keep->room_tables, keep->n_tables + 1) <
        0) {
        return MEMTRACE_ERR_NOMEM;
    }
    error = space_write(&keep->space, data, ref->size, &ref->offset);
    if (error == 0) {
        keep->tables[keep->n_tables++] = *ref;
        keep->table_bytes += ref->size;
    }
    return error;
}

/* The stub that a block goes on from, or a new one; NULL out of memory. */
static struct kept_stub *stub_for(struct keep *keep,
                                  const struct access_head *head)
{
    size_t behind = lower_bound(
        keep->n_stubs, i,
        evicted_is_up_to(&keep->stubs[i].head, head->thread, head->first));
    struct kept_stub *stub;

    if (behind > 0) {
        stub = &keep->stubs[behind - 1];
        if (stub->head.thread == head->thread &&
            stub->head.first + stub->head.n_accesses == head->first &&
            stub->events.used < EVENTS_MAX) {
            return stub;
        }
    }
    stub = array_insert(keep->stubs, keep->n_stubs, keep->room_stubs, behind);
    if (stub) {
        *stub = (struct kept_stub){
            .head = {.thread = head->thread,
                     .first = head->first,
                     .start_time = head->start_time},
        };
    }
    return stub;
}

/* Of a block's events, those that stay. Return: 0, or CORRUPT, NOMEM. */
static int add_events(struct keep *keep, struct kept_stub *stub,
                      const struct access_head *head, const uint8_t *section)
{
    struct access_head base = evicted_base(&stub->head);
    struct bytes_in in = bytes_in(section, head->events_size);
    int error =
        section_get(&in, keep->unzstd, LIMIT_KEPT_BYTES, true, &keep->raw);

    if (error < 0) {
        return error;
    }
    in = bytes_in(keep->raw.data, keep->raw.used);
    while (bytes_left(&in)) {
        struct memtrace_event event;

        error = event_get(&in, head, &event);
        if (error == 0 && evicted_keeps(&event)) {
            error = event_put(&stub->events, &base, &event);
            stub->head.n_events += error == 0;
        }
        if (error < 0) {
            return error;
        }
    }
    return 0;
}

/* Write a stub anew, and give back where it was. */
static int write_stub(struct keep *keep, struct kept_stub *stub)
{
    struct extent before = stub->place;
    uint64_t offset;
    int error;

    if (block_begin(&keep->out, EVICTED_HEAD_BYTES) < 0 ||
        (stub->events.used &&
         section_put(&keep->out, keep->zstd, LEVEL, stub->events.data,
                     stub->events.used, true) < 0)) {
        return MEMTRACE_ERR_NOMEM;
    }
    evicted_head_put(keep->out.data + BLOCK_HEADER_BYTES, &stub->head);
    block_end(&keep->out, BLOCK_EVICTED, 1, EVICTED_HEAD_BYTES);
    error = space_write(&keep->space, keep->out.data, keep->out.used, &offset);
    if (error < 0) {
        return error;
    }
    stub->place = (struct extent){offset, keep->out.used};
    keep->table_bytes += stub->place.size - before.size;
    return before.size ? space_release(&keep->space, before.offset, before.size)
                       : 0;
}

/* Note in the file that a block is gone; section: of its events. */
static int fold(struct keep *keep, const struct access_head *head,
                const uint8_t *section)
{
    struct kept_stub *stub = stub_for(keep, head);
    int error = stub ? 0 : MEMTRACE_ERR_NOMEM;

    if (error == 0 && head->n_events) {
        error = add_events(keep, stub, head, section);
    }
    if (error < 0) {
        return error;
    }
    check(stub->head.thread == head->thread &&
              stub->head.first + stub->head.n_accesses == head->first,
          "what is evicted goes on where its stub ends");
    stub->head.end_time = head->end_time;
    stub->head.n_accesses += head->n_accesses;
    stub->head.n_stores += head->n_stores;
    stub->head.n_atomics += head->n_atomics;
    stub->head.n_lost += head->n_lost;
    keep->n_evicted += head->n_accesses;
    if (head->end_time > keep->evicted_time) {
        keep->evicted_time = head->end_time;
    }
    return write_stub(keep, stub);
}

/* The events of a block in the file, into keep->out. */
static int read_events(struct keep *keep, const struct block_ref *ref)
{
    uint8_t header[BLOCK_HEADER_BYTES];
    uint64_t offset = ref->offset + BLOCK_HEADER_BYTES;
    size_t size = ref->head.events_size;

    keep->out.used = 0;
    if (buffer_reserve(&keep->out, size) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (read_at(keep->space.fd, header, sizeof(header), ref->offset) < 0) {
        return MEMTRACE_ERR_IO;
    }
    offset += get_le32(header + BLOCK_HEAD_SIZE);
    return read_at(keep->space.fd, keep->out.data, size, offset) < 0
               ? MEMTRACE_ERR_IO
               : 0;
}

static int evict(struct keep *keep, struct kept_block *block)
{
    const struct block_ref *ref = &block->ref;
    struct buffer section = {0};
    int error = read_events(keep, ref);

    /* fold() makes its block in keep->out. */
    section = keep->out;
    keep->out = (struct buffer){0};
    if (error == 0) {
        error = fold(keep, &ref->head, section.data);
    }
    buffer_free(&section);
    if (error == 0) {
        error = space_release(&keep->space, ref->offset, ref->size);
    }
    TAILQ_REMOVE(&keep->blocks, block, entry);
    keep->n_blocks--;
    free(block);
    return error;
}

/* Is there a place for a block, or may the file grow by it? */
static bool has_room(const struct keep *keep, uint64_t size)
{
    uint64_t area = keep->space.end - keep->table_bytes;

    check(keep->table_bytes <= keep->space.end, "tables lie in the file");
    return space_fits(&keep->space, size) || area + size <= keep->max_bytes;
}

/* By last stamp; they come about in that order. */
static void insert(struct keep *keep, struct kept_block *block)
{
    struct kept_block *before = TAILQ_LAST(&keep->blocks, kept_blocks);

    while (before && before->ref.head.end_time > block->ref.head.end_time) {
        before = TAILQ_PREV(before, kept_blocks, entry);
    }
    if (before) {
        TAILQ_INSERT_AFTER(&keep->blocks, before, block, entry);
    } else {
        TAILQ_INSERT_HEAD(&keep->blocks, block, entry);
    }
    keep->n_blocks++;
}

int keep_access(struct keep *keep, const uint8_t *data, struct block_ref *ref)
{
    const struct access_head *head = &ref->head;
    struct kept_block *block, *first;
    int error;

    if (keep->n_evicted && head->end_time <= keep->evicted_time) {
        /* A worker was late: what came after it is gone already. */
        return fold(keep, head,
                    data + BLOCK_HEADER_BYTES +
                        get_le32(data + BLOCK_HEAD_SIZE));
    }
    while (!has_room(keep, ref->size) && (first = TAILQ_FIRST(&keep->blocks))) {
        error = evict(keep, first);
        if (error < 0) {
            return error;
        }
    }
    block = calloc(1, sizeof(*block));
    if (!block) {
        return MEMTRACE_ERR_NOMEM;
    }
    error = space_write(&keep->space, data, ref->size, &ref->offset);
    if (error < 0) {
        free(block);
        return error;
    }
    block->ref = *ref;
    insert(keep, block);
    return 0;
}

static int compare(const void *a, const void *b)
{
    const struct block_ref *x = a, *y = b;

    return (x->offset > y->offset) - (x->offset < y->offset);
}

int keep_finish(struct keep *keep, struct block_ref **refs, size_t *n_refs)
{
    size_t n = 0;
    struct kept_block *block;

    *refs = calloc(keep->n_blocks + keep->n_tables + keep->n_stubs + 1,
                   sizeof(**refs));
    if (!*refs) {
        return MEMTRACE_ERR_NOMEM;
    }
    TAILQ_FOREACH(block, &keep->blocks, entry)
    {
        (*refs)[n++] = block->ref;
    }
    for (size_t i = 0; i < keep->n_tables; i++) {
        (*refs)[n++] = keep->tables[i];
    }
    for (size_t i = 0; i < keep->n_stubs; i++) {
        const struct extent *place = &keep->stubs[i].place;

        /* Where writing failed it may be nowhere. */
        if (place->size) {
            (*refs)[n++] = (struct block_ref){
                .kind = BLOCK_EVICTED,
                .offset = place->offset,
                .size = place->size,
            };
        }
    }
    qsort(*refs, n, sizeof(**refs), compare);
    *n_refs = n;
    return space_trim(&keep->space);
}
