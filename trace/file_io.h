/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * file_io.h - reading and writing at places of a trace file, whole.
 */
#ifndef MEMTRACE_FILE_IO_H
#define MEMTRACE_FILE_IO_H

#include <stddef.h>
#include <stdint.h>

#include "block.h"
#include "buffer.h"

/* Read exactly that much. Return: 0, or IO, TRUNCATED at the file's end. */
int read_at(int fd, void *data, size_t size, uint64_t offset);

/* Write all of data, however often it takes. Return: 0, or IO (errno is set).
 */
int write_all(int fd, const uint8_t *data, size_t size, uint64_t offset);

/*
 * Read a whole block and check it; out->data then holds it.  *body is its
 * body.  Return: 0, or CORRUPT, CHECKSUM, IO, NOMEM.
 */
int block_read(int fd, uint64_t offset, uint64_t size, struct buffer *out,
               struct block_header *header, const uint8_t **body);

#endif /* MEMTRACE_FILE_IO_H */
