/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * index.c - which blocks a file has: from its index, or by walking it.
 *
 * The walk reads and checks every block, and after damage looks for the next
 * sync magic.  It takes time in proportion to the file's size: a block whose
 * header is sound is passed over as a whole even if its body is not, and
 * where no header is sound the search goes forward only.
 *
 * A block that reaches over the file's end may be one that a killed recorder
 * was at, or one whose size is wrong: it is cut off if no sound block follows
 * up to the file's end, else it is damaged.
 */
#include "index.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "file_io.h"

#define WINDOW_BYTES (1u << 20)

/* From the index; summary and stored are the caller's. */
struct loading {
    int fd;
    struct memtrace_summary *summary;
    struct stored *stored;
    ZSTD_DCtx *zstd;
    struct buffer block;
    struct buffer raw;
};

/* Note the blocks that one INDEX body lists. */
static int load_refs(struct loading *l, const uint8_t *body, size_t body_size)
{
    struct bytes_in in = bytes_in(body, body_size);
    uint64_t end = 0, file = l->summary->file_bytes;
    int error = section_get(&in, l->zstd, LIMIT_KEPT_BYTES, true, &l->raw);

    if (error < 0) {
        return error;
    }
    in = bytes_in(l->raw.data, l->raw.used);
    while (bytes_left(&in)) {
        struct block_ref ref;

        if (block_ref_get(&in, &ref, &end) < 0 ||
            ref.size < BLOCK_HEADER_BYTES || ref.size > file ||
            ref.offset > file - ref.size) {
            return MEMTRACE_ERR_CORRUPT;
        }
        error = stored_add(l->stored, &ref);
        if (error < 0) {
            return error;
        }
    }
    return 0;
}

/* Follow the INDEX blocks from the last to the first. */
static int load_chain(struct loading *l, uint64_t offset, uint64_t size)
{
    uint64_t limit = l->summary->file_bytes;

    for (bool is_last = true; is_last || offset != 0; is_last = false) {
        struct block_header header;
        const uint8_t *body, *head;
        int error;

        if (offset >= limit || size > limit - offset) {
            return MEMTRACE_ERR_CORRUPT;
        }
        error = block_read(l->fd, offset, size, &l->block, &header, &body);
        if (error < 0) {
            return error;
        }
        if (header.kind != BLOCK_INDEX || header.encoding != 1 ||
            header.head_size < INDEX_HEAD_BYTES) {
            return MEMTRACE_ERR_CORRUPT;
        }
        error = load_refs(l, body, header.body_size);
        if (error < 0) {
            return error;
        }
        head = l->block.data + BLOCK_HEADER_BYTES;
        if (is_last) {
            uint64_t flags = get_le64(head + INDEX_FLAGS);

            l->summary->is_complete = flags & INDEX_IS_COMPLETE;
        }
        limit = offset; /* the one before lies before: no loops */
        offset = get_le64(head + INDEX_PREVIOUS_OFFSET);
        size = get_le64(head + INDEX_PREVIOUS_SIZE);
    }
    return 0;
}

int index_load(int fd, struct memtrace_summary *summary, struct stored *stored)
{
    uint64_t file = summary->file_bytes;
    uint8_t trailer[TRAILER_BYTES];
    struct loading l = {.fd = fd, .summary = summary, .stored = stored};
    int error;

    if (file < TRAILER_BYTES) {
        return MEMTRACE_ERR_CORRUPT;
    }
    error = read_at(fd, trailer, sizeof(trailer), file - TRAILER_BYTES);
    if (error < 0) {
        return error;
    }
    if (memcmp(trailer, TRAILER_MAGIC, 8) != 0 ||
        get_le64(trailer + TRAILER_CHECKSUM) !=
            checksum(trailer, TRAILER_CHECKSUM)) {
        return MEMTRACE_ERR_CORRUPT;
    }
    l.zstd = ZSTD_createDCtx();
    if (!l.zstd) {
        return MEMTRACE_ERR_NOMEM;
    }
    error = load_chain(&l, get_le64(trailer + TRAILER_INDEX_OFFSET),
                       get_le64(trailer + TRAILER_INDEX_SIZE));
    ZSTD_freeDCtx(l.zstd);
    buffer_free(&l.block);
    buffer_free(&l.raw);
    return error;
}

/* A stretch of the file in memory. */
struct window {
    int fd;
    uint64_t file_bytes;
    uint64_t start;
    size_t size;
    uint8_t data[WINDOW_BYTES];
};

/* By walking; summary and stored are the caller's. */
struct walk {
    struct memtrace_summary *summary;
    struct stored *stored;
    struct window window;
};

/*
 * Up to WINDOW_BYTES of the file from offset on, at least `wanted` of them
 * but for the file's end.  Return: how many, or IO.
 */
static int64_t window_get(struct window *w, uint64_t offset, size_t wanted,
                          const uint8_t **data)
{
    uint64_t left = w->file_bytes - offset;
    size_t there = 0;

    if (wanted > left) {
        wanted = (size_t)left;
    }
    if (offset >= w->start && offset - w->start < w->size) {
        there = w->size - (size_t)(offset - w->start);
    }
    if (there < wanted) {
        int error;

        w->start = offset;
        w->size = left < WINDOW_BYTES ? (size_t)left : WINDOW_BYTES;
        error = read_at(w->fd, w->data, w->size, offset);
        if (error < 0) {
            w->size = 0;
            return MEMTRACE_ERR_IO;
        }
        there = w->size;
    }
    *data = w->data + (offset - w->start);
    return (int64_t)there;
}

/* Return: 1 where the body is sound, 0 where not, or IO. */
static int check_body(struct window *w, uint64_t offset,
                      const struct block_header *header)
{
    XXH3_state_t *state = XXH3_createState();
    uint64_t left = header->body_size;
    int result = MEMTRACE_ERR_NOMEM;

    if (!state) {
        return result;
    }
    XXH3_64bits_reset(state);
    while (left) {
        const uint8_t *data;
        int64_t n = window_get(w, offset, 1, &data);

        if (n <= 0) {
            result = MEMTRACE_ERR_IO;
            goto out;
        }
        if ((uint64_t)n > left) {
            n = (int64_t)left;
        }
        XXH3_64bits_update(state, data, (size_t)n);
        offset += (uint64_t)n;
        left -= (uint64_t)n;
    }
    result = XXH3_64bits_digest(state) == header->body_checksum;
out:
    XXH3_freeState(state);
    return result;
}

/* The next sync magic from offset on, or the file's end. */
static int find_sync(struct window *w, uint64_t *offset)
{
    while (w->file_bytes - *offset >= BLOCK_HEADER_BYTES) {
        const uint8_t *data, *found;
        int64_t n = window_get(w, *offset, BLOCK_SYNC_BYTES, &data);

        if (n < 0) {
            return (int)n;
        }
        found = memmem(data, (size_t)n, BLOCK_SYNC, BLOCK_SYNC_BYTES);
        if (found) {
            *offset += (uint64_t)(found - data);
            return 0;
        }
        /* The magic may lie across the window's end. */
        *offset += (uint64_t)n - (BLOCK_SYNC_BYTES - 1);
    }
    *offset = w->file_bytes;
    return 0;
}

/* A block whose header is sound lies at offset: note it if the body is. */
static int walk_block(struct walk *walk, const struct block_header *header,
                      const uint8_t *data, uint64_t offset, uint64_t size)
{
    struct memtrace_summary *summary = walk->summary;
    struct block_ref ref = {
        .kind = header->kind, .offset = offset, .size = size};
    uint64_t flags = 0;
    int sound;

    if (header->kind == BLOCK_FREE) {
        summary->damaged_bytes -= size;
        return 0;
    }
    if (header->kind == BLOCK_ACCESS &&
        access_head_get(data + BLOCK_HEADER_BYTES, header->head_size,
                        &ref.head) < 0) {
        summary->n_damaged_blocks++;
        return 0;
    }
    if (header->kind == BLOCK_INDEX && header->head_size >= INDEX_HEAD_BYTES) {
        flags = get_le64(data + BLOCK_HEADER_BYTES + INDEX_FLAGS);
    }
    sound = check_body(&walk->window,
                       offset + BLOCK_HEADER_BYTES + header->head_size, header);
    if (sound < 0) {
        return sound;
    }
    if (!sound) {
        summary->n_damaged_blocks++;
        return 0;
    }
    if (flags & INDEX_IS_COMPLETE) {
        summary->is_complete = true;
    }
    summary->damaged_bytes -= size;
    return stored_add(walk->stored, &ref);
}

/*
 * Whether a block starts here that the file's end cuts off, as it does where
 * the recorder was killed: in its header, in its head, or in its body.
 */
static bool is_cut_block(const uint8_t *data, size_t n, uint64_t left)
{
    size_t n_sync = n < BLOCK_SYNC_BYTES ? n : BLOCK_SYNC_BYTES;
    struct block_header header;
    uint32_t head_size;

    if (memcmp(data, BLOCK_SYNC, n_sync) != 0) {
        return false;
    }
    if (left < BLOCK_HEADER_BYTES) {
        return true;
    }
    left -= BLOCK_HEADER_BYTES;
    head_size = get_le32(data + BLOCK_HEAD_SIZE);
    if (head_size > left) {
        return head_size <= BLOCK_HEAD_MAX; /* its checksum cannot be made */
    }
    /* Where it is sound, its body is too long: walk_all() has not passed it. */
    return block_parse(data, n, &header) == 0;
}

/* The last sound block has ended at offset: what is behind it? */
static int walk_end(struct walk *walk, uint64_t offset)
{
    struct memtrace_summary *summary = walk->summary;
    struct window *w = &walk->window;
    uint64_t left = w->file_bytes - offset;
    bool is_block, is_trailer;
    const uint8_t *data;
    int64_t n;

    if (left >= TRAILER_BYTES) {
        n = window_get(w, w->file_bytes - TRAILER_BYTES, TRAILER_BYTES, &data);
        if (n < 0) {
            return (int)n;
        }
        if (memcmp(data, TRAILER_MAGIC, 8) == 0) {
            summary->damaged_bytes -= TRAILER_BYTES;
            summary->n_damaged_blocks += left != TRAILER_BYTES;
            return 0;
        }
    }
    n = window_get(w, offset, BLOCK_HEADER_BYTES + BLOCK_HEAD_MAX, &data);
    if (n <= 0) {
        return (int)n;
    }
    is_block = is_cut_block(data, (size_t)n, left);
    is_trailer = left < TRAILER_BYTES &&
                 memcmp(data, TRAILER_MAGIC, left < 8 ? left : 8) == 0;
    if (is_trailer && (summary->is_complete || !is_block)) {
        summary->damaged_bytes -= left; /* nothing is lost with it */
    } else if (is_block) {
        summary->damaged_bytes -= left;
        summary->cut_bytes = left;
    } else {
        /* As long as a trailer, it is one. */
        summary->n_damaged_blocks += left != TRAILER_BYTES;
    }
    return 0;
}

static int walk_all(struct walk *walk)
{
    struct window *w = &walk->window;
    uint64_t offset = FILE_HEADER_BYTES, end = offset; /* of the last block */

    while (w->file_bytes - offset >= BLOCK_HEADER_BYTES) {
        struct block_header header;
        const uint8_t *data;
        uint64_t left = w->file_bytes - offset, size;
        int64_t n =
            window_get(w, offset, BLOCK_HEADER_BYTES + BLOCK_HEAD_MAX, &data);
        int error;

        if (n < 0) {
            return (int)n;
        }
        if (block_parse(data, (size_t)n, &header) == 0) {
            size = BLOCK_HEADER_BYTES + header.head_size;
            if (header.body_size <= left - size) {
                size += header.body_size;
                walk->summary->n_damaged_blocks += offset != end;
                error = walk_block(walk, &header, data, offset, size);
                if (error < 0) {
                    return error;
                }
                offset += size;
                end = offset;
                continue;
            }
        }
        offset++;
        error = find_sync(w, &offset);
        if (error < 0) {
            return error;
        }
    }
    return walk_end(walk, end);
}

int index_rebuild(int fd, struct memtrace_summary *summary,
                  struct stored *stored)
{
    struct walk *walk = malloc(sizeof(*walk));
    int error;

    if (!walk) {
        return MEMTRACE_ERR_NOMEM;
    }
    stored->n_blocks = 0;
    stored->n_parts = 0;
    summary->is_complete = false;
    summary->index_rebuilt = true;
    summary->damaged_bytes = summary->file_bytes - FILE_HEADER_BYTES;
    walk->summary = summary;
    walk->stored = stored;
    walk->window.fd = fd;
    walk->window.file_bytes = summary->file_bytes;
    walk->window.start = 0;
    walk->window.size = 0;
    error = walk_all(walk);
    free(walk);
    return error;
}
