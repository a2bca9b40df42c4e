/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_golden.c - the format stays what it is.
 *
 * Encoder and decoder change together, so a round trip does not tell when the
 * model changed.  Here what it leaves is compared with what it left when
 * memtrace.data(5) was written: where this test fails, old traces cannot be
 * read any more, and the block's encoding number has to change.
 */
#include "trace_helpers.h"

#include <xxhash.h>

#include "block.h"
#include "model.h"

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
    check(&s, UINT64_C(0x28e2bc20283728e0));
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
    check(&s, UINT64_C(0x339dca0b14c672b5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program),
        cmocka_unit_test(noise),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
