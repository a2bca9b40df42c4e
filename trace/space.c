/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * space.c - see space.h.
 *
 * The order of the writes matters: what a write would leave torn lies in a
 * FREE block until its header, which is written last, shows it.
 */
#include "space.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "block.h"
#include "check.h"
#include "file_io.h"
#include "lower_bound.h"
#include "memtrace.h"

/* What is left of an extent must have room for a header. */
static bool holds(const struct extent *extent, size_t size)
{
    return extent->size == size || extent->size >= size + BLOCK_HEADER_BYTES;
}

/* The smallest extent that holds it, or NULL. */
static struct extent *find(const struct space *space, size_t size)
{
    struct extent *best = NULL;

    for (size_t i = 0; i < space->n_free; i++) {
        struct extent *extent = &space->free[i];

        if (holds(extent, size) && (!best || extent->size < best->size)) {
            best = extent;
        }
    }
    return best;
}

bool space_fits(const struct space *space, size_t size)
{
    return find(space, size) != NULL;
}

static int put_header(struct space *space, uint64_t offset, uint64_t size)
{
    uint8_t header[BLOCK_HEADER_BYTES];

    block_free_put(header, size);
    return write_all(space->fd, header, sizeof(header), offset);
}

/* So that a search for blocks does not find what was there. */
static int wipe(struct space *space, uint64_t offset)
{
    static const uint8_t nothing[BLOCK_SYNC_BYTES];

    return write_all(space->fd, nothing, sizeof(nothing), offset);
}

static void remove_extent(struct space *space, const struct extent *extent)
{
    array_remove(space->free, space->n_free, (size_t)(extent - space->free), 1);
}

static int write_within(struct space *space, struct extent *extent,
                        const uint8_t *data, size_t size)
{
    uint64_t left = extent->size - size;

    check(holds(extent, size), "what is written fits where it goes");
    if ((left && put_header(space, extent->offset + size, left) < 0) ||
        write_all(space->fd, data + BLOCK_HEADER_BYTES,
                  size - BLOCK_HEADER_BYTES,
                  extent->offset + BLOCK_HEADER_BYTES) < 0 ||
        write_all(space->fd, data, BLOCK_HEADER_BYTES, extent->offset) < 0) {
        return MEMTRACE_ERR_IO;
    }
    extent->offset += size;
    extent->size = left;
    if (left == 0) {
        remove_extent(space, extent);
    }
    return 0;
}

int space_write(struct space *space, const uint8_t *data, size_t size,
                uint64_t *offset)
{
    struct extent *extent = find(space, size);

    if (extent) {
        *offset = extent->offset;
        return write_within(space, extent, data, size);
    }
    *offset = space->end;
    if (write_all(space->fd, data, size, space->end) < 0) {
        int saved = errno;

        if (ftruncate(space->fd, (off_t)space->end) < 0) {
            /* The reader finds the whole blocks all the same. */
        }
        errno = saved;
        return MEMTRACE_ERR_IO;
    }
    space->end += size;
    return 0;
}

static int insert(struct space *space, size_t i, uint64_t offset, uint64_t size)
{
    struct extent *extent =
        array_insert(space->free, space->n_free, space->room, i);

    if (!extent) {
        return MEMTRACE_ERR_NOMEM;
    }
    *extent = (struct extent){offset, size};
    return 0;
}

int space_release(struct space *space, uint64_t offset, uint64_t size)
{
    size_t i = lower_bound(space->n_free, k, space->free[k].offset < offset);
    struct extent *left = i > 0 ? &space->free[i - 1] : NULL;
    struct extent *right = i < space->n_free ? &space->free[i] : NULL;
    bool joins_left = left && left->offset + left->size == offset;
    bool joins_right = right && right->offset == offset + size;
    uint64_t right_offset = offset + size;
    uint64_t start = joins_left ? left->offset : offset;

    check(size <= space->end - offset, "what is given back lies in the file");
    check((!left || left->offset + left->size <= offset) &&
              (!right || offset + size <= right->offset),
          "what is given back was not free");
    if (joins_right) {
        size += right->size;
    }
    if (joins_left) {
        left->size += size;
        size = left->size;
        if (joins_right) {
            remove_extent(space, right);
        }
    } else if (joins_right) {
        *right = (struct extent){offset, size};
    } else if (insert(space, i, offset, size) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    if (put_header(space, start, size) < 0 ||
        (joins_left && wipe(space, offset) < 0) ||
        (joins_right && wipe(space, right_offset) < 0)) {
        return MEMTRACE_ERR_IO;
    }
    return 0;
}

int space_trim(struct space *space)
{
    struct extent *last =
        space->n_free ? &space->free[space->n_free - 1] : NULL;

    if (!last || last->offset + last->size != space->end) {
        return 0;
    }
    if (ftruncate(space->fd, (off_t)last->offset) < 0) {
        return MEMTRACE_ERR_IO;
    }
    space->end = last->offset;
    space->n_free--;
    return 0;
}

void space_free(struct space *space)
{
    free(space->free);
    space->free = NULL;
}
