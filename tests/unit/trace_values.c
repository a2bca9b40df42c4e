/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_values.c - what accesses loaded and stored comes back, and damage to it
 * does no harm.
 */
#include "trace_helpers.h"

#include "block.h"
#include "bytes.h"
#include "format.h"
#include "sampled.h"

#define SIZES_LOG2 8 /* 1 to 128 bytes; values of up to 16 are kept */
#define ROUNDS 20000

/* A value as it has to come out. */
struct expected {
    bool is_known;
    uint64_t low, high;
};

struct valued {
    struct stream entries;
    struct expected *values; /* an access each */
    size_t n;
    size_t room;
};

static void add(struct valued *s, uint32_t tag, uint64_t vaddr, bool is_known,
                uint64_t low, uint64_t high)
{
    unsigned log2 = tag & MEMTRACE_TAG_SIZE_MASK;
    unsigned bits = log2 >= 3 ? 64 : 8u << log2;
    struct expected value = {.is_known = is_known && log2 <= 4};

    stream_add(&s->entries, tag, vaddr);
    if (is_known) {
        stream_add(&s->entries, MEMTRACE_TAG_VALUE, low);
    }
    if (is_known && log2 == 4) {
        stream_add(&s->entries, MEMTRACE_TAG_VALUE, high);
    }
    if (value.is_known) {
        value.low = low & UINT64_MAX >> (64 - bits);
        value.high = log2 == 4 ? high : 0;
    }
    if (s->n == s->room) {
        s->room = s->room ? 2 * s->room : 1024;
        s->values = realloc(s->values, s->room * sizeof(*s->values));
        assert_non_null(s->values);
    }
    s->values[s->n++] = value;
}

static void free_valued(struct valued *s)
{
    free(s->entries.entries);
    free(s->values);
}

/* Encode in blocks of block_accesses, handed over up to `piece` entries. */
static void write_valued(const char *path, const struct valued *s,
                         size_t block_accesses, size_t piece)
{
    struct memtrace_writer *writer = open_writer(path);
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    struct memtrace_thread thread = {.parent = MEMTRACE_NO_THREAD};
    const struct memtrace_packed *entries = s->entries.entries;
    uint64_t first = 0;

    assert_non_null(encoder);
    memtrace_encoder_begin(encoder, 0, 0, 0);
    for (size_t i = 0; i < s->entries.n;) {
        size_t room = block_accesses - memtrace_encoder_count(encoder);
        size_t n = 0, n_accesses = 0, taken;

        while (i + n < s->entries.n && n < piece) {
            if (n_accesses++ == room) {
                break;
            }
            do {
                n++;
            } while (i + n < s->entries.n &&
                     entries[i + n].tag == MEMTRACE_TAG_VALUE);
        }
        taken = memtrace_encoder_accesses(encoder, entries + i, n);
        assert_in_range(taken, 1, n);
        i += taken;
        if (memtrace_encoder_count(encoder) == block_accesses) {
            first += block_accesses;
            end_block(encoder, writer);
            memtrace_encoder_begin(encoder, 0, first, 0);
        }
    }
    end_block(encoder, writer);
    memtrace_encoder_free(encoder);
    assert_int_equal(memtrace_writer_finish(writer, &thread, 1, true), 0);
}

static void compare(struct memtrace_cursor *cursor, const struct valued *s)
{
    struct memtrace_batch batch;
    size_t at = 0, n = 0;
    int result;

    while ((result = memtrace_cursor_next(cursor, &batch)) > 0) {
        for (size_t i = 0; i < batch.n_accesses; i++, n++) {
            const struct memtrace_access *a = &batch.accesses[i];
            const struct memtrace_packed *e = &s->entries.entries[at];
            const struct expected *want = &s->values[n];

            assert_true(n < s->n);
            assert_int_equal(a->vaddr, e->vaddr);
            assert_int_equal(a->insn, e->tag >> 5);
            assert_int_equal(a->size, 1u << (e->tag & 7));
            assert_int_equal(a->flags,
                             (e->tag >> 3 & 3) |
                                 (want->is_known ? MEMTRACE_VALUE : 0));
            if (batch.values) {
                assert_int_equal(batch.values[i].low, want->low);
                assert_int_equal(batch.values[i].high, want->high);
            }
            at++;
            while (at < s->entries.n &&
                   s->entries.entries[at].tag == MEMTRACE_TAG_VALUE) {
                at++;
            }
        }
    }
    assert_int_equal(result, 0);
    assert_int_equal(n, s->n);
}

static void check(const struct valued *s, size_t block_accesses, size_t piece)
{
    char path[64];
    struct memtrace_reader *reader;
    struct memtrace_cursor *cursor;

    temp_path(path);
    write_valued(path, s, block_accesses, piece);
    assert_int_equal(memtrace_open(path, &reader), 0);
    assert_int_equal(memtrace_summary(reader)->n_accesses, s->n);
    assert_int_equal(memtrace_cursor_open_thread(reader, 0, &cursor), 0);
    compare(cursor, s);
    memtrace_cursor_close(cursor);
    assert_int_equal(memtrace_cursor_open_time(reader, &cursor), 0);
    compare(cursor, s);
    memtrace_cursor_close(cursor);
    memtrace_close(reader);
    unlink(path);
}

/* How values come: at random, near the one before, small, or again. */
static uint64_t next_value(uint64_t *r, uint64_t before)
{
    uint64_t word = next_random(r);

    switch (word >> 60 & 3) {
    case 0:
        return next_random(r);
    case 1:
        return before + (word & 0xff) - 128;
    case 2:
        return next_random(r) >> (word & 63);
    default:
        return before;
    }
}

static struct valued random_values(size_t n, uint64_t seed, unsigned unknown)
{
    struct valued s = {0};
    uint64_t r = seed, low = 0, high = 0;

    for (size_t i = 0; i < n; i++) {
        uint64_t bits = next_random(&r);
        uint32_t tag = make_tag(1 + (uint32_t)(bits % 50), bits >> 32 & 1,
                                bits >> 33 & 1, bits >> 40 & 7);

        low = next_value(&r, low);
        high = next_value(&r, high);
        add(&s, tag, 0x1000 + (bits >> 50) % 500 * 8,
            unknown == 0 || next_random(&r) % 100 >= unknown, low, high);
    }
    return s;
}

static void values_of_all_sizes_come_back(void **state)
{
    struct valued s = random_values(ROUNDS, 1, 0);

    (void)state;
    check(&s, MEMTRACE_BLOCK_ACCESSES, ROUNDS * 3);
    check(&s, 700, 100);
    check(&s, 1000, 1);
    free_valued(&s);
}

static void accesses_without_a_value_stay_so(void **state)
{
    static const unsigned percents[] = {1, 50, 99};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct valued s = random_values(ROUNDS, 2 + i, percents[i]);

        check(&s, MEMTRACE_BLOCK_ACCESSES, ROUNDS * 3);
        check(&s, 333, 7);
        free_valued(&s);
    }
}

/* The first values come late, and the last early. */
static void blocks_with_and_without_values_mix(void **state)
{
    struct valued s = {0};

    (void)state;
    for (uint64_t i = 0; i < 1000; i++) {
        add(&s, make_tag(1, false, false, 3), 0x1000 + 8 * i,
            i > 400 && i < 600, i * i, 0);
    }
    check(&s, 100, 50);
    check(&s, MEMTRACE_BLOCK_ACCESSES, 5000);
    free_valued(&s);
}

static void a_full_block_keeps_its_last_value(void **state)
{
    struct valued s = {0};

    (void)state;
    for (uint64_t i = 0; i < MEMTRACE_BLOCK_ACCESSES + 10; i++) {
        add(&s, make_tag(1 + i % 3, true, false, 4), i * 16, true, i, ~i);
    }
    check(&s, MEMTRACE_BLOCK_ACCESSES, SIZE_MAX);
    free_valued(&s);
}

static void extreme_values_come_back(void **state)
{
    static const uint64_t ends[] = {0,
                                    1,
                                    0x7f,
                                    0x80,
                                    0xff,
                                    0x7fff,
                                    0x8000,
                                    0xffff,
                                    0x80000000,
                                    0xffffffff,
                                    UINT64_C(1) << 63,
                                    UINT64_MAX};
    struct valued s = {0};
    uint64_t r = 9;

    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        add(&s, make_tag(1 + i % 2, false, false, i % SIZES_LOG2), i % 5 * 8,
            true, ends[next_random(&r) % 12], ends[next_random(&r) % 12]);
    }
    check(&s, 5000, 512);
    free_valued(&s);
}

/* What is expected costs next to nothing. */
static void values_that_repeat_are_small(void **state)
{
    struct valued s = {0};
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    const uint8_t *data;
    size_t size;

    (void)state;
    for (uint64_t i = 0; i < 100000; i++) {
        add(&s, make_tag(1, true, false, 3), 0x1000 + i % 100 * 8, true,
            0x123456789a + i % 100, 0);
    }
    memtrace_encoder_begin(encoder, 0, 0, 0);
    assert_int_equal(memtrace_encoder_accesses(encoder, s.entries.entries, 2),
                     2);
    for (size_t i = 2; i < s.entries.n;) {
        i += memtrace_encoder_accesses(encoder, s.entries.entries + i,
                                       s.entries.n - i);
    }
    assert_int_equal(memtrace_encoder_count(encoder), s.n);
    assert_int_equal(memtrace_encoder_finish(encoder, &data, &size), 0);
    assert_true(size < 1500);
    memtrace_encoder_free(encoder);
    free_valued(&s);
}

/* No values: nothing of them in the block, and none in a batch. */
static void a_block_without_values_is_as_before(void **state)
{
    char path[64];
    struct valued s = random_values(1000, 4, 100);
    struct memtrace_reader *reader;
    struct memtrace_cursor *cursor;
    struct memtrace_batch batch;
    struct block_header header;
    size_t size, at = FILE_HEADER_BYTES;
    uint8_t *data;

    (void)state;
    temp_path(path);
    write_valued(path, &s, MEMTRACE_BLOCK_ACCESSES, 100);
    data = read_file(path, &size);
    while (block_parse(data + at, size - at, &header) == 0) {
        if (header.kind == BLOCK_ACCESS) {
            assert_int_equal(header.head_size, ACCESS_HEAD_BYTES);
        }
        at += BLOCK_HEADER_BYTES + header.head_size + header.body_size;
    }
    free(data);
    assert_int_equal(memtrace_open(path, &reader), 0);
    assert_int_equal(memtrace_cursor_open_thread(reader, 0, &cursor), 0);
    assert_int_equal(memtrace_cursor_next(cursor, &batch), 1);
    assert_null(batch.values);
    memtrace_cursor_close(cursor);
    memtrace_close(reader);
    unlink(path);
    free_valued(&s);
}

static void a_value_without_its_access_is_not_taken(void **state)
{
    struct memtrace_packed entries[] = {
        {1, MEMTRACE_TAG_VALUE}, {0x1000, make_tag(1, false, false, 3)},
        {7, MEMTRACE_TAG_VALUE}, {8, MEMTRACE_TAG_VALUE},
        {9, MEMTRACE_TAG_VALUE},
    };
    struct memtrace_encoder *encoder = memtrace_encoder_new();

    (void)state;
    for (int i = 0; i < 2; i++) {
        /* Whether the encoder knows of values, or not yet. */
        memtrace_encoder_begin(encoder, 0, 0, 0);
        assert_int_equal(memtrace_encoder_accesses(encoder, entries, 5), 0);
        assert_int_equal(memtrace_encoder_accesses(encoder, entries + 1, 4), 3);
        assert_int_equal(memtrace_encoder_accesses(encoder, entries + 4, 1), 0);
        assert_int_equal(memtrace_encoder_count(encoder), 1);
    }
    memtrace_encoder_free(encoder);
}

/* A block's checksums, made right again after it was changed. */
static void seal(uint8_t *block)
{
    uint8_t both[BLOCK_HEADER_BYTES + BLOCK_HEAD_MAX];
    size_t fields = BLOCK_HEAD_CHECKSUM - BLOCK_KIND;
    size_t head_size = get_le32(block + BLOCK_HEAD_SIZE);
    const uint8_t *body = block + BLOCK_HEADER_BYTES + head_size;

    put_le64(block + BLOCK_BODY_CHECKSUM,
             checksum(body, get_le64(block + BLOCK_BODY_SIZE)));
    memcpy(both, block + BLOCK_KIND, fields);
    memcpy(both + fields, block + BLOCK_HEADER_BYTES, head_size);
    put_le64(block + BLOCK_HEAD_CHECKSUM, checksum(both, fields + head_size));
}

static uint64_t read_all(const char *path)
{
    struct memtrace_reader *reader;
    struct memtrace_cursor *cursor;
    struct memtrace_batch batch;
    uint64_t sum = 0;

    if (memtrace_open(path, &reader) < 0) {
        return 0;
    }
    assert_int_equal(memtrace_cursor_open_time(reader, &cursor), 0);
    while (memtrace_cursor_next(cursor, &batch) > 0) {
        for (size_t i = 0; batch.values && i < batch.n_accesses; i++) {
            sum += batch.values[i].low ^ batch.values[i].high;
        }
    }
    memtrace_cursor_close(cursor);
    memtrace_close(reader);
    return sum;
}

/* Every byte of a block changed, with right checksums: it has to end well. */
static void forge(size_t n)
{
    char path[64];
    struct valued s = random_values(n, 5, 10);
    struct sampled sampled = sampled_open("forged bytes", 8);
    size_t size;
    uint8_t *data;

    temp_path(path);
    write_valued(path, &s, MEMTRACE_BLOCK_ACCESSES, 1000);
    data = read_file(path, &size);
    for (size_t at = FILE_HEADER_BYTES; at + BLOCK_HEADER_BYTES < size;) {
        struct block_header header;
        uint8_t *block = data + at;
        size_t whole;

        if (block_parse(block, size - at, &header) < 0) {
            break;
        }
        whole = BLOCK_HEADER_BYTES + header.head_size + header.body_size;
        for (size_t i = BLOCK_HEADER_BYTES;
             header.kind == BLOCK_ACCESS && i < whole; i++) {
            static const uint8_t changes[] = {1, 0x80, 0xff, 3};

            for (size_t k = 0; k < sizeof(changes); k++) {
                if (!sampled_takes(&sampled, false)) {
                    continue;
                }
                block[i] ^= changes[k];
                seal(block);
                write_file(path, data, size);
                read_all(path);
                block[i] ^= changes[k];
            }
        }
        seal(block);
        at += whole;
    }
    sampled_say(&sampled);
    unlink(path);
    free(data);
    free_valued(&s);
}

static void forged_values_do_no_harm(void **state)
{
    (void)state;
    forge(300);
    forge(20); /* so few that sections are stored as they are */
}

/* Its head promises values, its body has none. Return: all of the block. */
static struct buffer block_without_its_values(void)
{
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    struct buffer out = {0};
    struct block_header header;
    struct access_head head;
    const uint8_t *block, *body;
    size_t size;

    memtrace_encoder_begin(encoder, 0, 0, 0);
    for (uint64_t i = 0; i < 50; i++) {
        struct memtrace_packed entry = {8 * i, make_tag(1, false, false, 3)};

        assert_int_equal(memtrace_encoder_accesses(encoder, &entry, 1), 1);
    }
    assert_int_equal(memtrace_encoder_finish(encoder, &block, &size), 0);
    assert_int_equal(block_parse(block, size, &header), 0);
    body = block + BLOCK_HEADER_BYTES + header.head_size;
    assert_int_equal(
        access_head_get(block + BLOCK_HEADER_BYTES, header.head_size, &head),
        0);
    head.has_values = true;
    assert_int_equal(block_begin(&out, access_head_size(&head)), 0);
    access_head_put(out.data + BLOCK_HEADER_BYTES, &head);
    assert_int_equal(buffer_append(&out, body, (size_t)header.body_size), 0);
    block_end(&out, BLOCK_ACCESS, header.encoding, access_head_size(&head));
    memtrace_encoder_free(encoder);
    return out;
}

static void values_that_are_missing_are_damage(void **state)
{
    struct memtrace_thread thread = {.parent = MEMTRACE_NO_THREAD};
    struct buffer block = block_without_its_values();
    struct memtrace_writer *writer;
    struct memtrace_reader *reader;
    struct memtrace_cursor *cursor;
    struct memtrace_batch batch;
    char path[64];

    (void)state;
    temp_path(path);
    writer = open_writer(path);
    assert_int_equal(memtrace_writer_block(writer, block.data, block.used), 0);
    assert_int_equal(memtrace_writer_finish(writer, &thread, 1, true), 0);
    assert_int_equal(memtrace_open(path, &reader), 0);
    assert_int_equal(memtrace_cursor_open_block(reader, &cursor), 0);
    assert_int_equal(memtrace_cursor_seek(cursor, 0), MEMTRACE_ERR_CORRUPT);
    memtrace_cursor_close(cursor);
    assert_int_equal(memtrace_cursor_open_time(reader, &cursor), 0);
    assert_int_equal(memtrace_cursor_next(cursor, &batch), 0);
    assert_int_equal(memtrace_summary(reader)->n_damaged_blocks, 1);
    memtrace_cursor_close(cursor);
    memtrace_close(reader);
    buffer_free(&block);
    unlink(path);
}

/* A guest may write anything into the channel: a value belongs to no stamp. */
static void a_value_behind_a_stamp_is_not_taken(void **state)
{
    const struct memtrace_packed entries[] = {
        {1000, MEMTRACE_TAG_STAMP},
        {7, MEMTRACE_TAG_VALUE},
        {4096, make_tag(1, true, false, 3)},
        {2000, MEMTRACE_TAG_STAMP},
        {7, MEMTRACE_TAG_VALUE},
    };
    struct memtrace_encoder *encoder = memtrace_encoder_new();

    (void)state;
    assert_non_null(encoder);
    memtrace_encoder_begin(encoder, 0, 0, 0);
    assert_int_equal(memtrace_encoder_accesses(encoder, entries, 5), 1);
    assert_int_equal(memtrace_encoder_accesses(encoder, entries + 1, 4), 0);
    assert_int_equal(memtrace_encoder_accesses(encoder, entries + 2, 3), 2);
    assert_int_equal(memtrace_encoder_time(encoder), 2000);
    assert_int_equal(memtrace_encoder_accesses(encoder, entries + 4, 1), 0);
    memtrace_encoder_free(encoder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_all_sizes_come_back),
        cmocka_unit_test(accesses_without_a_value_stay_so),
        cmocka_unit_test(blocks_with_and_without_values_mix),
        cmocka_unit_test(a_full_block_keeps_its_last_value),
        cmocka_unit_test(extreme_values_come_back),
        cmocka_unit_test(values_that_repeat_are_small),
        cmocka_unit_test(a_block_without_values_is_as_before),
        cmocka_unit_test(a_value_without_its_access_is_not_taken),
        cmocka_unit_test(forged_values_do_no_harm),
        cmocka_unit_test(values_that_are_missing_are_damage),
        cmocka_unit_test(a_value_behind_a_stamp_is_not_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
