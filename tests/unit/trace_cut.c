/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_cut.c - a trace that ends within a block, as where its recorder was
 * killed, is not damaged; one that is damaged before that is.
 */
#include "sampled.h"
#include "trace_blocks.h"

#define N_ACCESS_BLOCKS 6
#define BLOCK_ACCESSES 40

/* A trace in memory, and its blocks in the order of the file. */
struct trace {
    char path[64];
    uint8_t *data;
    size_t size;
    size_t n_blocks;
    size_t start[32];
    size_t end[32];
};

static bool is_access(const struct trace *trace, size_t block)
{
    return get_le16(trace->data + trace->start[block] + BLOCK_KIND) ==
           BLOCK_ACCESS;
}

static void find_blocks(struct trace *trace)
{
    size_t at = FILE_HEADER_BYTES;

    trace->n_blocks = 0;
    while (at < trace->size - TRAILER_BYTES) {
        size_t i = trace->n_blocks++;

        assert_true(i < sizeof(trace->start) / sizeof(trace->start[0]));
        assert_memory_equal(trace->data + at, BLOCK_SYNC, BLOCK_SYNC_BYTES);
        trace->start[i] = at;
        at += block_size(trace->data + at);
        trace->end[i] = at;
    }
    assert_int_equal(at, trace->size - TRAILER_BYTES);
}

/* Blocks of every kind that a recording has from its start to its end. */
static void make_trace(struct trace *trace)
{
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    struct memtrace_thread thread = {.number = 0, .pid = 10, .tid = 10};
    struct memtrace_insn insn = {.pc = 0x400000, .number = 1, .size = 4};
    struct memtrace_writer *writer;

    temp_path(trace->path);
    writer = open_writer(trace->path);
    assert_int_equal(memtrace_writer_meta(writer, "guest.arch", "x86_64"), 0);
    assert_int_equal(memtrace_writer_flush_meta(writer), 0);
    assert_int_equal(memtrace_writer_insn(writer, &insn), 0);
    for (uint64_t b = 0; b < N_ACCESS_BLOCKS; b++) {
        memtrace_encoder_begin(encoder, 0, b * BLOCK_ACCESSES, 100 * b);
        for (uint64_t i = 0; i < BLOCK_ACCESSES; i++) {
            struct memtrace_packed entry = {0x10000 + b * i % 7 * 4096,
                                            make_tag(1, false, false, 3)};

            assert_int_equal(memtrace_encoder_accesses(encoder, &entry, 1), 1);
        }
        end_block(encoder, writer);
    }
    memtrace_encoder_free(encoder);
    assert_int_equal(memtrace_writer_finish(writer, &thread, 1, true), 0);
    trace->data = read_file(trace->path, &trace->size);
    find_blocks(trace);
}

static void free_trace(struct trace *trace)
{
    unlink(trace->path);
    free(trace->data);
}

/* What the first bytes of the trace are, with n_damaged blocks among them. */
static void check(const struct trace *trace, size_t n_bytes,
                  uint64_t n_accesses, uint64_t n_damaged, uint64_t n_cut)
{
    const struct memtrace_summary *summary;
    struct memtrace_reader *reader;
    struct memtrace_cursor *cursor;
    struct memtrace_batch batch;
    uint64_t n = 0;

    write_file(trace->path, trace->data, n_bytes);
    assert_int_equal(memtrace_open(trace->path, &reader), 0);
    summary = memtrace_summary(reader);
    assert_true(summary->index_rebuilt);
    assert_int_equal(summary->n_accesses, n_accesses);
    assert_int_equal(memtrace_cursor_open_time(reader, &cursor), 0);
    while (memtrace_cursor_next(cursor, &batch) > 0) {
        n += batch.n_accesses;
    }
    memtrace_cursor_close(cursor);
    assert_int_equal(n, n_accesses);
    assert_int_equal(summary->n_damaged_blocks, n_damaged);
    assert_int_equal(summary->damaged_bytes != 0, n_damaged != 0);
    assert_int_equal(summary->cut_bytes, n_cut);
    assert_int_equal(summary->is_complete,
                     n_bytes >= trace->end[trace->n_blocks - 1]);
    memtrace_close(reader);
}

static void a_cut_at_any_byte_is_no_damage(void **state)
{
    struct trace trace;
    struct sampled sampled = sampled_open("cuts", 4);
    uint64_t n_accesses = 0;
    size_t whole = 0; /* blocks */

    (void)state;
    make_trace(&trace);
    for (size_t n = FILE_HEADER_BYTES; n < trace.size; n++) {
        size_t end;
        bool is_edge = whole < trace.n_blocks && n + 1 >= trace.end[whole];

        if (whole < trace.n_blocks && n == trace.end[whole]) {
            n_accesses += is_access(&trace, whole) ? BLOCK_ACCESSES : 0;
            whole++;
        }
        end = whole ? trace.end[whole - 1] : FILE_HEADER_BYTES;
        /* The trailer says nothing that a walk does not find. */
        if (!sampled_takes(&sampled, is_edge)) {
            continue;
        }
        check(&trace, n, n_accesses, 0, whole < trace.n_blocks ? n - end : 0);
    }
    assert_int_equal(n_accesses, N_ACCESS_BLOCKS * BLOCK_ACCESSES);
    sampled_say(&sampled);
    printf("promise: a trace cut at %" PRIu64 " of its %zu bytes has all whole "
           "blocks and no damage\n",
           sampled.n_taken, trace.size);
    free_trace(&trace);
}

enum damage { BODY, HOLE, SYNC, HEAD, SIZE, SEALED_SIZE, N_DAMAGES };

static void damage_block(uint8_t *block, enum damage damage)
{
    switch (damage) {
    case BODY:
        block[block_size(block) - 1] ^= 0x10;
        break;
    case HOLE:
        memset(block, 0, block_size(block));
        break;
    case SYNC:
        block[3] ^= 0x10;
        break;
    case HEAD:
        block[BLOCK_HEADER_BYTES + 4] ^= 0x10;
        break;
    case SIZE:
        block[BLOCK_BODY_SIZE + 5] ^= 0x10;
        break;
    default:
        block[BLOCK_BODY_SIZE + 5] ^= 0x10;
        seal_head(block);
    }
}

/* Each block of accesses in turn, cut at each byte from its end on. */
static void damage_before_a_cut_is_damage(void **state)
{
    struct trace trace;
    struct sampled sampled = sampled_open("cuts behind damage", 4);

    (void)state;
    make_trace(&trace);
    for (size_t b = 0; b + 2 < trace.n_blocks; b++) {
        size_t size = trace.end[b] - trace.start[b];
        uint8_t *was = malloc(size), *block = trace.data + trace.start[b];

        memcpy(was, block, size);
        for (int damage = 0; is_access(&trace, b) && damage < N_DAMAGES;
             damage++) {
            size_t last = b + 2, from = trace.end[b + 1];
            uint64_t n = 0;

            for (size_t i = 0; i <= b + 1; i++) {
                n += i != b && is_access(&trace, i) ? BLOCK_ACCESSES : 0;
            }
            damage_block(block, (enum damage)damage);
            for (size_t to = from; to < trace.end[last]; to++) {
                if (sampled_takes(&sampled, to == from)) {
                    check(&trace, to, n, 1, to - from);
                }
            }
            memcpy(block, was, size);
        }
        free(was);
    }
    sampled_say(&sampled);
    free_trace(&trace);
}

/* A size beyond the file's end: a trailer there says that nothing was cut. */
static void a_trailer_is_the_end(void **state)
{
    struct trace trace;
    size_t last;

    (void)state;
    make_trace(&trace);
    last = trace.n_blocks - 1;
    damage_block(trace.data + trace.start[last], SEALED_SIZE);
    trace.end[last] = SIZE_MAX; /* not complete: its INDEX is that block */
    check(&trace, trace.size, N_ACCESS_BLOCKS * BLOCK_ACCESSES, 1, 0);
    check(&trace, trace.size - TRAILER_BYTES, N_ACCESS_BLOCKS * BLOCK_ACCESSES,
          0, trace.size - TRAILER_BYTES - trace.start[last]);
    free_trace(&trace);
}

/* What no block begins with is damage, also where it is short. */
static void rubbish_at_the_end_is_damage(void **state)
{
    struct trace trace;
    size_t at;

    (void)state;
    make_trace(&trace);
    at = trace.end[trace.n_blocks - 3];
    assert_true(trace.size - at > 3 * BLOCK_HEADER_BYTES);
    memset(trace.data + at, 0, trace.size - at);
    for (size_t n = 1; n < 3 * BLOCK_HEADER_BYTES; n++) {
        if (n != TRAILER_BYTES) { /* may be a wrong trailer: bytes, no block */
            check(&trace, at + n, N_ACCESS_BLOCKS * BLOCK_ACCESSES, 1, 0);
        }
    }
    free_trace(&trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_at_any_byte_is_no_damage),
        cmocka_unit_test(damage_before_a_cut_is_damage),
        cmocka_unit_test(a_trailer_is_the_end),
        cmocka_unit_test(rubbish_at_the_end_is_damage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
