/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * analysis_regions.c - what memory was at a time, worked out from events, and
 * choices by such places.
 */
#include "choice.h"
#include "trace_symbols.h"
#include "trace_helpers.h"

#define TICK 100

static struct memtrace_writer *writer;
static struct memtrace_encoder *encoder;

static void begin_thread(uint32_t thread, uint64_t time)
{
    memtrace_encoder_begin(encoder, thread, 0, time);
}

static void access_at(uint64_t time, uint64_t vaddr, uint32_t insn)
{
    struct memtrace_packed packed = {vaddr, make_tag(insn, true, false, 3)};

    memtrace_encoder_stamp(encoder, time);
    assert_int_equal(memtrace_encoder_accesses(encoder, &packed, 1), 1);
}

static void event_at(uint64_t time, struct memtrace_event event)
{
    event.text = event.text ? event.text : "";
    event.n_args = 5;
    memtrace_encoder_stamp(encoder, time);
    assert_int_equal(memtrace_encoder_event(encoder, &event), 0);
}

static void map_at(uint64_t time, uint64_t vaddr, uint64_t size, uint64_t prot,
                   uint64_t flags, uint64_t offset, const char *file)
{
    event_at(time,
             (struct memtrace_event){.type = MEMTRACE_EVENT_MAP,
                                     .args = {vaddr, size, prot, flags, offset},
                                     .text = file});
}

static void unmap_at(uint64_t time, uint64_t vaddr, uint64_t size)
{
    event_at(time, (struct memtrace_event){.type = MEMTRACE_EVENT_UNMAP,
                                           .args = {vaddr, size}});
}

/*
 * Process 10: a program at 0x400000 with its .bss, a stack, a heap, a library
 * that is loaded twice, at the same address as another in between, and a
 * thread's stack.  Process 20 is its fork, and gets a program of its own.
 */
static void first_process(void)
{
    begin_thread(0, 1 * TICK);
    event_at(1 * TICK,
             (struct memtrace_event){.type = MEMTRACE_EVENT_PROCESS_START,
                                     .args = {10, 1},
                                     .text = "start"});
    map_at(1 * TICK, 0x400000, 0x2000, 5, 0, 0, "/bin/p");
    map_at(1 * TICK, 0x402000, 0x1000, 3, 0, 0x2000, "/bin/p");
    map_at(1 * TICK, 0x403000, 0x1000, 3, 0x20, 0, "");
    map_at(1 * TICK, 0x404000, 0x1000, 3, 0x22, 0, "[heap]");
    map_at(1 * TICK, 0x800000, 0x8000, 3, 0x20, 0, "[stack]");
    access_at(2 * TICK, 0x402000, 1);
    map_at(3 * TICK, 0x500000, 0x4000, 1, 2, 0, "/lib/a.so");
    map_at(3 * TICK, 0x501000, 0x1000, 5, 0x12, 0x1000, "/lib/a.so");
    map_at(3 * TICK, 0x503000, 0x1000, 3, 0x32, 0, "");
    map_at(3 * TICK, 0x600000, 0x1000, 3, 2, 0, "/tmp/data");
    access_at(4 * TICK, 0x503000, 2);
    unmap_at(5 * TICK, 0x500000, 0x4000);
    map_at(5 * TICK, 0x500000, 0x4000, 5, 2, 0, "/lib/b.so");
    access_at(6 * TICK, 0x503000, 2);
    map_at(7 * TICK, 0x700000, 0x9000, 0, 0x20022, 0, "");
    event_at(7 * TICK, (struct memtrace_event){.type = MEMTRACE_EVENT_PROTECT,
                                               .args = {0x701000, 0x8000, 3}});
    event_at(8 * TICK, (struct memtrace_event){.type = MEMTRACE_EVENT_SYSCALL,
                                               .args = {56, 0x3d0f00, 0x708f00},
                                               .text = "clone"});
    event_at(8 * TICK,
             (struct memtrace_event){.type = MEMTRACE_EVENT_SYSCALL_RETURN,
                                     .args = {56, 11},
                                     .text = "clone"});
    access_at(9 * TICK, 0x708000, 1);
    end_block(encoder, writer);
}

static void second_process(void)
{
    begin_thread(1, 10 * TICK);
    event_at(10 * TICK,
             (struct memtrace_event){.type = MEMTRACE_EVENT_PROCESS_START,
                                     .args = {20, 10},
                                     .text = "fork"});
    access_at(11 * TICK, 0x402008, 1);
    unmap_at(12 * TICK, 0x700000, 0x9000);
    access_at(13 * TICK, 0x708000, 1);
    end_block(encoder, writer);
}

static struct memtrace_reader *open_trace(char path[64])
{
    const struct memtrace_thread threads[] = {
        {.number = 0, .pid = 10, .tid = 10, .parent = MEMTRACE_NO_THREAD},
        {.number = 1, .pid = 20, .tid = 20},
        {.number = 2, .pid = 10, .tid = 11, .parent = 0}};
    const struct memtrace_insn insns[] = {{.pc = 0x400010, .number = 1},
                                          {.pc = 0x501010, .number = 2}};
    struct memtrace_reader *reader;

    temp_path(path);
    writer = open_writer(path);
    encoder = memtrace_encoder_new();
    for (int i = 0; i < 2; i++) {
        assert_int_equal(memtrace_writer_insn(writer, &insns[i]), 0);
    }
    first_process();
    second_process();
    memtrace_encoder_free(encoder);
    assert_int_equal(memtrace_writer_finish(writer, threads, 3, true), 0);
    assert_int_equal(memtrace_open(path, &reader), 0);
    return reader;
}

static void check(struct symbols *symbols, uint64_t pid, uint64_t ticks,
                  uint64_t vaddr, enum trace_place_kind kind)
{
    struct symbols_place place = {pid, ticks * TICK, vaddr};
    struct symbols_part part;

    assert_int_equal(symbols_part_at(symbols, &place, &part), 1);
    assert_int_equal(trace_part_kind(&part), kind);
    assert_int_equal(part.pid, pid);
    assert_true(part.first <= vaddr && part.last >= vaddr);
    assert_true(part.from <= place.time && part.to >= place.time);
}

/* At each place there is one part, and that is the one that is found. */
static int check_part(void *context, const struct symbols_part *part)
{
    for (int corner = 0; corner < 4; corner++) {
        struct symbols_place place = {part->pid,
                                      corner & 1 ? part->from : part->to,
                                      corner & 2 ? part->first : part->last};
        struct symbols_part found;

        assert_int_equal(symbols_part_at(context, &place, &found), 1);
        assert_int_equal(found.first, part->first);
        assert_int_equal(found.last, part->last);
        assert_int_equal(found.from, part->from);
        assert_int_equal(found.to, part->to);
        assert_int_equal(found.mapping, part->mapping);
    }
    return 0;
}

static void parts_of_memory(void **state)
{
    char path[64];
    struct memtrace_reader *reader = open_trace(path);
    struct symbols *s;

    (void)state;
    assert_int_equal(trace_symbols_new(reader, NULL, &s), 0);
    assert_int_equal(symbols_prepare(s), 0);
    check(s, 10, 1, 0x400010, TRACE_PLACE_DATA);
    check(s, 10, 2, 0x402fff, TRACE_PLACE_DATA);
    check(s, 10, 2, 0x403000, TRACE_PLACE_DATA);
    check(s, 10, 2, 0x404000, TRACE_PLACE_HEAP);
    check(s, 10, 99, 0x807fff, TRACE_PLACE_STACK);
    check(s, 10, 3, 0x500000, TRACE_PLACE_DATA);
    check(s, 10, 4, 0x503008, TRACE_PLACE_DATA);
    check(s, 10, 9, 0x600000, TRACE_PLACE_FILE);
    check(s, 10, 7, 0x700000, TRACE_PLACE_MMAP);
    check(s, 10, 9, 0x708000, TRACE_PLACE_STACK);
    check(s, 10, 9, 0x708eff, TRACE_PLACE_STACK);
    check(s, 10, 9, 0x708f00, TRACE_PLACE_MMAP);
    check(s, 20, 10, 0x402000, TRACE_PLACE_DATA);
    assert_int_equal(symbols_each_part(s, check_part, s), 0);
    symbols_free(s);
    memtrace_close(reader);
    unlink(path);
}

/* Return: the times, in TICKs, of the accesses of a thread that pass. */
static unsigned passing(struct memtrace_reader *reader, struct choice *s,
                        uint32_t thread)
{
    struct memtrace_cursor *cursor;
    struct memtrace_batch batch;
    struct memtrace_access out[16];
    unsigned times = 0;

    assert_int_equal(choice_ready(s, reader), 0);
    assert_int_equal(memtrace_cursor_open_thread(reader, thread, &cursor), 0);
    while (memtrace_cursor_next(cursor, &batch) > 0) {
        size_t n = choice_accesses(s, &batch, out, NULL);

        for (size_t i = 0; i < n; i++) {
            times |= 1u << out[i].time / TICK;
        }
    }
    memtrace_cursor_close(cursor);
    return times;
}

static void add_place(struct choice *s, bool is_code, bool is_excluding,
                      struct choice_place place)
{
    struct choice_set *set = choice_add_set(s, is_code, is_excluding);

    /* Others, that are never met, on both sides of it. */
    for (uint64_t i = 0; i < 20; i++) {
        struct choice_place other = {10, 0, UINT64_MAX, i << 4, i << 4};

        assert_int_equal(choice_add_place(set, &other), 0);
        other.first = other.last = place.first + 0x100000 + i;
        assert_int_equal(choice_add_place(set, &other), 0);
        other.pid = 15;
        assert_int_equal(choice_add_place(set, &other), 0);
    }
    assert_int_equal(choice_add_place(set, &place), 0);
}

#define AT(ticks) (1u << (ticks))

static void choices_by_place(void **state)
{
    char path[64];
    struct memtrace_reader *reader = open_trace(path);
    struct choice s = {.kind = CHOICE_ALL};

    (void)state;
    assert_int_equal(passing(reader, &s, 0), AT(2) | AT(4) | AT(6) | AT(9));
    assert_int_equal(passing(reader, &s, 1), AT(11) | AT(13));
    /* By data, for a part of the time and of one process. */
    add_place(
        &s, false, false,
        (struct choice_place){10, 3 * TICK, 5 * TICK, 0x503004, 0x503fff});
    assert_int_equal(passing(reader, &s, 0), AT(4));
    assert_int_equal(passing(reader, &s, 1), 0);
    choice_free(&s);
    add_place(
        &s, false, true,
        (struct choice_place){10, 3 * TICK, 5 * TICK, 0x503000, 0x503fff});
    assert_int_equal(passing(reader, &s, 0), AT(2) | AT(6) | AT(9));
    assert_int_equal(passing(reader, &s, 1), AT(11) | AT(13));
    choice_free(&s);
    /* By code: instruction 2 counts while its library is there. */
    add_place(
        &s, true, false,
        (struct choice_place){10, 5 * TICK, UINT64_MAX, 0x501010, 0x501010});
    assert_int_equal(passing(reader, &s, 0), AT(6));
    add_place(&s, true, true,
              (struct choice_place){10, 0, UINT64_MAX, 0x501000, 0x501fff});
    assert_int_equal(passing(reader, &s, 0), 0);
    choice_free(&s);
    add_place(&s, true, false,
              (struct choice_place){20, 12 * TICK, UINT64_MAX, 0, 0x400010});
    assert_int_equal(passing(reader, &s, 0), 0);
    assert_int_equal(passing(reader, &s, 1), AT(13));
    choice_free(&s);
    memtrace_close(reader);
    unlink(path);
}

static void choices_by_kind_of_memory(void **state)
{
    char path[64];
    struct memtrace_reader *reader = open_trace(path);
    struct choice c = {.memory = 1u << TRACE_PLACE_DATA};

    (void)state;
    assert_int_equal(trace_symbols_new(reader, NULL, &c.symbols), 0);
    assert_int_equal(symbols_prepare(c.symbols), 0);
    assert_int_equal(passing(reader, &c, 0), AT(2) | AT(4) | AT(6));
    assert_int_equal(passing(reader, &c, 1), AT(11));
    c.memory = 1u << TRACE_PLACE_STACK | 1u << TRACE_PLACE_HEAP;
    assert_int_equal(passing(reader, &c, 0), AT(9));
    c.memory = 1u << TRACE_PLACE_MMAP;
    assert_int_equal(passing(reader, &c, 0), 0);
    symbols_free(c.symbols);
    choice_free(&c);
    memtrace_close(reader);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_of_memory),
        cmocka_unit_test(choices_by_place),
        cmocka_unit_test(choices_by_kind_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
