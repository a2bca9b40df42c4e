/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reader.c - opens a trace, and answers what it holds.  Accesses are read by
 * cursors (cursor.c, merge.c).
 */
#include "reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int read_at(int fd, void *data, size_t size, uint64_t offset)
{
    uint8_t *p = data;

    while (size) {
        ssize_t n = pread(fd, p, size, (off_t)offset);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return MEMTRACE_ERR_IO;
        }
        if (n == 0) {
            return MEMTRACE_ERR_TRUNCATED;
        }
        p += n;
        size -= (size_t)n;
        offset += (uint64_t)n;
    }
    return 0;
}

void *array_room(void *array, size_t *room, size_t used, size_t element_size)
{
    size_t wanted;
    void *larger;

    if (used < *room) {
        return array;
    }
    wanted = *room ? *room * 2 : 16;
    larger = reallocarray(array, wanted, element_size);
    if (larger) {
        *room = wanted;
    }
    return larger;
}

int reader_keep(struct memtrace_reader *reader, struct buffer *buffer)
{
    struct buffer *kept = array_room(reader->kept, &reader->room_kept,
                                     reader->n_kept, sizeof(*kept));
    uint8_t *tight;

    if (!kept) {
        return MEMTRACE_ERR_NOMEM;
    }
    reader->kept = kept;
    tight = realloc(buffer->data, buffer->used + 1);
    if (tight) {
        buffer->data = tight;
    }
    reader->kept[reader->n_kept++] = *buffer;
    *buffer = (struct buffer){0};
    return 0;
}

int block_read(int fd, uint64_t offset, uint64_t size, struct buffer *out,
               struct block_header *header, const uint8_t **body)
{
    uint64_t before;
    int error;

    out->used = 0;
    if (size > SIZE_MAX / 4 || buffer_reserve(out, (size_t)size) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    error = read_at(fd, out->data, (size_t)size, offset);
    if (error < 0) {
        return error;
    }
    out->used = (size_t)size;
    error = block_parse(out->data, out->used, header);
    if (error < 0) {
        return error;
    }
    before = BLOCK_HEADER_BYTES + header->head_size;
    if (header->body_size != size - before) {
        return MEMTRACE_ERR_CORRUPT;
    }
    *body = out->data + before;
    return checksum(*body, (size_t)header->body_size) == header->body_checksum
               ? 0
               : MEMTRACE_ERR_CHECKSUM;
}

void reader_damaged(const struct memtrace_reader *reader, size_t block)
{
    struct stored_block *b = &reader->blocks[block];
    /* The summary is the one thing that reading changes. */
    struct memtrace_summary *s = (struct memtrace_summary *)&reader->summary;

    if (!__atomic_exchange_n(&b->is_damaged, 1, __ATOMIC_RELAXED)) {
        __atomic_fetch_add(&s->n_damaged_blocks, 1, __ATOMIC_RELAXED);
        __atomic_fetch_add(&s->damaged_bytes, b->facts.bytes, __ATOMIC_RELAXED);
    }
}

static int add_access_block(struct memtrace_reader *reader,
                            const struct block_ref *ref)
{
    const struct access_head *h = &ref->head;
    struct stored_block *blocks =
        array_room(reader->blocks, &reader->room_blocks, reader->n_blocks,
                   sizeof(*blocks));

    if (!blocks || reader->n_blocks == UINT32_MAX) {
        return MEMTRACE_ERR_NOMEM;
    }
    reader->blocks = blocks;
    blocks[reader->n_blocks++] = (struct stored_block){
        .facts = {.thread = h->thread,
                  .first = h->first,
                  .n_accesses = h->n_accesses,
                  .start_time = h->start_time,
                  .end_time = h->end_time,
                  .min_vaddr = h->min_vaddr,
                  .max_vaddr = h->max_vaddr,
                  .bytes = ref->size},
        .offset = ref->offset,
        .n_stores = h->n_stores,
        .n_atomics = h->n_atomics,
        .n_lost = h->n_lost,
        .n_events = h->n_events,
        .events_size = h->events_size,
    };
    return 0;
}

int reader_add(struct memtrace_reader *reader, const struct block_ref *ref)
{
    struct stored_part *parts;

    if (ref->kind == BLOCK_ACCESS) {
        return add_access_block(reader, ref);
    }
    parts = array_room(reader->parts, &reader->room_parts, reader->n_parts,
                       sizeof(*parts));
    if (!parts) {
        return MEMTRACE_ERR_NOMEM;
    }
    reader->parts = parts;
    parts[reader->n_parts++] = (struct stored_part){
        .offset = ref->offset, .size = ref->size, .kind = ref->kind};
    return 0;
}

/* Return: 0, or NOT_A_TRACE, VERSION, IO. */
static int check_file(struct memtrace_reader *reader)
{
    uint8_t header[FILE_HEADER_BYTES];
    struct stat st;
    int error;

    if (fstat(reader->fd, &st) < 0) {
        return MEMTRACE_ERR_IO;
    }
    if (!S_ISREG(st.st_mode) || st.st_size < FILE_HEADER_BYTES) {
        return MEMTRACE_ERR_NOT_A_TRACE;
    }
    reader->summary.file_bytes = (uint64_t)st.st_size;
    error = read_at(reader->fd, header, sizeof(header), 0);
    if (error < 0) {
        return MEMTRACE_ERR_IO;
    }
    if (memcmp(header, FILE_MAGIC, 8) != 0) {
        return MEMTRACE_ERR_NOT_A_TRACE;
    }
    /* A damaged header costs nothing: all it says is the version. */
    if (get_le64(header + FILE_HEADER_CHECKSUM) ==
            checksum(header, FILE_HEADER_CHECKSUM) &&
        get_le32(header + FILE_HEADER_VERSION) != FORMAT_VERSION) {
        return MEMTRACE_ERR_VERSION;
    }
    return 0;
}

static int compare_offsets(const void *a, const void *b)
{
    const struct stored_block *x = a, *y = b;

    return (x->offset > y->offset) - (x->offset < y->offset);
}

static int compare_part_offsets(const void *a, const void *b)
{
    const struct stored_part *x = a, *y = b;

    return (x->offset > y->offset) - (x->offset < y->offset);
}

static int load(struct memtrace_reader *reader)
{
    int error = index_load(reader);

    if (error < 0 && error != MEMTRACE_ERR_NOMEM) {
        error = index_rebuild(reader);
    }
    if (error < 0) {
        return error;
    }
    /* The index comes in pieces, the last first. */
    if (reader->n_blocks) {
        qsort(reader->blocks, reader->n_blocks, sizeof(*reader->blocks),
              compare_offsets);
    }
    if (reader->n_parts) {
        qsort(reader->parts, reader->n_parts, sizeof(*reader->parts),
              compare_part_offsets);
    }
    error = reader_load_parts(reader);
    if (error < 0) {
        return error;
    }
    reader_load_evicted(reader);
    return reader_load_threads(reader);
}

int memtrace_open(const char *path, struct memtrace_reader **out)
{
    struct memtrace_reader *reader = calloc(1, sizeof(*reader));
    int error;

    *out = NULL;
    if (!reader) {
        return MEMTRACE_ERR_NOMEM;
    }
    /* Not to wait where the path is a FIFO without a writer. */
    reader->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (reader->fd < 0) {
        error = MEMTRACE_ERR_OPEN;
        goto failed;
    }
    error = check_file(reader);
    if (error == 0) {
        error = load(reader);
    }
    if (error < 0) {
        goto failed;
    }
    *out = reader;
    return 0;
failed : {
    int saved = errno;

    memtrace_close(reader);
    errno = saved;
    return error;
}
}

void memtrace_close(struct memtrace_reader *reader)
{
    if (!reader) {
        return;
    }
    if (reader->fd >= 0) {
        close(reader->fd);
    }
    for (size_t i = 0; i < reader->n_kept; i++) {
        buffer_free(&reader->kept[i]);
    }
    free(reader->kept);
    free(reader->events);
    free(reader->insn_places);
    free(reader->insns);
    free(reader->meta);
    free(reader->threads);
    free(reader->by_thread);
    free(reader->evicted);
    free(reader->parts);
    free(reader->blocks);
    free(reader);
}

const struct memtrace_summary *
memtrace_summary(const struct memtrace_reader *reader)
{
    return &reader->summary;
}

const char *memtrace_meta(const struct memtrace_reader *reader, const char *key)
{
    for (size_t i = 0; i < reader->n_meta; i++) {
        if (strcmp(reader->meta[i].key, key) == 0) {
            return reader->meta[i].value;
        }
    }
    return NULL;
}

bool memtrace_meta_at(const struct memtrace_reader *reader, size_t i,
                      const char **key, const char **value)
{
    if (i >= reader->n_meta) {
        return false;
    }
    *key = reader->meta[i].key;
    *value = reader->meta[i].value;
    return true;
}

const struct memtrace_thread *
memtrace_thread(const struct memtrace_reader *reader, uint32_t number)
{
    size_t low = 0, high = reader->n_threads;

    if (number < high && reader->threads[number].number == number) {
        return &reader->threads[number];
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (reader->threads[middle].number < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < reader->n_threads && reader->threads[low].number == number
               ? &reader->threads[low]
               : NULL;
}

const struct memtrace_insn *memtrace_insn(const struct memtrace_reader *reader,
                                          uint32_t number)
{
    size_t low = 0, high = reader->n_insns;

    if (number > reader->summary.n_insns) {
        return NULL;
    }
    if (reader->insn_places) {
        uint32_t place = reader->insn_places[number];

        return place ? &reader->insns[place - 1] : NULL;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (reader->insns[middle].number < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < reader->n_insns && reader->insns[low].number == number
               ? &reader->insns[low]
               : NULL;
}

const struct memtrace_block *
memtrace_block(const struct memtrace_reader *reader, uint64_t i)
{
    return i < reader->n_blocks ? &reader->blocks[i].facts : NULL;
}
