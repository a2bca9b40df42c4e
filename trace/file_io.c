/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file_io.c - see file_io.h. */
#include "file_io.h"

#include <errno.h>
#include <unistd.h>

#include "memtrace.h"

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

int write_all(int fd, const uint8_t *data, size_t size, uint64_t offset)
{
    while (size) {
        ssize_t n = pwrite(fd, data, size, (off_t)offset);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            errno = n < 0 ? errno : ENOSPC;
            return MEMTRACE_ERR_IO;
        }
        data += n;
        size -= (size_t)n;
        offset += (uint64_t)n;
    }
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
