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

#include "file_io.h"
#include "index.h"

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

static uint64_t meta_number(const struct memtrace_reader *reader,
                            const char *key)
{
    const char *value = memtrace_meta(reader, key);

    return value ? strtoull(value, NULL, 10) : 0;
}

/* Which blocks there are, and what those hold that are no accesses. */
static int load_contents(struct memtrace_reader *reader)
{
    struct memtrace_summary *s = &reader->summary;
    int error = index_load(reader->fd, s, &reader->stored);

    if (error < 0 && error != MEMTRACE_ERR_NOMEM) {
        error = index_rebuild(reader->fd, s, &reader->stored);
    }
    if (error < 0) {
        return error;
    }
    /* The index comes in pieces, the last first. */
    stored_sort(&reader->stored);
    error = contents_load(&reader->contents, reader->fd, &reader->stored,
                          &reader->threads, s);
    if (error < 0) {
        return error;
    }
    s->n_insns = reader->contents.highest_insn;
    s->ticks_per_second = meta_number(reader, "clock.ticks_per_second");
    s->start_unix_ns = meta_number(reader, "clock.start_unix_ns");
    evicted_list_settle(&reader->contents.evicted, &reader->stored);
    return stored_order(&reader->stored);
}

/* Put the threads together, and the totals. */
static int load_threads(struct memtrace_reader *reader)
{
    const struct evicted_list *evicted = &reader->contents.evicted;
    int error =
        thread_table_complete(&reader->threads, &reader->stored, evicted);

    if (error == 0 && !reader->threads.is_told) {
        const struct memtrace_event *events;
        int64_t n = memtrace_events(reader, &events);

        error = n < 0 ? (int)n : 0;
        thread_table_from_events(&reader->threads, events,
                                 n < 0 ? 0 : (size_t)n);
    }
    if (error == 0) {
        thread_table_count(&reader->threads, &reader->stored, evicted,
                           &reader->summary);
    }
    return error;
}

int memtrace_open(const char *path, struct memtrace_reader **out)
{
    struct memtrace_reader *reader = calloc(1, sizeof(*reader));
    int error, saved;

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
        error = load_contents(reader);
    }
    if (error == 0) {
        error = load_threads(reader);
    }
    if (error < 0) {
        goto failed;
    }
    *out = reader;
    return 0;
failed:
    saved = errno;
    memtrace_close(reader);
    errno = saved;
    return error;
}

void memtrace_close(struct memtrace_reader *reader)
{
    if (!reader) {
        return;
    }
    if (reader->fd >= 0) {
        close(reader->fd);
    }
    event_list_free(&reader->events);
    thread_table_free(&reader->threads);
    contents_free(&reader->contents);
    stored_free(&reader->stored);
    free(reader);
}

const struct memtrace_summary *
memtrace_summary(const struct memtrace_reader *reader)
{
    return &reader->summary;
}

const char *memtrace_meta(const struct memtrace_reader *reader, const char *key)
{
    return contents_meta(&reader->contents, key);
}

bool memtrace_meta_at(const struct memtrace_reader *reader, size_t i,
                      const char **key, const char **value)
{
    if (i >= reader->contents.n_meta) {
        return false;
    }
    *key = reader->contents.meta[i].key;
    *value = reader->contents.meta[i].value;
    return true;
}

const struct memtrace_thread *
memtrace_thread(const struct memtrace_reader *reader, uint32_t number)
{
    return thread_table_find(&reader->threads, number);
}

const struct memtrace_insn *memtrace_insn(const struct memtrace_reader *reader,
                                          uint32_t number)
{
    return contents_insn(&reader->contents, number);
}

const struct memtrace_block *
memtrace_block(const struct memtrace_reader *reader, uint64_t i)
{
    return i < reader->stored.n_blocks ? &reader->stored.blocks[i].facts : NULL;
}

int64_t memtrace_events(struct memtrace_reader *reader,
                        const struct memtrace_event **events)
{
    int error = event_list_load(&reader->events, reader->fd, &reader->stored,
                                &reader->contents.evicted, &reader->summary);

    *events = error < 0 ? NULL : reader->events.all;
    return error < 0 ? error : (int64_t)reader->events.n;
}
