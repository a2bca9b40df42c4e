/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * analysis_allocations.c - which block an address was in at a time: made-up
 * traces of ALLOCATE and FREE events, and random ones against a plain list.
 */
#include "trace_helpers.h"

#include "allocations.h"

#define PID 100

struct made {
    char path[64];
    struct memtrace_writer *writer;
    struct memtrace_encoder *encoder;
    struct memtrace_reader *reader;
    struct allocations *allocations;
};

static void put(struct made *made, uint64_t time, unsigned type, uint64_t a,
                uint64_t b, uint64_t c, const char *text)
{
    struct memtrace_event event = {
        .type = (uint16_t)type, .n_args = 3, .args = {a, b, c}, .text = text};

    memtrace_encoder_stamp(made->encoder, time);
    assert_int_equal(memtrace_encoder_event(made->encoder, &event), 0);
}

static void begin(struct made *made)
{
    temp_path(made->path);
    made->writer = open_writer(made->path);
    made->encoder = memtrace_encoder_new();
    assert_non_null(made->encoder);
    memtrace_encoder_begin(made->encoder, 0, 0, 0);
    put(made, 0, MEMTRACE_EVENT_PROCESS_START, PID, 1, 0, "start");
    put(made, 0, MEMTRACE_EVENT_THREAD_START, PID, PID, UINT64_MAX, "");
}

/* What comes next is of another thread, which is a process of its own. */
static void fork_as(struct made *made, uint32_t thread, uint64_t time,
                    uint64_t pid)
{
    end_block(made->encoder, made->writer);
    memtrace_encoder_begin(made->encoder, thread, 0, time);
    put(made, time, MEMTRACE_EVENT_PROCESS_START, pid, PID, 0, "fork");
    put(made, time, MEMTRACE_EVENT_THREAD_START, pid, pid, 0, "");
}

static void allocate(struct made *made, uint64_t time, uint64_t vaddr,
                     uint64_t size)
{
    put(made, time, MEMTRACE_EVENT_ALLOCATE, vaddr, size, 0x1000 + time,
        "malloc");
}

static void release(struct made *made, uint64_t time, uint64_t vaddr)
{
    put(made, time, MEMTRACE_EVENT_FREE, vaddr, 0x2000 + time, 0, "free");
}

static void end(struct made *made)
{
    const struct memtrace_thread threads[] = {
        {.number = 0, .pid = PID, .tid = PID, .parent = MEMTRACE_NO_THREAD},
        {.number = 1, .pid = PID + 1, .tid = PID + 1, .parent = 0},
    };

    end_block(made->encoder, made->writer);
    assert_int_equal(memtrace_writer_finish(made->writer, threads, 2, true), 0);
    assert_int_equal(memtrace_open(made->path, &made->reader), 0);
    assert_int_equal(allocations_new(made->reader, &made->allocations), 0);
}

static void done(struct made *made)
{
    allocations_free(made->allocations);
    memtrace_close(made->reader);
    memtrace_encoder_free(made->encoder);
    unlink(made->path);
}

/* The start of the block there, or 0. */
static uint64_t block_at(const struct made *made, uint64_t pid, uint64_t time,
                         uint64_t vaddr)
{
    const struct allocation *found =
        allocations_find(made->allocations, pid, time, vaddr);

    return found ? found->vaddr : 0;
}

static void a_block_is_found_while_it_lives(void **state)
{
    const struct allocation *found;
    struct made made;

    (void)state;
    begin(&made);
    allocate(&made, 10, 0x5000, 64);
    release(&made, 20, 0x5000);
    end(&made);
    assert_int_equal(allocations_count(made.allocations), 1);
    assert_int_equal(block_at(&made, PID, 9, 0x5000), 0);
    assert_int_equal(block_at(&made, PID, 10, 0x5000), 0x5000);
    assert_int_equal(block_at(&made, PID, 19, 0x503f), 0x5000);
    assert_int_equal(block_at(&made, PID, 19, 0x5040), 0);
    assert_int_equal(block_at(&made, PID, 19, 0x4fff), 0);
    assert_int_equal(block_at(&made, PID, 20, 0x5000), 0);
    assert_int_equal(block_at(&made, PID + 1, 15, 0x5000), 0);
    found = allocations_find_freed(made.allocations, PID, 30, 0x5010);
    assert_non_null(found);
    assert_int_equal(found->end_time, 20);
    assert_int_equal(found->freed_by, 0);
    assert_int_equal(found->return_to, 0x1000 + 10);
    assert_int_equal(found->freed_to, 0x2000 + 20);
    assert_string_equal(found->function, "malloc");
    assert_null(allocations_find_freed(made.allocations, PID, 15, 0x5010));
    done(&made);
}

/* The same memory as one block, as two, and as one whose free was not seen. */
static void memory_is_used_again(void **state)
{
    struct made made;

    (void)state;
    begin(&made);
    allocate(&made, 10, 0x5000, 0x1000);
    release(&made, 20, 0x5000);
    allocate(&made, 30, 0x5000, 0x20);
    allocate(&made, 31, 0x5020, 0x20);
    allocate(&made, 40, 0x5000, 0x18);
    end(&made);
    assert_int_equal(block_at(&made, PID, 15, 0x5020), 0x5000);
    assert_int_equal(block_at(&made, PID, 35, 0x5020), 0x5020);
    assert_int_equal(block_at(&made, PID, 35, 0x5040), 0);
    assert_int_equal(block_at(&made, PID, 35, 0x501f), 0x5000);
    assert_int_equal(block_at(&made, PID, 40, 0x501f), 0);
    assert_int_equal(block_at(&made, PID, 40, 0x5017), 0x5000);
    done(&made);
}

static void a_realloc_that_failed_freed_nothing(void **state)
{
    struct made made;

    (void)state;
    begin(&made);
    allocate(&made, 10, 0x5000, 64);
    release(&made, 20, 0x5000);
    allocate(&made, 21, 0x5000, MEMTRACE_KEPT_SIZE);
    release(&made, 30, 0x5000);
    end(&made);
    assert_int_equal(block_at(&made, PID, 25, 0x503f), 0x5000);
    assert_int_equal(block_at(&made, PID, 25, 0x5040), 0);
    assert_int_equal(block_at(&made, PID, 30, 0x5000), 0);
    done(&made);
}

static void a_child_has_its_parents_blocks(void **state)
{
    struct made made;

    (void)state;
    begin(&made);
    allocate(&made, 10, 0x5000, 64);
    allocate(&made, 11, 0x6000, 64);
    allocate(&made, 25, 0x7000, 64); /* after the fork */
    fork_as(&made, 1, 20, PID + 1);
    release(&made, 30, 0x5000);
    end(&made);
    assert_int_equal(block_at(&made, PID + 1, 25, 0x5000), 0x5000);
    assert_int_equal(block_at(&made, PID + 1, 35, 0x5000), 0);
    assert_int_equal(block_at(&made, PID, 35, 0x5000), 0x5000);
    assert_int_equal(block_at(&made, PID + 1, 35, 0x6000), 0x6000);
    assert_int_equal(block_at(&made, PID + 1, 35, 0x7000), 0);
    assert_int_equal(block_at(&made, PID, 35, 0x7000), 0x7000);
    done(&made);
}

#define SLOTS 64
#define STEPS 20000

struct history {
    uint64_t vaddr, size, start, end;
};

/* Blocks of all sizes in one arena, against a search of the whole list. */
static void random_blocks_are_as_in_a_list(void **state)
{
    static struct history all[STEPS];
    size_t n = 0, live[SLOTS] = {0};
    bool is_live[SLOTS] = {false};
    uint64_t random = 1;
    struct made made;

    (void)state;
    begin(&made);
    for (uint64_t time = 1; time <= STEPS; time++) {
        size_t slot = next_random(&random) % SLOTS;

        if (is_live[slot]) {
            release(&made, time, all[live[slot]].vaddr);
            all[live[slot]].end = time;
        } else {
            uint64_t size = (uint64_t)1 << next_random(&random) % 12;

            size += next_random(&random) % size;
            all[n] = (struct history){0x100000 + slot * 0x2000 +
                                          next_random(&random) % 16 * 16,
                                      size, time, UINT64_MAX};
            allocate(&made, time, all[n].vaddr, size);
            live[slot] = n++;
        }
        is_live[slot] = !is_live[slot];
    }
    end(&made);
    assert_int_equal(allocations_count(made.allocations), n);
    for (int i = 0; i < 20000; i++) {
        uint64_t vaddr = 0x100000 + next_random(&random) % (SLOTS * 0x2000);
        uint64_t time = next_random(&random) % (STEPS + 10), expected = 0;

        for (size_t k = 0; k < n; k++) {
            if (vaddr - all[k].vaddr < all[k].size && all[k].start <= time &&
                time < all[k].end) {
                expected = all[k].vaddr;
            }
        }
        assert_int_equal(block_at(&made, PID, time, vaddr), expected);
    }
    done(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_is_found_while_it_lives),
        cmocka_unit_test(memory_is_used_again),
        cmocka_unit_test(a_realloc_that_failed_freed_nothing),
        cmocka_unit_test(a_child_has_its_parents_blocks),
        cmocka_unit_test(random_blocks_are_as_in_a_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
