/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_damage.c - a damaged or cut trace costs what was damaged, no more.
 */
#include "trace_blocks.h"

#include "block.h"
#include "sampled.h"

#define BLOCKS 6
#define BLOCK_ACCESSES 40

/* Access i of a block: what it is can be told from any of it. */
static uint64_t vaddr_of(uint64_t i)
{
    return 0x10000 + i * 24 + i % 7 * 4096;
}

/* Two threads, BLOCKS blocks in turn, an event in each. */
static uint8_t *make_trace(const char *path, size_t *size)
{
    struct memtrace_writer *writer = open_writer(path);
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    struct memtrace_thread threads[2] = {{.number = 0, .pid = 10, .tid = 10},
                                         {.number = 1, .pid = 10, .tid = 11}};
    uint64_t first[2] = {0, 0};

    assert_int_equal(memtrace_writer_meta(writer, "guest.arch", "x86_64"), 0);
    assert_int_equal(memtrace_writer_flush_meta(writer), 0);
    for (uint32_t i = 1; i <= 20; i++) {
        struct memtrace_insn insn = {
            .pc = 0x400000 + 4 * i, .number = i, .size = 4};

        assert_int_equal(memtrace_writer_insn(writer, &insn), 0);
    }
    for (uint32_t b = 0; b < BLOCKS; b++) {
        struct memtrace_event event = {.type = MEMTRACE_EVENT_MAP,
                                       .n_args = 2,
                                       .args = {0x1000, 0x2000},
                                       .text = "/lib/x"};

        memtrace_encoder_begin(encoder, b % 2, first[b % 2], 100 * b);
        assert_int_equal(memtrace_encoder_event(encoder, &event), 0);
        for (uint64_t i = 0; i < BLOCK_ACCESSES; i++) {
            uint64_t at = first[b % 2] + i;
            struct memtrace_packed entry = {
                vaddr_of(at), make_tag(1 + at % 20, false, false, 3)};

            assert_int_equal(memtrace_encoder_accesses(encoder, &entry, 1), 1);
        }
        end_block(encoder, writer);
        first[b % 2] += BLOCK_ACCESSES;
    }
    memtrace_encoder_free(encoder);
    assert_int_equal(memtrace_writer_finish(writer, threads, 2, true), 0);
    return read_file(path, size);
}

/* Every access that comes out is the right one. Return: how many did. */
static uint64_t read_all(struct memtrace_reader *reader)
{
    const struct memtrace_summary *s = memtrace_summary(reader);
    const struct memtrace_event *events;
    const char *key, *value;
    struct memtrace_cursor *cursor;
    struct memtrace_batch batch;
    uint64_t n = 0, n_time = 0, n_block = 0;
    int64_t n_events;

    for (size_t i = 0; memtrace_meta_at(reader, i, &key, &value); i++) {
        assert_true(strlen(key) > 0 && strlen(value) < 1000);
    }
    for (uint32_t t = 0; t < s->n_threads && t < 5; t++) {
        if (memtrace_cursor_open_thread(reader, t, &cursor) < 0) {
            continue;
        }
        while (memtrace_cursor_next(cursor, &batch) > 0) {
            for (size_t i = 0; i < batch.n_accesses; i++) {
                uint64_t at = batch.first + i;

                assert_int_equal(batch.accesses[i].vaddr, vaddr_of(at));
                assert_int_equal(batch.accesses[i].insn, 1 + at % 20);
            }
            n += batch.n_accesses;
        }
        memtrace_cursor_close(cursor);
    }
    assert_int_equal(memtrace_cursor_open_time(reader, &cursor), 0);
    while (memtrace_cursor_next(cursor, &batch) > 0) {
        n_time += batch.n_accesses;
    }
    memtrace_cursor_close(cursor);
    assert_int_equal(memtrace_cursor_open_block(reader, &cursor), 0);
    for (uint64_t i = 0; i < s->n_blocks; i++) {
        if (memtrace_cursor_seek(cursor, i) < 0) {
            continue;
        }
        while (memtrace_cursor_next(cursor, &batch) > 0) {
            n_block += batch.n_accesses;
        }
    }
    memtrace_cursor_close(cursor);
    assert_int_equal(n, n_time);
    assert_int_equal(n, n_block);
    n_events = memtrace_events(reader, &events);
    assert_in_range(n_events, 0, BLOCKS);
    for (int64_t i = 0; i < n_events; i++) {
        assert_string_equal(events[i].text, "/lib/x");
    }
    memtrace_insn(reader, 3);
    memtrace_insn(reader, UINT32_MAX);
    return n;
}

static void cut_anywhere_keeps_the_whole_blocks(void **state)
{
    char path[64];
    size_t size;
    uint8_t *data;
    uint64_t before = 0;
    struct sampled sampled = sampled_open("cuts", 4);

    (void)state;
    temp_path(path);
    data = make_trace(path, &size);
    for (size_t n = 0; n <= size; n++) {
        struct memtrace_reader *reader;
        uint64_t got;
        int error;

        if (!sampled_takes(&sampled, n == size)) {
            continue;
        }
        write_file(path, data, n);
        error = memtrace_open(path, &reader);
        if (n < FILE_HEADER_BYTES) {
            assert_int_equal(error, MEMTRACE_ERR_NOT_A_TRACE);
            assert_null(reader);
            continue;
        }
        assert_int_equal(error, 0);
        got = read_all(reader);
        assert_int_equal(got % BLOCK_ACCESSES, 0);
        assert_true(got >= before); /* never less than of a shorter file */
        assert_int_equal(memtrace_summary(reader)->n_accesses, got);
        assert_int_equal(memtrace_summary(reader)->index_rebuilt, n < size);
        assert_int_equal(memtrace_summary(reader)->file_bytes, n);
        assert_int_equal(memtrace_summary(reader)->n_damaged_blocks, 0);
        before = got;
        memtrace_close(reader);
    }
    assert_int_equal(before, BLOCKS * BLOCK_ACCESSES);
    sampled_say(&sampled);
    printf("promise: a trace cut at %" PRIu64 " of its %zu bytes is read up to "
           "there\n",
           sampled.n_taken, size);
    free(data);
    unlink(path);
}

/* With the index, and by walking. */
static void a_flipped_bit_costs_one_block(void **state)
{
    char path[64];
    size_t size;
    uint8_t *data;
    struct sampled sampled = sampled_open("flipped bits", 16);

    (void)state;
    temp_path(path);
    data = make_trace(path, &size);
    for (size_t bit = 0; bit < 16 * size; bit++) {
        size_t at = bit / 16, n = bit & 1 ? size - TRAILER_BYTES : size;
        uint8_t flip = (uint8_t)(1 << bit / 2 % 8);
        struct memtrace_reader *reader;
        const struct memtrace_summary *s;
        uint64_t got;
        int error;

        if (!sampled_takes(&sampled, false)) {
            continue;
        }
        data[at] ^= flip;
        write_file(path, data, n);
        data[at] ^= flip;
        error = memtrace_open(path, &reader);
        if (at < 8) {
            assert_int_equal(error, MEMTRACE_ERR_NOT_A_TRACE);
            continue;
        }
        assert_int_equal(error, 0);
        got = read_all(reader);
        s = memtrace_summary(reader);
        if (s->index_rebuilt) {
            assert_int_equal(s->n_accesses, got);
        }
        if (got < BLOCKS * BLOCK_ACCESSES) {
            assert_int_equal(got, (BLOCKS - 1) * BLOCK_ACCESSES);
            assert_int_equal(s->n_damaged_blocks, 1);
            assert_true(s->damaged_bytes > 0 && s->damaged_bytes < size);
        }
        memtrace_close(reader);
    }
    sampled_say(&sampled);
    printf("promise: a bit flipped, in %" PRIu64 " of %" PRIu64 " cases, costs "
           "one block at most\n",
           sampled.n_taken, sampled.n_seen);
    free(data);
    unlink(path);
}

/* Without its index, and with rubbish before each block. */
static void blocks_are_found_between_rubbish(void **state)
{
    char path[64];
    size_t size, n = 0;
    uint8_t *data, *larger;
    struct memtrace_reader *reader;

    (void)state;
    temp_path(path);
    data = make_trace(path, &size);
    larger = malloc(size * 20);
    for (size_t i = 0; i < size - TRAILER_BYTES; i++) {
        if (i >= FILE_HEADER_BYTES && size - i > 8 &&
            memcmp(data + i, BLOCK_SYNC, 8) == 0) {
            memset(larger + n, 0xf7, 70);
            memcpy(larger + n + 70, BLOCK_SYNC, 8); /* a false start */
            n += 78;
        }
        larger[n++] = data[i];
    }
    write_file(path, larger, n);
    assert_int_equal(memtrace_open(path, &reader), 0);
    assert_int_equal(read_all(reader), BLOCKS * BLOCK_ACCESSES);
    assert_true(memtrace_summary(reader)->index_rebuilt);
    assert_true(memtrace_summary(reader)->is_complete);
    assert_true(memtrace_summary(reader)->damaged_bytes >= 78 * BLOCKS);
    memtrace_close(reader);
    free(larger);
    free(data);
    unlink(path);
}

/* Where the nth block of a kind starts. */
static size_t find_block(const uint8_t *data, size_t size, unsigned kind,
                         unsigned nth)
{
    for (size_t at = FILE_HEADER_BYTES; at + BLOCK_HEADER_BYTES <= size;) {
        if (get_le16(data + at + BLOCK_KIND) == kind && nth-- == 0) {
            return at;
        }
        at += block_size(data + at);
    }
    fail();
    return 0;
}

/*
 * Hostile: every byte of a block's head and body set to what tends to hurt,
 * with right checksums.  Whatever comes out, it has to end, and well.
 */
static void forged_blocks_do_no_harm(void **state)
{
    static const uint8_t bad[] = {0x00, 0x7f, 0x80, 0xff};
    static const unsigned kinds[] = {BLOCK_META, BLOCK_INSNS, BLOCK_ACCESS,
                                     BLOCK_THREADS, BLOCK_INDEX};
    char path[64];
    size_t size;
    uint8_t *data, *copy;
    struct sampled sampled = sampled_open("forged bytes", 8);

    (void)state;
    temp_path(path);
    data = make_trace(path, &size);
    copy = malloc(size);
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
        size_t at = find_block(data, size, kinds[k], 0);
        size_t n = block_size(data + at);

        for (size_t i = BLOCK_HEADER_BYTES; i < n; i++) {
            for (size_t b = 0; b < sizeof(bad); b++) {
                struct memtrace_reader *reader;
                struct memtrace_cursor *cursor;
                struct memtrace_batch batch;
                const struct memtrace_event *events;

                if (!sampled_takes(&sampled, false)) {
                    continue;
                }
                memcpy(copy, data, size);
                copy[at + i] = bad[b];
                seal(copy + at);
                write_file(path, copy, size);
                assert_int_equal(memtrace_open(path, &reader), 0);
                assert_int_equal(memtrace_cursor_open_time(reader, &cursor), 0);
                while (memtrace_cursor_next(cursor, &batch) > 0) {
                    assert_true(batch.n_accesses <= LIMIT_BLOCK_ACCESSES);
                }
                memtrace_cursor_close(cursor);
                memtrace_events(reader, &events);
                memtrace_close(reader);
            }
        }
    }
    sampled_say(&sampled);
    free(copy);
    free(data);
    unlink(path);
}

static void lengths_beyond_the_file_do_no_harm(void **state)
{
    static const uint64_t lengths[] = {UINT64_MAX, UINT64_MAX - 39, 1ull << 63,
                                       1ull << 40, UINT32_MAX};
    char path[64];
    size_t size, at;
    uint8_t *data;

    (void)state;
    temp_path(path);
    data = make_trace(path, &size);
    at = find_block(data, size, BLOCK_ACCESS, 1);
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        uint8_t *block = data + at;
        uint64_t was = get_le64(block + BLOCK_BODY_SIZE);
        struct memtrace_reader *reader;

        put_le64(block + BLOCK_BODY_SIZE, lengths[i]);
        seal_head(block);
        write_file(path, data, size);
        assert_int_equal(memtrace_open(path, &reader), 0);
        assert_int_equal(read_all(reader), (BLOCKS - 1) * BLOCK_ACCESSES);
        assert_int_equal(memtrace_summary(reader)->n_damaged_blocks, 1);
        memtrace_close(reader);
        write_file(path, data, size - 1); /* and by walking */
        assert_int_equal(memtrace_open(path, &reader), 0);
        assert_int_equal(read_all(reader), (BLOCKS - 1) * BLOCK_ACCESSES);
        assert_int_equal(memtrace_summary(reader)->n_damaged_blocks, 1);
        memtrace_close(reader);
        put_le64(block + BLOCK_BODY_SIZE, was);
    }
    free(data);
    unlink(path);
}

/* A few hundred bytes that would become 32 MiB of events. */
static void a_section_that_swells_is_refused(void **state)
{
    char path[64];
    struct memtrace_writer *writer;
    struct memtrace_reader *reader;
    const struct memtrace_event *events;
    struct buffer out = {0}, zeros = {0};
    struct access_head head = {.n_events = 1};
    ZSTD_CCtx *zstd = ZSTD_createCCtx();

    (void)state;
    temp_path(path);
    assert_int_equal(buffer_reserve(&zeros, 32u << 20), 0);
    memset(zeros.data, 0, 32u << 20);
    assert_int_equal(block_begin(&out, ACCESS_HEAD_BYTES), 0);
    head.events_size = (uint32_t)out.used;
    assert_int_equal(section_put(&out, zstd, 1, zeros.data, 32u << 20, false),
                     0);
    head.events_size = (uint32_t)out.used - head.events_size;
    assert_true(head.events_size < 10000);
    head.events_checksum =
        checksum(out.data + out.used - head.events_size, head.events_size);
    access_head_put(out.data + BLOCK_HEADER_BYTES, &head);
    block_end(&out, BLOCK_ACCESS, 1, ACCESS_HEAD_BYTES);
    writer = open_writer(path);
    assert_int_equal(memtrace_writer_block(writer, out.data, out.used), 0);
    assert_int_equal(memtrace_writer_finish(writer, NULL, 0, true), 0);
    assert_int_equal(memtrace_open(path, &reader), 0);
    assert_int_equal(memtrace_events(reader, &events), 0);
    assert_int_equal(memtrace_summary(reader)->n_damaged_blocks, 1);
    memtrace_close(reader);
    ZSTD_freeCCtx(zstd);
    buffer_free(&out);
    buffer_free(&zeros);
    unlink(path);
}

/* The last thread number that is allowed: not an array of that many. */
static void a_high_thread_number_takes_no_memory(void **state)
{
    char path[64];
    struct memtrace_writer *writer;
    struct memtrace_reader *reader;
    struct stream s = {0};

    (void)state;
    temp_path(path);
    stream_add(&s, make_tag(1, false, false, 0), 1);
    writer = open_writer(path);
    write_stream(writer, LIMIT_THREADS - 1, &s, 10, 10);
    assert_int_equal(memtrace_writer_finish(writer, NULL, 0, true), 0);
    assert_int_equal(memtrace_open(path, &reader), 0);
    assert_int_equal(memtrace_summary(reader)->n_threads, LIMIT_THREADS);
    assert_non_null(memtrace_thread(reader, LIMIT_THREADS - 1));
    assert_null(memtrace_thread(reader, 0));
    assert_null(memtrace_thread(reader, UINT32_MAX));
    memtrace_close(reader);
    free(s.entries);
    unlink(path);
}

static void files_that_are_no_traces_are_told(void **state)
{
    char path[64];
    struct memtrace_reader *reader = (void *)1;
    uint8_t zeros[4096] = {0};

    (void)state;
    temp_path(path);
    assert_int_equal(memtrace_open(path, &reader), MEMTRACE_ERR_NOT_A_TRACE);
    assert_null(reader);
    write_file(path, zeros, sizeof(zeros));
    assert_int_equal(memtrace_open(path, &reader), MEMTRACE_ERR_NOT_A_TRACE);
    assert_int_equal(memtrace_open("/", &reader), MEMTRACE_ERR_NOT_A_TRACE);
    unlink(path);
    assert_int_equal(memtrace_open(path, &reader), MEMTRACE_ERR_OPEN);
    assert_null(reader);
}

static void a_newer_version_is_told(void **state)
{
    char path[64];
    size_t size;
    uint8_t *data;
    struct memtrace_reader *reader;

    (void)state;
    temp_path(path);
    data = make_trace(path, &size);
    put_le32(data + FILE_HEADER_VERSION, FORMAT_VERSION + 1);
    put_le64(data + FILE_HEADER_CHECKSUM,
             XXH3_64bits(data, FILE_HEADER_CHECKSUM));
    write_file(path, data, size);
    assert_int_equal(memtrace_open(path, &reader), MEMTRACE_ERR_VERSION);
    free(data);
    unlink(path);
}

/* Found by fuzzing: a body of no bytes has no memory, which is not to be read
   nor counted from; the sanitizers would say so. */
static void bytes_of_nothing_can_be_read(void **state)
{
    struct bytes_in in = bytes_in(NULL, 0);

    (void)state;
    assert_non_null(get_bytes(&in, 0));
    assert_false(in.is_bad);
    assert_int_equal(bytes_left(&in), 0);
    assert_null(get_bytes(&in, 1));
    assert_true(in.is_bad);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut_anywhere_keeps_the_whole_blocks),
        cmocka_unit_test(a_flipped_bit_costs_one_block),
        cmocka_unit_test(blocks_are_found_between_rubbish),
        cmocka_unit_test(forged_blocks_do_no_harm),
        cmocka_unit_test(lengths_beyond_the_file_do_no_harm),
        cmocka_unit_test(a_section_that_swells_is_refused),
        cmocka_unit_test(a_high_thread_number_takes_no_memory),
        cmocka_unit_test(bytes_of_nothing_can_be_read),
        cmocka_unit_test(files_that_are_no_traces_are_told),
        cmocka_unit_test(a_newer_version_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
