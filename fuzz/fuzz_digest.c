/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_digest.c - digests of blocks, with no checksums in the way: any bytes as
 * the facts of one, as the whole part of a block, and as what its sections and
 * its inner block hold.
 */
#include <unistd.h>

#include "block.h"
#include "digest_bytes.h"
#include "fuzz.h"

enum { DECODE_FACTS, READ_PART, READ_SECTIONS, N_WAYS };

#define ENCODING 2
#define FEW 5000u

static ZSTD_CCtx *compressor;

/* Mostly few, since many take time; now and then more than can be. */
static uint32_t take_count(struct input *input)
{
    uint32_t n = take_u32(input);

    return n & 0x80000000 ? n % (LIMIT_BLOCK_ACCESSES + 2) : n % FEW;
}

static void same_facts(const struct memtrace_digest *a,
                       const struct memtrace_digest *b)
{
    MUST(a->has_waits == b->has_waits && a->n_listed == b->n_listed);
    MUST(a->n_pages == b->n_pages && a->n_atomics == b->n_atomics);
    MUST(a->n_waits == b->n_waits);
    for (size_t i = 0; i < a->n_pages; i++) {
        MUST(a->pages[i].number == b->pages[i].number);
        MUST(a->pages[i].flags == b->pages[i].flags);
    }
    for (size_t i = 0; i < a->n_atomics; i++) {
        MUST(a->atomics[i].vaddr == b->atomics[i].vaddr);
        MUST(a->atomics[i].size == b->atomics[i].size);
    }
    for (size_t i = 0; i < a->n_waits; i++) {
        const struct memtrace_digest_wait *v = &a->waits[i], *w = &b->waits[i];

        MUST(v->vaddr == w->vaddr && v->insn == w->insn && v->size == w->size);
        MUST(v->n_loads == w->n_loads);
        MUST(v->start_time == w->start_time && v->last_time == w->last_time);
        MUST(v->before_time == w->before_time && v->end_time == w->end_time);
    }
}

/* What is made of the input comes back when it is put down again. */
static void decode_facts(struct input *input)
{
    struct access_head head = {.n_accesses = take_count(input),
                               .start_time = take_u64(input)};
    struct memtrace_digest digest = {.n_pages = 0}, again = {.n_pages = 0};
    struct bytes_in in = bytes_in(input->next, input->left);
    struct buffer out = {0};

    if (digest_get(&in, &head, &digest) == 0) {
        MUST(digest_put(&digest, head.start_time, &out) == 0);
        in = bytes_in(out.data, out.used);
        MUST(digest_get(&in, &head, &again) == 0 && bytes_left(&in) == 0);
        same_facts(&digest, &again);
    }
    buffer_free(&out);
    memtrace_digest_free(&digest);
    memtrace_digest_free(&again);
}

/* A file of one block, which has this digest and no accesses to speak of. */
static int make_file(uint32_t n_accesses, const uint8_t *part, size_t size,
                     char path[FUZZ_PATH_MAX])
{
    struct access_head head = {.n_accesses = n_accesses,
                               .has_digest = true,
                               .digest_size = (uint32_t)size,
                               .digest_checksum = checksum(part, size)};
    struct buffer block = {0}, file = {0};
    uint8_t header[FILE_HEADER_BYTES] = FILE_MAGIC;
    int fd;

    put_le32(header + FILE_HEADER_VERSION, FORMAT_VERSION);
    put_le32(header + FILE_HEADER_SIZE, FILE_HEADER_BYTES);
    put_le64(header + FILE_HEADER_CHECKSUM,
             checksum(header, FILE_HEADER_CHECKSUM));
    MUST(block_begin(&block, access_head_size(&head)) == 0);
    access_head_put(block.data + BLOCK_HEADER_BYTES, &head);
    MUST(buffer_append(&block, part, size) == 0);
    block_end(&block, BLOCK_ACCESS, ENCODING, access_head_size(&head));
    MUST(buffer_append(&file, header, sizeof(header)) == 0);
    MUST(buffer_append(&file, block.data, block.used) == 0);
    fd = fuzz_file(file.data, file.used, path);
    buffer_free(&block);
    buffer_free(&file);
    return fd;
}

/* Without and with what it lists, into the same digest. */
static void read_digest(const struct memtrace_reader *reader,
                        uint32_t n_accesses)
{
    struct memtrace_digest digest = {.n_pages = 0}, whole = {.n_pages = 0};
    int without = memtrace_digest_read(reader, 0, false, &digest);
    int with = memtrace_digest_read(reader, 0, true, &whole);

    MUST(without != 0 && (without > 0 || with == without));
    MUST(digest.n_listed == 0 && whole.n_listed <= n_accesses);
    if (with > 0) {
        for (size_t i = 0; i < whole.n_listed; i++) {
            MUST(whole.listed_at[i] < n_accesses);
            MUST(i == 0 || whole.listed_at[i] > whole.listed_at[i - 1]);
            MUST(whole.listed[i].size > 0 && whole.listed[i].insn > 0);
        }
        whole.n_listed = 0;
        same_facts(&digest, &whole);
        MUST(memtrace_digest_read(reader, 0, false, &whole) == without);
        same_facts(&digest, &whole);
    } else {
        MUST(whole.n_pages == 0 && whole.n_listed == 0);
    }
    memtrace_digest_free(&digest);
    memtrace_digest_free(&whole);
}

static void read_file(uint32_t n_accesses, const uint8_t *part, size_t size)
{
    struct memtrace_reader *reader;
    char path[FUZZ_PATH_MAX];
    int fd = make_file(n_accesses, part, size, path);

    if (memtrace_open(path, &reader) == 0) {
        if (memtrace_block(reader, 0) != NULL) {
            read_digest(reader, n_accesses);
        }
        memtrace_close(reader);
    }
    close(fd);
}

/* As many bytes as a number at the input's front says, as a section. */
static void put_section(struct input *input, struct buffer *out)
{
    size_t n = take_u8(input) * 4u;

    n = n < input->left ? n : input->left;
    MUST(section_put(out, compressor, SECTION_FAST, input->next, n, true) == 0);
    input->next += n;
    input->left -= n;
}

/* The block of what is listed, with any body. */
static void put_inner(struct input *input, struct buffer *out)
{
    struct access_head head = {.n_accesses = take_count(input),
                               .has_values = take_u8(input) % 4 == 0};
    uint16_t kind = take_u8(input) % 8 ? BLOCK_ACCESS : BLOCK_META;
    uint16_t encoding = take_u8(input) % 8 ? ENCODING : 1;
    struct buffer inner = {0};

    MUST(block_begin(&inner, access_head_size(&head)) == 0);
    access_head_put(inner.data + BLOCK_HEADER_BYTES, &head);
    MUST(buffer_append(&inner, input->next, input->left) == 0);
    block_end(&inner, kind, encoding, access_head_size(&head));
    MUST(buffer_append(out, inner.data, inner.used) == 0);
    buffer_free(&inner);
}

static void read_sections(struct input *input)
{
    uint32_t n_accesses = take_count(input);
    struct buffer part = {0};

    put_section(input, &part);
    put_section(input, &part);
    put_inner(input, &part);
    read_file(n_accesses, part.data, part.used);
    buffer_free(&part);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    uint32_t n_accesses;

    if (!compressor) {
        compressor = ZSTD_createCCtx();
        MUST(compressor != NULL);
    }
    switch (take_u8(&input) % N_WAYS) {
    case DECODE_FACTS:
        decode_facts(&input);
        break;
    case READ_PART:
        n_accesses = take_count(&input);
        read_file(n_accesses, input.next, input.left);
        break;
    default:
        read_sections(&input);
    }
    return 0;
}
