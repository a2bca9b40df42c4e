/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_digest_damage.c - a digest that is damaged, or made to do harm, is
 * found out; the accesses of its block are read without it.
 */
#include "digest_helpers.h"

#include "block.h"
#include "sampled.h"

#define ACCESSES 100
#define FIRST 1000 /* accesses of the thread before the block */
#define TIME 5000

/* Places of what a right digest lists, each of other accesses before it. */
static const uint32_t right_places[] = {3, 4, 50, 99};
#define LISTED (sizeof(right_places) / sizeof(right_places[0]))

static struct memtrace_access access_at(uint32_t i)
{
    return (struct memtrace_access){
        .vaddr = 0x10000 + (uint64_t)i * 24 + i % 7 * 4096,
        .time = TIME + i / 10,
        .insn = 1 + i % 20,
        .size = 8,
        .flags = i & 1 ? MEMTRACE_STORE : 0,
    };
}

/* What is put together to a digest's part, right or not. */
struct part {
    struct buffer facts;  /* content of the first section */
    struct buffer places; /* of the second */
    struct buffer inner;  /* the block of what is listed */
};

static void put_number(struct buffer *out, uint64_t v)
{
    assert_int_equal(buffer_reserve(out, VARINT_MAX), 0);
    out->used = (size_t)(put_varint(out->data + out->used, v) - out->data);
}

/* A block of accesses at these places, or of all of them. */
static struct buffer encode(const uint32_t *places, size_t n)
{
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    struct buffer out = {0};
    const uint8_t *data;
    size_t size;

    assert_non_null(encoder);
    memtrace_encoder_begin(encoder, 0, FIRST, TIME);
    for (uint32_t i = 0; i < n; i++) {
        struct memtrace_access a = access_at(places ? places[i] : i);
        struct memtrace_packed packed = {a.vaddr, memtrace_tag(&a)};

        memtrace_encoder_stamp(encoder, a.time);
        assert_int_equal(memtrace_encoder_accesses(encoder, &packed, 1), 1);
    }
    assert_int_equal(memtrace_encoder_finish(encoder, &data, &size), 0);
    assert_int_equal(buffer_append(&out, data, size), 0);
    memtrace_encoder_free(encoder);
    return out;
}

/* Two pages, an atomic, a wait, and the list. */
static struct part right_part(void)
{
    static const uint64_t facts[] = {
        1,    LISTED, 2, 64 << 2 | 2, 2 << 2 | 1, 1, 0x20, 8, 1,
        0x20, 7,      8, 9,           2,          2, 2,    3};
    struct part part = {.inner = encode(right_places, LISTED)};
    uint32_t next = 0;

    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
        put_number(&part.facts, facts[i]);
    }
    for (size_t i = 0; i < LISTED; i++) {
        put_number(&part.places, right_places[i] - next);
        next = right_places[i] + 1;
    }
    return part;
}

static void check_right(const struct memtrace_digest *got, bool has_listed)
{
    struct memtrace_digest_page pages[] = {{32, MEMTRACE_DIGEST_LISTED},
                                           {33, MEMTRACE_DIGEST_STORED}};
    struct memtrace_digest_atomic atomic = {16, 8};
    struct memtrace_digest_wait wait = {
        .vaddr = 16,
        .insn = 7,
        .n_loads = 9,
        .size = 8,
        .start_time = TIME + 1,
        .before_time = TIME + 2,
        .last_time = TIME + 3,
        .end_time = TIME + 5,
    };
    struct memtrace_access listed[LISTED];
    const struct memtrace_digest want = {
        .has_waits = true,
        .pages = pages,
        .n_pages = 2,
        .atomics = &atomic,
        .n_atomics = 1,
        .waits = &wait,
        .n_waits = 1,
        .listed = listed,
        .listed_at = (uint32_t *)right_places,
        .n_listed = LISTED,
    };

    for (size_t i = 0; i < LISTED; i++) {
        listed[i] = access_at(right_places[i]);
    }
    same_digest(got, &want, has_listed);
}

/* The sections of a part, one behind the other. */
static struct buffer join(const struct part *part)
{
    struct buffer out = {0};
    ZSTD_CCtx *zstd = ZSTD_createCCtx();

    assert_int_equal(section_put(&out, zstd, SECTION_FAST, part->facts.data,
                                 part->facts.used, true),
                     0);
    assert_int_equal(section_put(&out, zstd, SECTION_FAST, part->places.data,
                                 part->places.used, false),
                     0);
    assert_int_equal(buffer_append(&out, part->inner.data, part->inner.used),
                     0);
    ZSTD_freeCCtx(zstd);
    return out;
}

static void free_part(struct part *part)
{
    buffer_free(&part->facts);
    buffer_free(&part->places);
    buffer_free(&part->inner);
}

/* A block of ACCESSES, with this for a digest, whose size may be a lie. */
static struct buffer make_block(const struct buffer *digest,
                                uint32_t digest_size)
{
    struct buffer plain = encode(NULL, ACCESSES), out = {0};
    struct block_header header;
    struct access_head head;
    size_t before, body;

    assert_int_equal(block_parse(plain.data, plain.used, &header), 0);
    assert_int_equal(access_head_get(plain.data + BLOCK_HEADER_BYTES,
                                     header.head_size, &head),
                     0);
    before = BLOCK_HEADER_BYTES + header.head_size;
    head.has_digest = true;
    head.digest_size = digest_size;
    assert_int_equal(block_begin(&out, access_head_size(&head)), 0);
    body = out.used;
    assert_int_equal(
        buffer_append(&out, plain.data + before, plain.used - before), 0);
    assert_int_equal(buffer_append(&out, digest->data, digest->used), 0);
    if (digest_size <= out.used - body) {
        head.digest_checksum =
            checksum(out.data + out.used - digest_size, digest_size);
    }
    access_head_put(out.data + BLOCK_HEADER_BYTES, &head);
    block_end(&out, BLOCK_ACCESS, header.encoding, access_head_size(&head));
    buffer_free(&plain);
    return out;
}

static void write_trace(const char *path, const struct buffer *block)
{
    struct memtrace_writer *writer = open_writer(path);
    struct memtrace_thread thread = {.parent = MEMTRACE_NO_THREAD};

    assert_int_equal(memtrace_writer_block(writer, block->data, block->used),
                     0);
    assert_int_equal(memtrace_writer_finish(writer, &thread, 1, true), 0);
}

/* Return: how many accesses of the block came, all of which are right. */
static uint64_t read_accesses(const struct memtrace_reader *reader)
{
    struct memtrace_cursor *cursor;
    struct memtrace_batch batch;
    uint64_t n = 0;

    assert_int_equal(memtrace_cursor_open_time(reader, &cursor), 0);
    while (memtrace_cursor_next(cursor, &batch) > 0) {
        for (size_t i = 0; i < batch.n_accesses; i++) {
            struct memtrace_access want =
                access_at((uint32_t)(batch.first - FIRST + i));

            assert_memory_equal(&batch.accesses[i], &want, sizeof(want));
        }
        n += batch.n_accesses;
    }
    memtrace_cursor_close(cursor);
    return n;
}

/* What reading gives: without the list, and with it. */
static void expect(const char *path, int without, int with)
{
    for (int has_listed = 0; has_listed < 2; has_listed++) {
        int want = has_listed ? with : without;
        struct memtrace_digest digest = {.n_pages = 0};
        struct memtrace_reader *reader;

        assert_int_equal(memtrace_open(path, &reader), 0);
        assert_int_equal(memtrace_digest_read(reader, 0, has_listed, &digest),
                         want);
        assert_int_equal(memtrace_digest_read(reader, 0, has_listed, &digest),
                         want);
        if (want < 0) {
            same_digest(&digest, &(struct memtrace_digest){.n_pages = 0}, true);
        }
        assert_int_equal(memtrace_summary(reader)->n_damaged_blocks, want < 0);
        assert_int_equal(read_accesses(reader), ACCESSES);
        memtrace_digest_free(&digest);
        memtrace_close(reader);
    }
}

/* As what it says, a part is read with these results. */
static void expect_part(const struct part *part, int without, int with)
{
    struct buffer joined = join(part);
    struct buffer block = make_block(&joined, (uint32_t)joined.used);
    char path[64];

    temp_path(path);
    write_trace(path, &block);
    expect(path, without, with);
    unlink(path);
    buffer_free(&joined);
    buffer_free(&block);
}

static void what_is_right_is_read(void **state)
{
    struct part part = right_part();
    struct buffer joined = join(&part);
    struct buffer block = make_block(&joined, (uint32_t)joined.used);
    struct memtrace_digest digest = {.n_pages = 0};
    struct memtrace_reader *reader;
    char path[64];

    (void)state;
    temp_path(path);
    write_trace(path, &block);
    expect(path, 1, 1);
    assert_int_equal(memtrace_open(path, &reader), 0);
    for (int has_listed = 0; has_listed < 2; has_listed++) {
        assert_int_equal(memtrace_digest_read(reader, 0, has_listed, &digest),
                         1);
        check_right(&digest, has_listed);
    }
    memtrace_digest_free(&digest);
    memtrace_close(reader);
    unlink(path);
    buffer_free(&joined);
    buffer_free(&block);
    free_part(&part);
}

/* Facts that can not be of a block of ACCESSES, or end too early. */
static void facts_are_bounded(void **state)
{
    static const struct {
        uint64_t numbers[6];
        size_t n;
        size_t zeros; /* bytes that follow */
        int want;
    } cases[] = {
        {{0, 0, 0, 0, 0}, 5, 0, 1},
        {{0}, 0, 0, MEMTRACE_ERR_CORRUPT},
        {{0, 0, 0, 0}, 4, 0, MEMTRACE_ERR_CORRUPT},
        /* listed */
        {{0, ACCESSES + 1}, 2, 100, MEMTRACE_ERR_CORRUPT},
        {{0, UINT64_MAX}, 2, 100, MEMTRACE_ERR_CORRUPT},
        /* pages */
        {{0, 0, 4 * ACCESSES}, 3, 4 * ACCESSES + 2, 1},
        {{0, 0, 4 * ACCESSES}, 3, 4 * ACCESSES - 1, MEMTRACE_ERR_CORRUPT},
        {{0, 0, 4 * ACCESSES + 1}, 3, 9999, MEMTRACE_ERR_CORRUPT},
        {{0, 0, UINT64_MAX}, 3, 100, MEMTRACE_ERR_CORRUPT},
        /* atomics */
        {{0, 0, 0, ACCESSES}, 4, 2 * ACCESSES + 1, 1},
        {{0, 0, 0, ACCESSES}, 4, 2 * ACCESSES - 1, MEMTRACE_ERR_CORRUPT},
        {{0, 0, 0, ACCESSES + 1}, 4, 9999, MEMTRACE_ERR_CORRUPT},
        {{0, 0, 0, UINT64_MAX / 16}, 4, 100, MEMTRACE_ERR_CORRUPT},
        /* waits */
        {{0, 0, 0, 0, ACCESSES}, 5, 8 * ACCESSES, 1},
        {{0, 0, 0, 0, ACCESSES}, 5, 8 * ACCESSES - 1, MEMTRACE_ERR_CORRUPT},
        {{0, 0, 0, 0, ACCESSES + 1}, 5, 9999, MEMTRACE_ERR_CORRUPT},
        {{0, 0, 0, 0, UINT64_MAX / 8}, 5, 100, MEMTRACE_ERR_CORRUPT},
        /* a number that does not end */
        {{0, 0, 0, 0, 1, UINT64_MAX}, 6, 5, MEMTRACE_ERR_CORRUPT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        static const uint8_t zeros[10000];
        struct part part = {.inner = {0}};

        for (size_t k = 0; k < cases[i].n; k++) {
            put_number(&part.facts, cases[i].numbers[k]);
        }
        assert_int_equal(buffer_append(&part.facts, zeros, cases[i].zeros), 0);
        expect_part(&part, cases[i].want, cases[i].want);
        free_part(&part);
    }
}

static void places_rise_within_the_block(void **state)
{
    static const uint64_t cases[][LISTED] = {
        {ACCESSES, 0, 0, 0},   {3, 0, 45, 49},
        {97, 0, 0, 0},         {3, 0, 45, UINT64_MAX},
        {3, UINT64_MAX, 0, 0}, {3, UINT64_MAX - 1, 0, 0},
        {UINT64_MAX, 0, 0, 0}, {1ull << 32, 0, 0, 0},
        {1ull << 63, 1, 1, 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct part part = right_part();

        part.places.used = 0;
        for (size_t k = 0; k < LISTED; k++) {
            put_number(&part.places, cases[i][k]);
        }
        expect_part(&part, 1, MEMTRACE_ERR_CORRUPT);
        free_part(&part);
    }
    for (size_t n = 0; n < LISTED; n++) {
        struct part part = right_part();

        part.places.used = n;
        expect_part(&part, 1, MEMTRACE_ERR_CORRUPT);
        free_part(&part);
    }
}

/* Another block in place of the inner one. */
static void expect_inner(struct buffer *inner)
{
    struct part part = right_part();

    buffer_free(&part.inner);
    part.inner = *inner;
    expect_part(&part, 1, MEMTRACE_ERR_CORRUPT);
    free_part(&part);
}

static void the_block_of_the_list_is_checked(void **state)
{
    const size_t head_size = ACCESS_HEAD_BYTES;
    struct buffer right = encode(right_places, LISTED), inner;

    (void)state;
    for (size_t n = 0; n < right.used; n++) {
        inner = (struct buffer){0};
        buffer_append(&inner, right.data, n);
        expect_inner(&inner);
    }
    inner = encode(NULL, LISTED - 1);
    expect_inner(&inner);
    inner = encode(NULL, LISTED + 1);
    expect_inner(&inner);
    inner = encode(right_places, LISTED);
    buffer_append(&inner, "", 1); /* something behind it */
    expect_inner(&inner);
    inner = encode(right_places, LISTED);
    block_end(&inner, BLOCK_EVICTED, 2, head_size);
    expect_inner(&inner);
    inner = encode(right_places, LISTED);
    block_end(&inner, BLOCK_ACCESS, 1, head_size);
    expect_inner(&inner);
    inner = encode(right_places, LISTED);
    block_end(&inner, BLOCK_ACCESS, 2, head_size - 8);
    expect_inner(&inner);
    /* More accesses than its columns have. */
    inner = encode(right_places, LISTED - 1);
    put_le32(inner.data + BLOCK_HEADER_BYTES + ACCESS_N_ACCESSES, LISTED);
    block_end(&inner, BLOCK_ACCESS, 2, head_size);
    expect_inner(&inner);
    buffer_free(&right);
}

static void sizes_that_can_not_be(void **state)
{
    struct part part = right_part();
    struct buffer joined = join(&part);
    struct buffer plain = encode(NULL, ACCESSES);
    size_t body = plain.used - BLOCK_HEADER_BYTES - ACCESS_HEAD_BYTES;
    const struct {
        size_t size;
        int want;
    } cases[] = {
        {0, MEMTRACE_ERR_CORRUPT},
        {joined.used - 1, MEMTRACE_ERR_CORRUPT},
        {joined.used + body, MEMTRACE_ERR_CORRUPT},
        /* From here on part of it would be the head, or before it. */
        {joined.used + body + 1, MEMTRACE_ERR_CORRUPT},
        {joined.used + plain.used, MEMTRACE_ERR_CORRUPT},
        {UINT32_MAX, MEMTRACE_ERR_CORRUPT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buffer block = make_block(&joined, (uint32_t)cases[i].size);
        char path[64];

        temp_path(path);
        write_trace(path, &block);
        expect(path, cases[i].want, cases[i].want);
        unlink(path);
        buffer_free(&block);
    }
    buffer_free(&plain);
    buffer_free(&joined);
    free_part(&part);
}

/* Each byte of a part, by all there is to change, with right checksums. */
static void forged_digests_do_no_harm(void **state)
{
    static const uint8_t changes[] = {1, 2, 0x80, 0xff};
    struct part part = right_part();
    struct buffer joined = join(&part);
    struct sampled sampled = sampled_open("forged bytes", 4);
    char path[64];

    (void)state;
    temp_path(path);
    for (size_t i = 0; i < joined.used * sizeof(changes); i++) {
        uint8_t *byte = joined.data + i / sizeof(changes);
        struct memtrace_digest digest = {.n_pages = 0};
        struct memtrace_reader *reader;
        struct buffer block;
        int result;

        if (!sampled_takes(&sampled, false)) {
            continue;
        }
        *byte ^= changes[i % sizeof(changes)];
        block = make_block(&joined, (uint32_t)joined.used);
        write_trace(path, &block);
        assert_int_equal(memtrace_open(path, &reader), 0);
        result = memtrace_digest_read(reader, 0, true, &digest);
        assert_true(result == 1 || result == MEMTRACE_ERR_CORRUPT);
        assert_in_range(digest.n_listed, 0, ACCESSES);
        for (size_t k = 0; k < digest.n_listed; k++) {
            assert_in_range(digest.listed_at[k],
                            k ? digest.listed_at[k - 1] + 1 : 0, ACCESSES - 1);
        }
        assert_int_equal(read_accesses(reader), ACCESSES);
        memtrace_digest_free(&digest);
        memtrace_close(reader);
        buffer_free(&block);
        *byte ^= changes[i % sizeof(changes)];
    }
    sampled_say(&sampled);
    unlink(path);
    buffer_free(&joined);
    free_part(&part);
}

/* What reading a file of those bytes gives, with the list. */
static int read_bytes(const char *path, const uint8_t *data, size_t size)
{
    struct memtrace_digest digest = {.n_pages = 0};
    struct memtrace_reader *reader;
    int result;

    write_file(path, data, size);
    if (memtrace_open(path, &reader) < 0 ||
        memtrace_summary(reader)->n_blocks == 0) {
        memtrace_close(reader);
        return 0;
    }
    result = memtrace_digest_read(reader, 0, true, &digest);
    if (result > 0) {
        check_right(&digest, true);
    }
    memtrace_digest_free(&digest);
    memtrace_close(reader);
    return result;
}

/* Each bit of the block: only what is before the digest may be wrong. */
static void flipped_bits_are_found(void **state)
{
    struct part part = right_part();
    struct buffer joined = join(&part);
    struct buffer block = make_block(&joined, (uint32_t)joined.used);
    size_t size, head = BLOCK_HEADER_BYTES + ACCESS_HEAD_BYTES_DIGEST;
    struct sampled sampled = sampled_open("flipped bits", 8);
    char path[64];
    uint8_t *data, *in_file;

    (void)state;
    temp_path(path);
    write_trace(path, &block);
    data = read_file(path, &size);
    in_file = memmem(data, size, block.data, block.used);
    assert_non_null(in_file);
    for (size_t bit = 0; bit < 8 * block.used; bit++) {
        size_t i = bit / 8;
        int want = i < head                       ? MEMTRACE_ERR_CORRUPT
                   : i < block.used - joined.used ? 1
                                                  : MEMTRACE_ERR_CHECKSUM;

        if (!sampled_takes(&sampled, false)) {
            continue;
        }
        /* The body's own checksum is not looked at. */
        in_file[i] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(read_bytes(path, data, size), want);
        in_file[i] ^= (uint8_t)(1 << bit % 8);
    }
    sampled_say(&sampled);
    free(data);
    unlink(path);
    buffer_free(&block);
    buffer_free(&joined);
    free_part(&part);
}

static void cut_files_have_it_whole_or_not(void **state)
{
    struct part part = right_part();
    struct buffer joined = join(&part);
    struct buffer block = make_block(&joined, (uint32_t)joined.used);
    struct memtrace_digest digest = {.n_pages = 0};
    struct memtrace_reader *reader;
    size_t size, n_read = 0;
    char path[64];
    uint8_t *data;

    (void)state;
    temp_path(path);
    write_trace(path, &block);
    data = read_file(path, &size);
    for (size_t n = 0; n < size; n++) {
        int result = read_bytes(path, data, n);

        assert_in_range(result, 0, 1);
        n_read += (size_t)result;
    }
    /* All that end behind the block, but the file's header is before it. */
    assert_int_equal(n_read, size - block.used - FILE_HEADER_BYTES);
    /* Cut while it is open. */
    write_file(path, data, size);
    assert_int_equal(memtrace_open(path, &reader), 0);
    assert_int_equal(truncate(path, FILE_HEADER_BYTES + (off_t)block.used - 1),
                     0);
    assert_int_equal(memtrace_digest_read(reader, 0, true, &digest),
                     MEMTRACE_ERR_TRUNCATED);
    assert_int_equal(memtrace_summary(reader)->n_damaged_blocks, 1);
    memtrace_close(reader);
    free(data);
    unlink(path);
    buffer_free(&block);
    buffer_free(&joined);
    free_part(&part);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_right_is_read),
        cmocka_unit_test(facts_are_bounded),
        cmocka_unit_test(places_rise_within_the_block),
        cmocka_unit_test(the_block_of_the_list_is_checked),
        cmocka_unit_test(sizes_that_can_not_be),
        cmocka_unit_test(forged_digests_do_no_harm),
        cmocka_unit_test(flipped_bits_are_found),
        cmocka_unit_test(cut_files_have_it_whole_or_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
