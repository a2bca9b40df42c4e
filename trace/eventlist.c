/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eventlist.c - see eventlist.h. */
#include "eventlist.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "events.h"
#include "file_io.h"

/* Buffers for one part after another. */
struct parts {
    int fd;
    ZSTD_DCtx *zstd;
    struct buffer block;
    struct buffer raw;
};

/* Take a section of events, which are relative to head. */
static int take_events(struct event_list *list, struct parts *s,
                       struct bytes_in *section, const struct access_head *head)
{
    const struct buffer *text;
    struct bytes_in in;
    int error = section_get(section, s->zstd, LIMIT_KEPT_BYTES, true, &s->raw);

    if (error == 0) {
        error = buffer_list_take(&list->texts, &s->raw);
    }
    if (error < 0) {
        return error;
    }
    text = &list->texts.all[list->texts.n - 1];
    in = bytes_in(text->data, text->used);
    while (bytes_left(&in)) {
        if (array_reserve(list->all, list->room, list->n + 1) < 0) {
            return MEMTRACE_ERR_NOMEM;
        }
        if (event_get(&in, head, &list->all[list->n]) < 0) {
            return MEMTRACE_ERR_CORRUPT;
        }
        list->n++;
    }
    return 0;
}

/* The events of one block; the accesses are not looked at. */
static int load_block_events(struct event_list *list, struct parts *s,
                             const struct stored_block *b)
{
    uint64_t size = BLOCK_HEADER_BYTES + BLOCK_HEAD_MAX + b->events_size;
    struct block_header header;
    struct access_head head;
    struct bytes_in in;
    const uint8_t *part;
    int error;

    if (size > b->facts.bytes) {
        size = b->facts.bytes;
    }
    s->block.used = 0;
    if (buffer_reserve(&s->block, (size_t)size) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    error = read_at(s->fd, s->block.data, (size_t)size, b->offset);
    if (error < 0) {
        return error;
    }
    in = bytes_in(s->block.data, (size_t)size);
    if (block_parse(s->block.data, (size_t)size, &header) < 0 ||
        header.kind != BLOCK_ACCESS ||
        access_head_get(s->block.data + BLOCK_HEADER_BYTES, header.head_size,
                        &head) < 0 ||
        head.thread != b->facts.thread) {
        return MEMTRACE_ERR_CORRUPT;
    }
    get_bytes(&in, BLOCK_HEADER_BYTES + header.head_size);
    part = get_bytes(&in, head.events_size);
    if (!part || checksum(part, head.events_size) != head.events_checksum) {
        return MEMTRACE_ERR_CHECKSUM;
    }
    in = bytes_in(part, head.events_size);
    return take_events(list, s, &in, &head);
}

/* Those that stay of what was evicted. */
static int load_evicted_events(struct event_list *list, struct parts *s,
                               const struct stored_evicted *evicted)
{
    const struct stored_part *part = &evicted->part;
    struct access_head base = evicted_base(&evicted->head);
    struct block_header header;
    struct bytes_in in;
    const uint8_t *body;
    int error;

    if (evicted->head.n_events == 0) {
        return 0;
    }
    error =
        block_read(s->fd, part->offset, part->size, &s->block, &header, &body);
    if (error < 0) {
        return error;
    }
    in = bytes_in(body, (size_t)header.body_size);
    return take_events(list, s, &in, &base);
}

/* Before b, where places would not tell? */
static bool is_before(const struct memtrace_event *a,
                      const struct memtrace_event *b)
{
    return a->time != b->time ? a->time < b->time : a->thread < b->thread;
}

/* Merge sort, as the order of equals has to stay. */
static void merge_events(struct memtrace_event *to,
                         const struct memtrace_event *from, size_t n_left,
                         size_t n)
{
    size_t left = 0, right = n_left;

    for (size_t i = 0; i < n; i++) {
        bool take_right = right < n && (left >= n_left ||
                                        is_before(&from[right], &from[left]));

        to[i] = take_right ? from[right++] : from[left++];
    }
}

/* Return: 0, or NOMEM. */
static int sort_events(struct event_list *list)
{
    size_t n = list->n;
    struct memtrace_event *from = list->all, *to;

    if (n == 0) {
        return 0;
    }
    to = malloc(n * sizeof(*to));
    if (!to) {
        return MEMTRACE_ERR_NOMEM;
    }
    for (size_t run = 1; run < n; run *= 2) {
        struct memtrace_event *swap = from;

        for (size_t at = 0; at < n; at += 2 * run) {
            size_t left = n - at < run ? n - at : run;
            size_t both = n - at < 2 * run ? n - at : 2 * run;

            merge_events(to + at, from + at, left, both);
        }
        from = to;
        to = swap;
    }
    list->all = from;
    list->room = n;
    free(to);
    return 0;
}

/* All blocks' events, by thread and in the thread's order. */
static int load_all(struct event_list *list, int fd,
                    const struct stored *stored,
                    const struct evicted_list *evicted,
                    struct memtrace_summary *summary)
{
    struct parts s = {.fd = fd, .zstd = ZSTD_createDCtx()};
    int error = s.zstd ? 0 : MEMTRACE_ERR_NOMEM;

    for (size_t i = 0; i < evicted->n && error == 0; i++) {
        error = load_evicted_events(list, &s, &evicted->all[i]);
        if (error < 0 && error != MEMTRACE_ERR_NOMEM) {
            summary->n_damaged_blocks++;
            error = 0;
        }
    }
    for (size_t i = 0; i < stored->n_blocks && error == 0; i++) {
        struct stored_block *block = &stored->blocks[stored->by_thread[i]];

        if (block->n_events == 0) {
            continue;
        }
        error = load_block_events(list, &s, block);
        if (error < 0 && error != MEMTRACE_ERR_NOMEM) {
            stored_damaged(block, summary);
            error = 0;
        }
    }
    ZSTD_freeDCtx(s.zstd);
    buffer_free(&s.block);
    buffer_free(&s.raw);
    return error;
}

int event_list_load(struct event_list *list, int fd,
                    const struct stored *stored,
                    const struct evicted_list *evicted,
                    struct memtrace_summary *summary)
{
    uint32_t thread = MEMTRACE_NO_THREAD;
    uint64_t time = 0;
    int error;

    if (list->is_loaded) {
        return 0;
    }
    list->n = 0;
    error = load_all(list, fd, stored, evicted, summary);
    if (error < 0) {
        return error;
    }
    /* Time does not go back in a thread, whatever the file says. */
    for (size_t i = 0; i < list->n; i++) {
        struct memtrace_event *event = &list->all[i];

        if (event->thread == thread && event->time < time) {
            event->time = time;
        }
        thread = event->thread;
        time = event->time;
    }
    error = sort_events(list);
    list->is_loaded = error == 0;
    return error;
}

void event_list_free(struct event_list *list)
{
    free(list->all);
    buffer_list_free(&list->texts);
}
