/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * analysis_memory.c - what was counted of memory and of code, held against
 * plain arrays that are filled access by access.
 */
#include "code_counts.h"
#include "memory_shared.h"
#include "memory_use.h"
#include "pass.h"
#include "trace_helpers.h"

#define N_THREADS 4
#define N_ACCESSES 30000
#define BASE 0x700000u
#define N_PAGES 20
#define N_LINES (N_PAGES * MEMORY_LINES)
#define N_INSNS 50

/* The test's own account. */
struct account {
    uint64_t n[N_LINES][2];
    uint64_t n_atomics[N_LINES];
    uint32_t who[N_LINES][2]; /* bits of threads that touched it */
    uint64_t windows[N_PAGES];
    uint64_t insns[N_INSNS + 1][4];
    uint64_t bytes[N_INSNS + 1];
    uint64_t first_time[N_INSNS + 1];
};

static struct account account;

static void take(uint32_t thread, uint64_t vaddr, uint32_t tag, uint64_t time,
                 uint64_t start, uint64_t end)
{
    bool is_store = tag & MEMTRACE_TAG_STORE;
    bool is_atomic = tag & MEMTRACE_TAG_ATOMIC;
    uint32_t insn = tag >> MEMTRACE_TAG_INSN_SHIFT;
    uint64_t size = 1u << (tag & 7), line = (vaddr - BASE) / 64;

    account.n[line][is_store]++;
    account.n_atomics[line] += is_atomic;
    for (uint64_t i = 0; i < size; i++) {
        account.who[(vaddr + i - BASE) / 64][is_store] |= 1u << thread;
        account.windows[(vaddr + i - BASE) / 4096] |=
            1ull << (time - start) / ((end - start) / 64 + 1);
    }
    account.insns[insn][is_store | is_atomic << 1]++;
    account.bytes[insn] += size;
    if (!account.first_time[insn] || time < account.first_time[insn]) {
        account.first_time[insn] = time;
    }
}

/*
 * Threads have pages of their own, some that they only read together, some
 * that one writes, some that all do; accesses go over the ends of lines and
 * pages.
 */
static uint64_t address(uint32_t thread, bool is_store, uint64_t *random)
{
    uint64_t page = next_random(random) % N_PAGES;
    uint64_t offset = next_random(random) % 4096;

    if (page < 8) {
        page = page / N_THREADS * N_THREADS + thread;
    } else if (page < 11) {
        page = is_store ? thread : page;
    } else if (page < 14) {
        page = is_store && thread != 2 ? thread : page;
    }
    if (page == N_PAGES - 1 && offset > 4096 - 128) {
        offset = 0;
    }
    return BASE + page * 4096 + offset;
}

static uint64_t time_of(uint32_t thread, uint64_t i)
{
    return 5000 + i / 16 * 100 + thread;
}

static void write_thread(struct memtrace_writer *writer,
                         struct memtrace_encoder *encoder, uint32_t thread)
{
    uint64_t random = 12345 + thread, time = 0;
    uint64_t start = time_of(0, 0),
             end = time_of(N_THREADS - 1, N_ACCESSES - 1);

    for (uint64_t i = 0; i < N_ACCESSES; i++) {
        bool is_store = next_random(&random) % 3 == 0;
        uint32_t insn = 1 + (uint32_t)(next_random(&random) % N_INSNS);
        struct memtrace_packed packed = {
            address(thread, is_store, &random),
            make_tag(insn, is_store, insn % 9 == 0,
                     (unsigned)(next_random(&random) % 8))};

        if (i % 1500 == 0) {
            if (i) {
                end_block(encoder, writer);
            }
            memtrace_encoder_begin(encoder, thread, i, time_of(thread, i));
        }
        if (time != time_of(thread, i)) {
            time = time_of(thread, i);
            memtrace_encoder_stamp(encoder, time);
        }
        assert_int_equal(memtrace_encoder_accesses(encoder, &packed, 1), 1);
        take(thread, packed.vaddr, packed.tag, time, start, end);
    }
    end_block(encoder, writer);
}

static struct memtrace_reader *open_trace(char path[64], bool has_processes)
{
    struct memtrace_encoder *encoder = memtrace_encoder_new();
    struct memtrace_thread threads[N_THREADS];
    struct memtrace_writer *writer;
    struct memtrace_reader *reader;

    memset(&account, 0, sizeof(account));
    temp_path(path);
    writer = open_writer(path);
    for (uint32_t i = 1; i <= N_INSNS; i++) {
        struct memtrace_insn insn = {.pc = 0x1000 + i, .number = i};

        assert_int_equal(memtrace_writer_insn(writer, &insn), 0);
    }
    for (uint32_t t = 0; t < N_THREADS; t++) {
        threads[t] =
            (struct memtrace_thread){.number = t,
                                     .pid = has_processes ? 10 + t : 10,
                                     .tid = 10 + t,
                                     .parent = MEMTRACE_NO_THREAD};
        write_thread(writer, encoder, t);
    }
    memtrace_encoder_free(encoder);
    assert_int_equal(memtrace_writer_finish(writer, threads, N_THREADS, true),
                     0);
    assert_int_equal(memtrace_open(path, &reader), 0);
    return reader;
}

static enum memory_sharing sharing_of(uint32_t readers, uint32_t writers)
{
    int n_writers = __builtin_popcount(writers);

    if (n_writers > 1) {
        return MEMORY_MANY_WRITERS;
    }
    if (__builtin_popcount(readers | writers) <= 1) {
        return MEMORY_PRIVATE;
    }
    return n_writers ? MEMORY_ONE_WRITER : MEMORY_READ_SHARED;
}

static void check_pages(const struct memory_use *use)
{
    size_t n_of_sharing[MEMORY_SHARINGS] = {0};

    assert_int_equal(use->n_pages, N_PAGES);
    for (size_t p = 0; p < N_PAGES; p++) {
        const struct memory_page *page = use->pages[p];
        uint32_t readers = 0, writers = 0;
        struct memory_count sum = memory_page_count(page);
        struct memory_count lines[MEMORY_LINES];

        memory_cells_get(page->cells, lines);
        assert_int_equal(page->vaddr, BASE + p * 4096);
        assert_int_equal(page->windows, account.windows[p]);
        for (size_t k = 0; k < MEMORY_LINES; k++) {
            size_t line = p * MEMORY_LINES + k;
            const struct memory_count *count = &lines[k];
            const uint32_t *who = account.who[line];

            assert_int_equal(count->n[0], account.n[line][0]);
            assert_int_equal(count->n[1], account.n[line][1]);
            assert_int_equal(count->n_atomics, account.n_atomics[line]);
            assert_int_equal(memory_sharing(count), sharing_of(who[0], who[1]));
            n_of_sharing[memory_sharing(count)]++;
            readers |= who[0];
            writers |= who[1];
        }
        assert_int_equal(memory_sharing(&sum), sharing_of(readers, writers));
    }
    for (int i = 0; i < MEMORY_SHARINGS; i++) {
        assert_true(n_of_sharing[i] > 0); /* the test has all of them */
    }
}

static void check_code(const struct code_counts *code)
{
    assert_int_equal(code->n_insns, N_INSNS);
    for (uint32_t i = 1; i <= N_INSNS; i++) {
        const struct code_count *count = code_count(code, i);

        assert_non_null(count);
        assert_memory_equal(count->n, account.insns[i],
                            sizeof(account.insns[i]));
        assert_int_equal(count->bytes, account.bytes[i]);
        assert_int_equal(count->time, account.first_time[i]);
        assert_int_equal(count->thread, (account.first_time[i] - 5000) % 100);
    }
}

static void against_arrays(void **state)
{
    char path[64];
    struct memtrace_reader *reader = open_trace(path, false);

    (void)state;
    for (unsigned n_workers = 1; n_workers < 5; n_workers++) {
        struct pass_item items[] = {{&analysis_memory, NULL, NULL},
                                    {&analysis_code, NULL, NULL}};
        struct pass_config config = {.n_workers = n_workers};

        assert_int_equal(pass_run(reader, &config, items, 2), 0);
        check_pages(memory_use(items[0].state));
        check_code(code_counts(items[1].state));
        pass_end(items, 2);
    }
    memtrace_close(reader);
    unlink(path);
}

/* Workers with so few pages of their own share the others. */
static void pages_that_workers_share(void **state)
{
    char path[64];
    struct memtrace_reader *reader = open_trace(path, false);

    (void)state;
    for (unsigned n_workers = 1; n_workers < 5; n_workers++) {
        for (size_t most_own = 1; most_own < 2 * N_PAGES; most_own *= 2) {
            const struct memory_use_settings settings = {
                .shared = memory_shared_new(most_own)};
            struct pass_item item = {&analysis_memory, &settings, NULL};
            struct pass_config config = {.n_workers = n_workers};

            assert_non_null(settings.shared);
            assert_int_equal(pass_run(reader, &config, &item, 1), 0);
            check_pages(memory_use(item.state));
            pass_end(&item, 1);
            memory_shared_free(settings.shared);
        }
    }
    memtrace_close(reader);
    unlink(path);
}

/* The same addresses of different processes are different memory. */
static void processes_share_nothing(void **state)
{
    char path[64];
    struct memtrace_reader *reader = open_trace(path, true);
    struct pass_item item = {&analysis_memory, NULL, NULL};
    struct pass_config config = {.n_workers = 2};
    const struct memory_use *use;
    uint64_t n = 0;

    (void)state;
    assert_int_equal(pass_run(reader, &config, &item, 1), 0);
    use = memory_use(item.state);
    for (size_t i = 0; i < use->n_pages; i++) {
        struct memory_count count = memory_page_count(use->pages[i]);

        assert_int_equal(memory_sharing(&count), MEMORY_PRIVATE);
        n += count.n[0] + count.n[1];
    }
    assert_int_equal(n, N_THREADS * N_ACCESSES);
    pass_end(&item, 1);
    memtrace_close(reader);
    unlink(path);
}

/* Accesses at the end of memory, and of an instruction that is not known. */
static void odd_accesses(void **state)
{
    static const struct memtrace_access odd[] = {
        {.vaddr = UINT64_MAX - 3, .size = 16, .insn = 99},
        {.vaddr = UINT64_MAX, .size = 1, .flags = 3, .insn = UINT32_MAX},
        {.vaddr = UINT64_MAX - 63, .size = UINT16_MAX},
        {.vaddr = 0, .size = 0, .time = UINT64_MAX, .flags = UINT16_MAX},
        {.vaddr = 100, .size = UINT16_MAX},
    };
    const struct memtrace_batch batch = {.accesses = odd, .n_accesses = 5};
    char path[64];
    struct memtrace_reader *reader = open_trace(path, false);
    struct analysis_source source = {.reader = reader};
    void *memory, *code;

    (void)state;
    assert_int_equal(analysis_memory.begin(&source, NULL, &memory), 0);
    assert_int_equal(analysis_code.begin(&source, NULL, &code), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(analysis_memory.accesses(memory, &batch), 0);
        assert_int_equal(analysis_code.accesses(code, &batch), 0);
    }
    assert_int_equal(analysis_memory.finish(memory), 0);
    /* The last page, the first, and the 16 behind it. */
    assert_int_equal(memory_use(memory)->n_pages, 18);
    assert_int_equal(code_count(code_counts(code), 0)->n[0], 9);
    assert_int_equal(code_count(code_counts(code), 0)->n[3], 6);
    analysis_memory.end(memory);
    analysis_code.end(code);
    memtrace_close(reader);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(against_arrays),
        cmocka_unit_test(pages_that_workers_share),
        cmocka_unit_test(processes_share_nothing),
        cmocka_unit_test(odd_accesses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
