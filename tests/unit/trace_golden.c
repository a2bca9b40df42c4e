/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_golden.c - the format stays what it is.
 *
 * Encoder and decoder change together, so a round trip does not tell when the
 * model changed.  Here what it leaves is compared with what it left when
 * memtrace.data(5) was written: where this test fails, old traces cannot be
 * read any more, and the block's encoding number has to change.
 */
#include "digest_helpers.h"

#include <xxhash.h>

#include "block.h"
#include "model.h"
#include "section.h"

/* The checksum of all sections of a block's body, before compression. */
static uint64_t columns_checksum(const uint8_t *data, size_t size)
{
    struct block_header header;
    struct bytes_in in;
    struct buffer raw = {0};
    ZSTD_DCtx *zstd = ZSTD_createDCtx();
    XXH3_state_t *state = XXH3_createState();
    uint64_t result;
    unsigned n = 0;

    assert_int_equal(block_parse(data, size, &header), 0);
    assert_int_equal(header.encoding, MODEL_ENCODING);
    in = bytes_in(data + BLOCK_HEADER_BYTES + header.head_size,
                  header.body_size);
    XXH3_64bits_reset(state);
    for (; bytes_left(&in); n++) {
        assert_int_equal(section_get(&in, zstd, 1u << 24, false, &raw), 0);
        XXH3_64bits_update(state, raw.data, raw.used);
    }
    assert_int_equal(n, 1 + N_COLUMNS); /* stamps; there are no events */
    result = XXH3_64bits_digest(state);
    XXH3_freeState(state);
    ZSTD_freeDCtx(zstd);
    buffer_free(&raw);
    return result;
}

static void check(struct stream *s, uint64_t want)
{
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    const uint8_t *data;
    size_t size;

    assert_non_null(encoder);
    memtrace_encoder_begin(encoder, 3, 0, 17);
    for (size_t i = 0; i < s->n; i++) {
        if (s->entries[i].tag >= MEMTRACE_TAG_CONTROL) {
            memtrace_encoder_stamp(encoder, s->entries[i].vaddr);
        } else {
            assert_int_equal(
                memtrace_encoder_accesses(encoder, &s->entries[i], 1), 1);
        }
    }
    assert_int_equal(memtrace_encoder_finish(encoder, &data, &size), 0);
    assert_int_equal(columns_checksum(data, size), want);
    memtrace_encoder_free(encoder);
    free(s->entries);
}

static void a_program(void **state)
{
    struct stream s = program_stream(300000, 5, 20);

    (void)state;
    check(&s, UINT64_C(0x3905af18e2db5d75));
}

static void noise(void **state)
{
    struct stream s = {0};
    uint64_t random = 3;

    (void)state;
    for (int i = 0; i < 50000; i++) {
        uint64_t insn = 1 + next_random(&random) % 3000;
        uint64_t vaddr = next_random(&random);

        vaddr >>= next_random(&random) % 64;
        stream_add(&s, make_tag((uint32_t)insn, vaddr & 1, false, 3), vaddr);
    }
    check(&s, UINT64_C(0x3ab0e91d4255c31b));
}

/* Stamps and all sections that a model makes, a number at a time. */
static void encode_model(struct stream *s, enum model_loops loops,
                         size_t at_once, struct buffer *out)
{
    struct model_encoder *model = model_encoder_new(loops);
    ZSTD_CCtx *zstd = ZSTD_createCCtx();
    struct access_head head = {0};
    const struct model_stamps *stamps;
    size_t taken;

    assert_non_null(model);
    model_encoder_begin(model);
    for (size_t i = 0; i < s->n; i += taken) {
        size_t n = s->n - i < at_once ? s->n - i : at_once;

        taken = model_encode(model, &s->entries[i], n, &stamps);
        assert_in_range(taken, 1, n);
        for (uint32_t k = 0; k < stamps->n; k++) {
            buffer_append(out, &stamps->at[k], sizeof(stamps->at[k]));
            buffer_append(out, &stamps->times[k], sizeof(stamps->times[k]));
        }
    }
    assert_int_equal(model_encoder_finish(model, zstd, &head, out), 0);
    /* What the head says counts as well. */
    assert_int_equal(buffer_append(out, &head, sizeof(head)), 0);
    ZSTD_freeCCtx(zstd);
    model_encoder_free(model);
}

/* Loops for particular processors, and any number at once, make no odds. */
static void all_loops_code_alike(void **state)
{
    static const size_t at_once[] = {1, 7, 64, 5000, 100000};
    uint64_t random = 11;

    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        struct stream s = {0};
        struct buffer want = {0};

        for (uint32_t i = 0; i < 60000; i++) {
            uint64_t r = next_random(&random);
            uint32_t insn = kind == 0 ? i % 5 : (uint32_t)(r >> 40) % 90;
            uint64_t vaddr = kind == 2 ? r : 4096 + (i / 5 * 8) % 3000;

            stream_add(&s,
                       make_tag(1 + insn, r & 1, (r & 0x700) == 0,
                                (unsigned)(r >> 20) % 5),
                       vaddr + ((r & 0xf000) == 0 ? r % 100000 : 0));
            /* Now and then one stamp after another, or around each access. */
            for (unsigned k = 0; k < (r >> 50) % 8 && i / 1000 % 2; k += 3) {
                stream_add(&s, STAMP, i + k);
            }
        }
        encode_model(&s, MODEL_LOOPS_PLAIN, 60000, &want);
        for (size_t i = 0; i < 3 * sizeof(at_once) / sizeof(at_once[0]); i++) {
            struct buffer got = {0};

            encode_model(&s, (enum model_loops)(i % 3), at_once[i / 3], &got);
            assert_int_equal(got.used, want.used);
            assert_memory_equal(got.data, want.data, want.used);
            buffer_free(&got);
        }
        buffer_free(&want);
        free(s.entries);
    }
}

/* Content of the facts and the places, byte by byte as memtrace.data(5). */
static const uint8_t golden_facts[] = {
    1,                         /* has_waits */
    2,                         /* listed */
    2,    0xc2, 0x02, 0x05,    /* pages 40 and 39, listed, stored */
    1,    0x80, 0x80, 0x05, 8, /* atomic */
    2,                         /* waits */
    0x90, 0x80, 0x05, 3,    4, 5, 1, 4, 6, 3, /* from before the block */
    0x0f, 2,    8,    0xac, 2, 0, 0, 0, 0,    /* no end */
};
static const uint8_t golden_places[] = {1, 130, 1};

static struct memtrace_digest golden_digest(void)
{
    static struct memtrace_digest_page pages[] = {{40, MEMTRACE_DIGEST_LISTED},
                                                  {39, MEMTRACE_DIGEST_STORED}};
    static struct memtrace_digest_atomic atomics[] = {{40960, 8}};
    static struct memtrace_digest_wait waits[] = {
        {40968, 3, 5, 4, 16, 18, 21, 23},
        {40960, 2, 300, 8, 17, 17, 17, UINT64_MAX}};
    static struct memtrace_access listed[] = {
        {.vaddr = 40960, .time = 17, .insn = 1, .size = 8},
        {.vaddr = 40968,
         .time = 30,
         .insn = 2,
         .size = 4,
         .flags = MEMTRACE_STORE}};
    static uint32_t listed_at[] = {1, 132};

    return (struct memtrace_digest){
        .pages = pages,
        .n_pages = 2,
        .atomics = atomics,
        .n_atomics = 1,
        .waits = waits,
        .n_waits = 2,
        .has_waits = true,
        .listed = listed,
        .listed_at = listed_at,
        .n_listed = 2,
    };
}

/* A digest's sections, and the block in it, in bytes that are as they were. */
static void check_digest_part(const uint8_t *part, size_t size)
{
    struct bytes_in in = bytes_in(part, size);
    ZSTD_DCtx *zstd = ZSTD_createDCtx();
    struct buffer raw = {0};

    assert_int_equal(section_get(&in, zstd, 1000, true, &raw), 0);
    assert_int_equal(raw.used, sizeof(golden_facts));
    assert_memory_equal(raw.data, golden_facts, sizeof(golden_facts));
    assert_int_equal(section_get(&in, zstd, 1000, false, &raw), 0);
    assert_int_equal(raw.used, sizeof(golden_places));
    assert_memory_equal(raw.data, golden_places, sizeof(golden_places));
    assert_int_equal(get_le32(in.next + 40), 3);       /* thread */
    assert_int_equal(get_le64(in.next + 40 + 8), 5);   /* first */
    assert_int_equal(get_le64(in.next + 40 + 16), 17); /* start_time */
    assert_int_equal(get_le32(in.next + 40 + 56), 2);  /* n_accesses */
    assert_int_equal(columns_checksum(in.next, bytes_left(&in)),
                     UINT64_C(0xaf43787805c67cfb));
    ZSTD_freeDCtx(zstd);
    buffer_free(&raw);
}

static void a_digest(void **state)
{
    struct memtrace_digest digest = golden_digest();
    struct fake_digester fake = {.digests = &digest, .n_digests = 1};
    struct memtrace_digester digester = fake_digester(&fake);
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    const uint8_t *data, *head;
    size_t size;

    (void)state;
    assert_int_equal(memtrace_encoder_digest(encoder, &digester), 0);
    memtrace_encoder_begin(encoder, 3, 5, 17);
    for (uint64_t i = 0; i < 200; i++) {
        struct memtrace_packed entry = {40000 + 8 * i,
                                        make_tag(1, false, false, 3)};

        assert_int_equal(memtrace_encoder_accesses(encoder, &entry, 1), 1);
    }
    assert_int_equal(memtrace_encoder_finish(encoder, &data, &size), 0);
    head = data + 40;
    assert_int_equal(get_le32(data + 12), 96);
    assert_int_equal(get_le32(head + 80), 2);
    assert_in_range(get_le32(head + 84), 1, size - 40 - 96);
    data += size - get_le32(head + 84);
    assert_int_equal(get_le64(head + 88),
                     XXH3_64bits(data, get_le32(head + 84)));
    check_digest_part(data, get_le32(head + 84));
    memtrace_encoder_free(encoder);
    fake_free(&fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program),
        cmocka_unit_test(noise),
        cmocka_unit_test(all_loops_code_alike),
        cmocka_unit_test(a_digest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
