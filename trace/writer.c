/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * writer.c - appends blocks to a trace file and ends it with its index.
 *
 * After a failed write the file is cut back to its last whole block; the
 * writer then refuses all but finish, which tries to end the file well.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "block.h"
#include "check.h"
#include "file_io.h"
#include "keep.h"
#include "tables.h"
#include "writer.h"

#define TABLE_LEVEL 9
#define INSNS_PENDING 8192 /* written then, or after that many blocks: */
#define INSNS_PENDING_BLOCKS 8
#define INDEX_PENDING_BYTES (1u << 20)

struct memtrace_writer {
    pthread_mutex_t lock; /* of all that follows */
    int fd;
    uint64_t size; /* of the file; read without the lock */
    int error;     /* the first failure, with its errno */
    int error_errno;
    ZSTD_CCtx *zstd;
    struct buffer meta;
    struct insn_columns insns;
    unsigned blocks_since_insns;
    struct buffer index;
    uint64_t index_end; /* end of the last block in index */
    uint64_t last_index_offset;
    uint64_t last_index_size;
    struct buffer out;
    struct keep
        *keep; /* NULL: blocks stay; then the index is made at the end */
};

static int fail_locked(struct memtrace_writer *w, int error)
{
    if (w->error == 0) {
        w->error = error;
        w->error_errno = errno;
    }
    errno = w->error_errno;
    return error;
}

static int append_locked(struct memtrace_writer *w, const uint8_t *data,
                         size_t size)
{
    check(w->index_end <= w->size && w->last_index_offset <= w->size,
          "what the index lists lies in the file");
    if (write_all(w->fd, data, size, w->size) < 0) {
        int saved = errno;

        if (ftruncate(w->fd, (off_t)w->size) < 0) {
            /* The reader finds the whole blocks all the same. */
        }
        errno = saved;
        return fail_locked(w, MEMTRACE_ERR_IO);
    }
    __atomic_store_n(&w->size, w->size + size, __ATOMIC_RELAXED);
    return 0;
}

/* Write the index so far; is_last: with the flags of the file's end. */
static int flush_index_locked(struct memtrace_writer *w, uint64_t flags)
{
    uint64_t offset = w->size;
    uint8_t *head;
    int error;

    if (block_begin(&w->out, INDEX_HEAD_BYTES) < 0 ||
        section_put(&w->out, w->zstd, TABLE_LEVEL, w->index.data, w->index.used,
                    true) < 0) {
        return fail_locked(w, MEMTRACE_ERR_NOMEM);
    }
    head = w->out.data + BLOCK_HEADER_BYTES;
    put_le64(head + INDEX_PREVIOUS_OFFSET, w->last_index_offset);
    put_le64(head + INDEX_PREVIOUS_SIZE, w->last_index_size);
    put_le64(head + INDEX_FLAGS, flags);
    block_end(&w->out, BLOCK_INDEX, 1, INDEX_HEAD_BYTES);
    error = append_locked(w, w->out.data, w->out.used);
    if (error == 0) {
        w->last_index_offset = offset;
        w->last_index_size = w->out.used;
        w->index.used = 0;
        w->index_end = 0;
    }
    return error;
}

static int keep_block_locked(struct memtrace_writer *w, const uint8_t *data,
                             struct block_ref *ref)
{
    int error = ref->kind == BLOCK_ACCESS ? keep_access(w->keep, data, ref)
                                          : keep_table(w->keep, data, ref);

    __atomic_store_n(&w->size, keep_end(w->keep), __ATOMIC_RELAXED);
    return error < 0 ? fail_locked(w, error) : 0;
}

/* The index of all that has stayed in the file. */
static int index_kept_locked(struct memtrace_writer *w)
{
    struct block_ref *refs;
    size_t n_refs = 0;
    int error = keep_finish(w->keep, &refs, &n_refs);

    w->size = keep_end(w->keep);
    for (size_t i = 0; i < n_refs && error == 0; i++) {
        check(refs[i].offset >= w->index_end &&
                  refs[i].size <= w->size - refs[i].offset,
              "blocks lie in the file, one behind another");
        error = block_ref_put(&w->index, &refs[i], &w->index_end);
        if (error == 0 && w->index.used >= INDEX_PENDING_BYTES) {
            error = flush_index_locked(w, 0);
        }
    }
    free(refs);
    return error < 0 ? fail_locked(w, error) : 0;
}

/* Append a block and remember it in the index. */
static int append_block_locked(struct memtrace_writer *w, const uint8_t *data,
                               size_t size)
{
    struct block_ref ref = {.offset = w->size, .size = size};
    struct block_header header;
    int error;

    if (block_parse(data, size, &header) < 0) {
        return MEMTRACE_ERR_INVALID;
    }
    ref.kind = header.kind;
    if (ref.kind == BLOCK_ACCESS &&
        access_head_get(data + BLOCK_HEADER_BYTES, header.head_size,
                        &ref.head) < 0) {
        return MEMTRACE_ERR_LIMIT;
    }
    if (w->keep) {
        return keep_block_locked(w, data, &ref);
    }
    error = append_locked(w, data, size);
    if (error < 0) {
        return error;
    }
    if (block_ref_put(&w->index, &ref, &w->index_end) < 0) {
        return fail_locked(w, MEMTRACE_ERR_NOMEM);
    }
    return w->index.used < INDEX_PENDING_BYTES ? 0 : flush_index_locked(w, 0);
}

/* A block without a head whose body is these sections. */
static int append_table_locked(struct memtrace_writer *w, uint16_t kind,
                               const struct buffer *const *sections,
                               size_t n_sections)
{
    int error;

    if (block_begin(&w->out, 0) < 0) {
        return fail_locked(w, MEMTRACE_ERR_NOMEM);
    }
    for (size_t i = 0; i < n_sections; i++) {
        if (section_put(&w->out, w->zstd, TABLE_LEVEL, sections[i]->data,
                        sections[i]->used, true) < 0) {
            return fail_locked(w, MEMTRACE_ERR_NOMEM);
        }
    }
    block_end(&w->out, kind, 1, 0);
    error = append_block_locked(w, w->out.data, w->out.used);
    check(error != MEMTRACE_ERR_INVALID, "a table is a block");
    return error;
}

static int flush_meta_locked(struct memtrace_writer *w)
{
    const struct buffer *sections[] = {&w->meta};
    int error;

    if (w->meta.used == 0) {
        return 0;
    }
    error = append_table_locked(w, BLOCK_META, sections, 1);
    if (error == 0) {
        w->meta.used = 0;
    }
    return error;
}

static int flush_insns_locked(struct memtrace_writer *w)
{
    const struct buffer *sections[] = {&w->insns.numbers, &w->insns.pcs,
                                       &w->insns.bytes};
    int error;

    w->blocks_since_insns = 0;
    if (w->insns.n_insns == 0) {
        return 0;
    }
    error = append_table_locked(w, BLOCK_INSNS, sections, 3);
    if (error == 0) {
        insns_clear(&w->insns);
    }
    return error;
}

static void writer_free(struct memtrace_writer *w)
{
    keep_free(w->keep);
    ZSTD_freeCCtx(w->zstd);
    buffer_free(&w->meta);
    insns_free(&w->insns);
    buffer_free(&w->index);
    buffer_free(&w->out);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

int memtrace_writer_create(int fd, struct memtrace_writer **out)
{
    struct memtrace_writer *w = calloc(1, sizeof(*w));
    uint8_t header[FILE_HEADER_BYTES] = {0};
    int error = MEMTRACE_ERR_NOMEM;

    *out = NULL;
    if (!w) {
        close(fd);
        return MEMTRACE_ERR_NOMEM;
    }
    pthread_mutex_init(&w->lock, NULL);
    w->fd = fd;
    w->zstd = ZSTD_createCCtx();
    if (!w->zstd) {
        goto failed;
    }
    memcpy(header, FILE_MAGIC, 8);
    put_le32(header + FILE_HEADER_VERSION, FORMAT_VERSION);
    put_le32(header + FILE_HEADER_SIZE, FILE_HEADER_BYTES);
    put_le64(header + FILE_HEADER_CHECKSUM,
             checksum(header, FILE_HEADER_CHECKSUM));
    error = append_locked(w, header, sizeof(header));
    if (error < 0) {
        goto failed;
    }
    *out = w;
    return 0;
failed:
    error = error ? error : MEMTRACE_ERR_NOMEM;
    {
        int saved = errno;

        close(fd);
        writer_free(w);
        errno = saved;
    }
    return error;
}

int memtrace_writer_keep_last(struct memtrace_writer *w, uint64_t max_bytes)
{
    w->keep = keep_new(w->fd, w->size, max_bytes, w->zstd);
    return w->keep ? 0 : MEMTRACE_ERR_NOMEM;
}

uint64_t memtrace_writer_evicted(struct memtrace_writer *w, uint64_t *time)
{
    uint64_t n = 0;

    *time = 0;
    pthread_mutex_lock(&w->lock);
    if (w->keep) {
        n = keep_evicted(w->keep, time);
    }
    pthread_mutex_unlock(&w->lock);
    return n;
}

int memtrace_writer_meta(struct memtrace_writer *w, const char *key,
                         const char *value)
{
    int error = 0;

    if (key[0] == '\0') {
        return MEMTRACE_ERR_INVALID;
    }
    pthread_mutex_lock(&w->lock);
    if (buffer_reserve(&w->meta, strlen(key) + strlen(value) + 2) < 0) {
        error = MEMTRACE_ERR_NOMEM;
    } else {
        buffer_append(&w->meta, key, strlen(key) + 1);
        buffer_append(&w->meta, value, strlen(value) + 1);
    }
    pthread_mutex_unlock(&w->lock);
    return error;
}

/* A failed writer stays failed: errno is that of its first failure. */
static int failed_locked(struct memtrace_writer *w)
{
    errno = w->error ? w->error_errno : errno;
    return w->error;
}

int memtrace_writer_flush_meta(struct memtrace_writer *w)
{
    int error;

    pthread_mutex_lock(&w->lock);
    error = failed_locked(w);
    if (error == 0) {
        error = flush_meta_locked(w);
    }
    pthread_mutex_unlock(&w->lock);
    return error;
}

int memtrace_writer_insn(struct memtrace_writer *w,
                         const struct memtrace_insn *insn)
{
    int error;

    pthread_mutex_lock(&w->lock);
    error = failed_locked(w);
    if (error == 0) {
        error = insns_put(&w->insns, insn);
    }
    if (error == 0 && w->insns.n_insns >= INSNS_PENDING) {
        error = flush_insns_locked(w);
    }
    pthread_mutex_unlock(&w->lock);
    return error;
}

int memtrace_writer_block(struct memtrace_writer *w, const uint8_t *data,
                          size_t size_bytes)
{
    int error;

    if (size_bytes == 0) {
        return 0;
    }
    pthread_mutex_lock(&w->lock);
    error = failed_locked(w);
    if (error == 0 && ++w->blocks_since_insns >= INSNS_PENDING_BLOCKS) {
        error = flush_insns_locked(w);
    }
    if (error == 0) {
        error = append_block_locked(w, data, size_bytes);
    }
    pthread_mutex_unlock(&w->lock);
    return error;
}

uint64_t memtrace_writer_bytes(const struct memtrace_writer *w)
{
    return __atomic_load_n(&w->size, __ATOMIC_RELAXED);
}

static int write_threads(struct memtrace_writer *w,
                         const struct memtrace_thread *threads,
                         size_t n_threads)
{
    struct buffer raw = {0};
    const struct buffer *sections[] = {&raw};
    int error = 0;

    for (size_t i = 0; i < n_threads && error == 0; i++) {
        error = thread_put(&raw, &threads[i]);
    }
    if (error == 0 && n_threads) {
        error = append_table_locked(w, BLOCK_THREADS, sections, 1);
    }
    buffer_free(&raw);
    return error;
}

static int write_trailer(struct memtrace_writer *w)
{
    uint8_t trailer[TRAILER_BYTES] = {0};

    memcpy(trailer, TRAILER_MAGIC, 8);
    put_le64(trailer + TRAILER_INDEX_OFFSET, w->last_index_offset);
    put_le64(trailer + TRAILER_INDEX_SIZE, w->last_index_size);
    put_le64(trailer + TRAILER_CHECKSUM, checksum(trailer, TRAILER_CHECKSUM));
    return append_locked(w, trailer, sizeof(trailer));
}

int memtrace_writer_finish(struct memtrace_writer *w,
                           const struct memtrace_thread *threads,
                           size_t n_threads, bool is_complete)
{
    uint64_t flags = INDEX_IS_LAST | (is_complete ? INDEX_IS_COMPLETE : 0);
    int error, saved;

    pthread_mutex_lock(&w->lock);
    /* Each step is tried, also after a failure: the more of it the better. */
    flush_insns_locked(w);
    flush_meta_locked(w);
    write_threads(w, threads, n_threads);
    if (w->keep) {
        index_kept_locked(w);
    }
    if (flush_index_locked(w, flags) == 0) {
        write_trailer(w);
    }
    if (close(w->fd) < 0) {
        fail_locked(w, MEMTRACE_ERR_IO);
    }
    error = w->error;
    saved = w->error_errno;
    pthread_mutex_unlock(&w->lock);
    writer_free(w);
    if (error) {
        errno = saved;
    }
    return error;
}
