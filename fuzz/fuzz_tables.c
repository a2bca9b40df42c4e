/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_tables.c - bytes as what a trace has beside the columns of accesses:
 * frames and heads of blocks, sections, instructions, threads, the index and
 * events. What was taken is put and taken again as it was.
 *
 * All of it in memory, so that there are many inputs in a second; fuzz_reader.c
 * reads whole files.
 */
#include "evicted.h"
#include "events.h"
#include "fuzz.h"
#include "section.h"
#include "tables.h"

#define MOST_BYTES (64u << 10)

/* Used again and again, as readers do. */
static ZSTD_DCtx *zstd;
static struct buffer out;

static void take_frame(const uint8_t *data, size_t size)
{
    struct block_header header;
    struct evicted_head evicted;
    struct access_head head;

    if (block_parse(data, size, &header) == 0) {
        MUST(header.head_size <= size - BLOCK_HEADER_BYTES);
    }
    if (access_head_get(data, size, &head) == 0) {
        uint8_t again[BLOCK_HEAD_MAX];

        MUST(access_head_size(&head) <= sizeof(again));
        access_head_put(again, &head);
    }
    evicted_head_get(data, size, &evicted);
}

static void take_sections(struct bytes_in *in)
{
    while (bytes_left(in) > 0 &&
           section_get(in, zstd, MOST_BYTES, false, &out) == 0) {
        MUST(out.used <= MOST_BYTES);
    }
}

/* The input is cut into three columns. */
static void take_insns(struct input *input)
{
    size_t first = take_u8(input), second = take_u8(input);
    struct memtrace_insn insn;
    struct insns_in in;

    first = first < input->left ? first : input->left;
    second = second < input->left - first ? second : input->left - first;
    in = (struct insns_in){
        .numbers = bytes_in(input->next, first),
        .pcs = bytes_in(input->next + first, second),
        .bytes = bytes_in(input->next + first + second,
                          input->left - first - second),
    };
    while (bytes_left(&in.numbers) > 0 && insns_get(&in, &insn) == 0) {
        MUST(insn.size <= MEMTRACE_INSN_BYTES);
    }
}

static void take_threads(struct bytes_in *in)
{
    struct memtrace_thread thread;

    while (bytes_left(in) > 0 && thread_get(in, &thread) == 0) {
        struct memtrace_thread again;
        struct bytes_in second;

        out.used = 0;
        MUST(thread_put(&out, &thread) == 0);
        second = bytes_in(out.data, out.used);
        MUST(thread_get(&second, &again) == 0 && bytes_left(&second) == 0);
        MUST(again.number == thread.number && again.pid == thread.pid);
    }
}

static void take_index(struct bytes_in *in)
{
    uint64_t end = 0;
    struct block_ref ref;

    /* Whether a block lies in the file its caller looks at. */
    while (bytes_left(in) > 0 && block_ref_get(in, &ref, &end) == 0) {
        MUST(ref.head.n_accesses == 0 || ref.kind == BLOCK_ACCESS);
    }
}

/* Their text has to end within the part, in a NUL. */
static void take_events(struct input *input)
{
    struct access_head head = {
        .thread = take_u8(input),
        .first = take_u32(input),
        .start_time = take_u64(input),
        .n_accesses = take_u32(input),
    };
    uint8_t *part = malloc(input->left + 1);
    struct memtrace_event event;
    struct bytes_in in;

    MUST(part != NULL);
    if (input->left > 0) {
        memcpy(part, input->next, input->left);
    }
    part[input->left] = 0;
    in = bytes_in(part, input->left + 1);
    while (bytes_left(&in) > 0 && event_get(&in, &head, &event) == 0) {
        MUST(event.n_args <= MEMTRACE_EVENT_ARGS);
        MUST(event.text + strlen(event.text) < (char *)part + input->left + 1);
    }
    free(part);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    uint8_t how = take_u8(&input) % 6;
    struct bytes_in in = bytes_in(input.next, input.left);

    if (!zstd) {
        zstd = ZSTD_createDCtx();
        MUST(zstd != NULL);
    }
    switch (how) {
    case 0:
        take_frame(input.next, input.left);
        break;
    case 1:
        take_sections(&in);
        break;
    case 2:
        take_insns(&input);
        break;
    case 3:
        take_threads(&in);
        break;
    case 4:
        take_index(&in);
        break;
    default:
        take_events(&input);
    }
    return 0;
}
