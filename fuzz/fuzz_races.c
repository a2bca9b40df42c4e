/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_races.c - a program of a few threads, made of the input: accesses to a
 * few words, plain and atomic, system calls, starts and ends, in any order.  It
 * is written as a trace, its races are found, and each gets its report.
 */
#include <unistd.h>

#include "fuzz.h"
#include "race_report.h"
#include "races.h"
#include "trace_symbols.h"
#include "writer.h"

#define N_THREADS 4
#define MOST_STEPS 96
#define ENDING 4 /* bits of an address that are within a word of the pool */

/* Calls by which threads are ordered, or which map memory. */
static const struct {
    const char *name;
    uint16_t number;
} calls[] = {
    {"futex", 202},       {"read", 0},
    {"write", 1},         {"pipe2", 293},
    {"close", 3},         {"dup2", 33},
    {"clone", 56},        {"clone3", 435},
    {"exit", 60},         {"wait4", 61},
    {"kill", 62},         {"tgkill", 234},
    {"rt_sigaction", 13}, {"rt_sigtimedwait", 128},
    {"rt_sigreturn", 15}, {"nanosleep", 35},
    {"epoll_wait", 232},  {"epoll_ctl", 233},
    {"eventfd2", 290},    {"sendmsg", 46},
    {"recvmsg", 47},      {"mmap", 9},
    {"munmap", 11},       {"flock", 73},
    {"semop", 65},        {"shmat", 30},
};

/* What a thread does at a time: a byte says what, others of what. */
struct step {
    uint64_t time;
    uint8_t thread;
    uint8_t what;
    uint8_t bytes[4];
};

static struct memtrace_encoder *encoder;

static uint64_t address_of(const struct step *step)
{
    /* A few words of the heap, the stacks and shared memory. */
    static const uint64_t pool[] = {0x10000, 0x10040,      0x10080,
                                    0x20ff8, 0x4000100000, 0x4000200000};

    return pool[(step->bytes[0] >> ENDING) % 6] +
           (step->bytes[0] & ((1u << ENDING) - 1));
}

static void put_access(const struct step *step)
{
    struct memtrace_packed packed = {
        .vaddr = address_of(step),
        .tag = (1u + step->bytes[1] % 40) << MEMTRACE_TAG_INSN_SHIFT |
               (step->what & 1 ? MEMTRACE_TAG_STORE : 0) |
               (step->what & 2 ? MEMTRACE_TAG_ATOMIC : 0) | step->bytes[2] % 4u,
    };

    MUST(memtrace_encoder_accesses(encoder, &packed, 1) == 1);
}

/* An argument: a descriptor, a number of a thread or signal, an address. */
static uint64_t argument(const struct step *step, unsigned i)
{
    uint8_t byte = step->bytes[1 + i % 3];

    return byte < 0x40   ? byte % 8
           : byte < 0x80 ? 100u + byte % N_THREADS
           : byte < 0xc0 ? address_of(step)
           : byte < 0xf0 ? UINT64_C(1) << byte % 64
                         : UINT64_MAX - byte % 16;
}

static void put_event(const struct step *step)
{
    static const uint16_t types[] = {
        MEMTRACE_EVENT_SYSCALL,       MEMTRACE_EVENT_SYSCALL_RETURN,
        MEMTRACE_EVENT_SYSCALL,       MEMTRACE_EVENT_SYSCALL_RETURN,
        MEMTRACE_EVENT_KERNEL_ACCESS, MEMTRACE_EVENT_MAP,
        MEMTRACE_EVENT_UNMAP,         MEMTRACE_EVENT_PROTECT,
        MEMTRACE_EVENT_THREAD_START,  MEMTRACE_EVENT_THREAD_END,
        MEMTRACE_EVENT_PROCESS_START, MEMTRACE_EVENT_ALLOCATE,
        MEMTRACE_EVENT_FREE,          MEMTRACE_EVENT_PAUSE,
        MEMTRACE_EVENT_RESUME,        MEMTRACE_EVENT_LOST,
        MEMTRACE_EVENT_THREAD_NAME,   MEMTRACE_EVENT_PROCESS_COMMAND,
    };
    size_t call = step->bytes[0] % (sizeof(calls) / sizeof(calls[0]));
    struct memtrace_event event = {
        .type = types[step->what % (sizeof(types) / sizeof(types[0]))],
        .n_args = MEMTRACE_EVENT_ARGS,
        .text = "",
    };
    bool is_call = event.type == MEMTRACE_EVENT_SYSCALL ||
                   event.type == MEMTRACE_EVENT_SYSCALL_RETURN;

    for (unsigned i = 0; i < MEMTRACE_EVENT_ARGS; i++) {
        event.args[i] = argument(step, i);
    }
    if (is_call) {
        event.args[0] = calls[call].number;
        event.text = calls[call].name;
    } else if (event.type != MEMTRACE_EVENT_THREAD_START) {
        event.args[0] = address_of(step);
        event.args[1] &= 0xffff; /* of what is large each page is looked at */
    }
    MUST(memtrace_encoder_event(encoder, &event) == 0);
}

static void put_step(const struct step *step)
{
    memtrace_encoder_stamp(encoder, step->time);
    if (step->what < 0xa0) {
        put_access(step);
    } else {
        put_event(step);
    }
}

/* A process, whose first thread starts the others. */
static void put_start(uint32_t thread)
{
    struct memtrace_event start = {
        .type = MEMTRACE_EVENT_THREAD_START,
        .n_args = 3,
        .args = {1, 100 + thread, thread ? 0 : MEMTRACE_NO_THREAD},
        .text = "",
    };

    MUST(memtrace_encoder_event(encoder, &start) == 0);
}

static void write_trace(int fd, const struct step *steps, size_t n)
{
    struct memtrace_thread threads[N_THREADS] = {{.number = 0}};
    struct memtrace_writer *writer;

    MUST(memtrace_writer_create(fd, &writer) == 0);
    MUST(memtrace_writer_meta(writer, "guest.arch", "x86_64") == 0);
    for (uint32_t i = 0; i < N_THREADS; i++) {
        const uint8_t *data;
        size_t size;

        threads[i] = (struct memtrace_thread){
            .number = i,
            .pid = 1,
            .tid = 100 + i,
            .parent = i ? 0 : MEMTRACE_NO_THREAD,
            .start_time = 1 + i,
        };
        memtrace_encoder_begin(encoder, i, 0, 1 + i);
        put_start(i);
        for (size_t k = 0; k < n; k++) {
            if (steps[k].thread == i) {
                put_step(&steps[k]);
            }
        }
        MUST(memtrace_encoder_finish(encoder, &data, &size) == 0);
        MUST(memtrace_writer_block(writer, data, size) == 0);
    }
    MUST(memtrace_writer_finish(writer, threads, N_THREADS, true) == 0);
}

static void find_races(struct memtrace_reader *reader)
{
    struct races_config config = {.n_workers = 1};
    struct code_rules rules = {.n = 0};
    struct race_names names = {NULL, &rules};
    struct race_report report;
    struct symbols *symbols;
    struct races races;

    MUST(trace_symbols_new(reader, NULL, &symbols) == 0);
    names.symbols = symbols;
    MUST(races_find(reader, &config, &races) == 0);
    for (size_t i = 0; i < races.n_races; i++) {
        const struct race *race = &races.races[i];

        MUST(race->count > 0);
        MUST(race->sides[0].thread != race->sides[1].thread);
        MUST(race->sides[0].is_store || race->sides[1].is_store);
    }
    MUST(race_report_make(reader, &races, &names, true, &report) == 0);
    MUST(report.n <= races.n_races);
    race_report_free(&report);
    races_free(&races);
    symbols_free(symbols);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    struct step steps[MOST_STEPS];
    struct memtrace_reader *reader;
    char path[FUZZ_PATH_MAX];
    uint64_t time = 10;
    size_t n = 0;
    int fd, file;

    if (encoder == NULL) {
        encoder = memtrace_encoder_new();
        MUST(encoder != NULL);
    }
    while (n < MOST_STEPS && input.left > 0) {
        struct step *step = &steps[n++];
        uint8_t who = take_u8(&input);

        time += 1 + (who >> 2) % 8;
        step->time = time;
        step->thread = who % N_THREADS;
        step->what = take_u8(&input);
        take_bytes(&input, step->bytes, sizeof(step->bytes));
    }
    file = fuzz_file("", 0, path);
    fd = dup(file);
    MUST(fd >= 0);
    write_trace(fd, steps, n);
    MUST(memtrace_open(path, &reader) == 0);
    find_races(reader);
    memtrace_close(reader);
    close(file);
    return 0;
}
