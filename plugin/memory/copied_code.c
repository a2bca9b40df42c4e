/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * copied_code.c - see copied_code.h.
 *
 * A piece is a part of a file that is mapped as code, or was until anonymous
 * memory took its place; then it has a hash of each page.
 */
#include "copied_code.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "array.h"
#include "guest_memory.h"
#include "pages.h"
#include "plugin_recording.h"

struct piece {
    uint64_t start;
    uint64_t end;
    uint64_t offset;  /* of start in the file */
    const char *file; /* a name's text */
    uint64_t *hashes; /* of its pages; NULL while the file is mapped */
};

/* Of a file, kept for good. */
struct name {
    struct name *next;
    char text[];
};

static struct name *names;
static struct piece *pieces; /* those that are mapped do not overlap */
static size_t n_pieces;
static size_t pieces_room;

/* Return: false where there is no memory, and recording has stopped. */
static bool append(const struct piece *piece)
{
    struct piece *last = array_add(pieces, n_pieces, pieces_room);

    if (last == NULL) {
        plugin_recording_stop(CHANNEL_STOP_MEMORY, 0);
        return false;
    }
    *last = *piece;
    return true;
}

/* The same copy for the same name. Return: NULL where there is no memory. */
static const char *keep_name(const char *file)
{
    struct name *name = names;
    size_t size = strlen(file) + 1;

    while (name != NULL && strcmp(name->text, file) != 0) {
        name = name->next;
    }
    if (name == NULL) {
        name = malloc(sizeof(*name) + size);
        if (name == NULL) {
            return NULL;
        }
        memcpy(name->text, file, size);
        name->next = names;
        names = name;
    }
    return name->text;
}

static bool overlaps(const struct piece *piece, uint64_t start, uint64_t end)
{
    return piece->start < end && start < piece->end;
}

void copied_code_unmap(uint64_t vaddr, uint64_t size)
{
    uint64_t end = vaddr + size;

    for (size_t i = 0; i < n_pieces;) {
        struct piece *piece = &pieces[i];
        struct piece rest = *piece;

        if (piece->hashes != NULL || !overlaps(piece, vaddr, end)) {
            i++;
            continue;
        }
        if (piece->end > end) {
            rest.offset += end - piece->start;
            rest.start = end;
            if (piece->start < vaddr) {
                piece->end = vaddr;
                append(&rest);
                i++;
            } else {
                *piece = rest;
                i++;
            }
        } else if (piece->start < vaddr) {
            piece->end = vaddr;
            i++;
        } else {
            *piece = pieces[--n_pieces];
        }
    }
}

/* Return: whether the page can be read. */
static bool hash_page(uint64_t vaddr, uint64_t *hash)
{
    uint8_t page[PAGE_BYTES];

    if (!guest_memory_read(vaddr, page, sizeof(page))) {
        return false;
    }
    *hash = XXH3_64bits(page, sizeof(page));
    return true;
}

void copied_code_forget(uint64_t vaddr, uint64_t size)
{
    size_t n_kept = 0;

    for (size_t i = 0; i < n_pieces; i++) {
        if (pieces[i].hashes != NULL &&
            overlaps(&pieces[i], vaddr, vaddr + size)) {
            free(pieces[i].hashes);
        } else {
            pieces[n_kept++] = pieces[i];
        }
    }
    n_pieces = n_kept;
}

void copied_code_map(uint64_t vaddr, uint64_t size, uint64_t offset,
                     const char *file)
{
    struct piece piece = {vaddr, vaddr + size, offset, keep_name(file), NULL};

    if (piece.file == NULL) {
        plugin_recording_stop(CHANNEL_STOP_MEMORY, 0);
    } else if (piece.start < piece.end) {
        copied_code_forget(piece.start, size);
        append(&piece);
    }
}

/* Note what is in the pages of a piece, which no file is mapped at any more. */
static void note_pages(struct piece *piece)
{
    size_t n = (piece->end - piece->start) / PAGE_BYTES;
    bool is_read = true;

    piece->hashes = calloc(n + 1, sizeof(*piece->hashes));
    if (piece->hashes == NULL) {
        plugin_recording_stop(CHANNEL_STOP_MEMORY, 0);
        return;
    }
    for (size_t i = 0; is_read && i < n; i++) {
        is_read = hash_page(piece->start + i * PAGE_BYTES, &piece->hashes[i]);
    }
    if (!is_read || !append(piece)) {
        free(piece->hashes);
    }
}

/* Return: whether it is mapped, in part there; then cut to that. */
static bool clip(struct piece *piece, uint64_t vaddr, uint64_t end)
{
    if (piece->hashes != NULL || !overlaps(piece, vaddr, end)) {
        return false;
    }
    if (piece->start < vaddr) {
        piece->offset += vaddr - piece->start;
        piece->start = vaddr;
    }
    piece->end = piece->end < end ? piece->end : end;
    return true;
}

void copied_code_replace(uint64_t vaddr, uint64_t size)
{
    size_t n;

    copied_code_forget(vaddr, size);
    n = n_pieces;
    for (size_t i = 0; i < n; i++) {
        struct piece piece = pieces[i];

        if (clip(&piece, vaddr, vaddr + size)) {
            note_pages(&piece);
        }
    }
}

void copied_code_move(uint64_t old, uint64_t size, uint64_t vaddr)
{
    size_t n = n_pieces;

    for (size_t i = 0; i < n; i++) {
        struct piece piece = pieces[i];

        if (clip(&piece, old, old + size)) {
            piece.start += vaddr - old;
            piece.end += vaddr - old;
            note_pages(&piece);
        }
    }
}

/* Return: the end of the run of pages that are as they were, from there on. */
static uint64_t end_of_run(const struct piece *piece, uint64_t at, uint64_t end)
{
    uint64_t hash;

    while (at < end && hash_page(at, &hash) &&
           hash == piece->hashes[(at - piece->start) / PAGE_BYTES]) {
        at += PAGE_BYTES;
    }
    return at;
}

/* Of one piece, which is in the list no more. Return: whether there are any. */
static bool each_run(const struct piece *piece, uint64_t vaddr, uint64_t end,
                     copied_code_run *each, int prot)
{
    uint64_t to = piece->end < end ? piece->end : end;
    uint64_t at = piece->start > vaddr ? piece->start : vaddr;
    bool has_run = false;

    while (at < to) {
        uint64_t last = end_of_run(piece, at, to);

        if (last > at) {
            each(at, last - at, prot, piece->offset + (at - piece->start),
                 piece->file);
            has_run = true;
        }
        at = last > at ? last : at + PAGE_BYTES;
    }
    return has_run;
}

void copied_code_each(uint64_t vaddr, uint64_t size, int prot,
                      copied_code_run *each)
{
    uint64_t end = vaddr + size;
    size_t left = n_pieces;

    /* What @each maps is added behind them. */
    for (size_t i = 0; left > 0; left--) {
        struct piece piece = pieces[i];

        if (piece.hashes == NULL || !overlaps(&piece, vaddr, end)) {
            i++;
            continue;
        }
        memmove(&pieces[i], &pieces[i + 1], (--n_pieces - i) * sizeof(*pieces));
        if (each_run(&piece, vaddr, end, each, prot) || !append(&piece)) {
            free(piece.hashes);
        }
    }
}
