/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * space.h - the space of a trace file whose blocks come and go: what is given
 * back is written to again, and is a FREE block meanwhile.
 *
 * At every moment the file is a row of whole blocks, so that it can be read
 * wherever the recorder is killed.
 */
#ifndef MEMTRACE_SPACE_H
#define MEMTRACE_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct extent {
    uint64_t offset;
    uint64_t size;
};

struct space {
    int fd;
    uint64_t end;        /* of the file */
    struct extent *free; /* by offset, no two of them touch */
    size_t n_free, room;
};

/* Is there a place for a block of that size before the file's end? */
bool space_fits(const struct space *space, size_t size);

/*
 * Write a block where it fits best, or at the file's end; *offset is set to
 * where.  Return: 0, or IO and the file is as before.
 */
int space_write(struct space *space, const uint8_t *data, size_t size,
                uint64_t *offset);

/* Give back a block's place. Return: 0, or IO, NOMEM. */
int space_release(struct space *space, uint64_t offset, uint64_t size);

/* Cut off what is free at the file's end. Return: 0, or IO. */
int space_trim(struct space *space);

void space_free(struct space *space);

#endif /* MEMTRACE_SPACE_H */
