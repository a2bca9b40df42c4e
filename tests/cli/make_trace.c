/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * make_trace.c - writes a trace from a description on stdin, so that the
 * tests of the reading commands need no QEMU.
 *
 *   make_trace FILE < description
 *
 *   meta KEY VALUE                  rest of the line; \xNN is a byte
 *   insn NUMBER PC [atomic]
 *   thread PID TID PARENT|- START END      in the order of their numbers
 *   block THREAD TIME               accesses and events of a thread follow
 *   stamp TIME
 *   R|W ADDRESS SIZE INSN [atomic] [= LOW [HIGH]]
 *                                   an access; SIZE a power of 2; its value
 *   event TYPE N ARG... [; TEXT]    TYPE as a number, N arguments
 *   keep-last BYTES                 of blocks; before all else
 *   fill COUNT ADDRESS INSN         loads of 8 bytes with a stamp every 32
 *   incomplete                      the recording did not end properly
 *   # comment
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "writer.h"

#define THREADS_MAX 4096

static struct memtrace_writer *writer;
static struct memtrace_encoder *encoder;
static struct memtrace_thread threads[THREADS_MAX];
static uint64_t positions[THREADS_MAX];
static size_t n_threads;
static uint32_t block_thread = MEMTRACE_NO_THREAD;
static uint64_t time_now;
static unsigned long line_number;
static bool is_incomplete;

static void fail(const char *why)
{
    fprintf(stderr, "make_trace: line %lu: %s\n", line_number, why);
    exit(1);
}

static void check(int error)
{
    if (error < 0) {
        fail(memtrace_strerror(error));
    }
}

static char *word(char **rest)
{
    char *text = strsep(rest, " ");

    while (text && !*text && *rest) {
        text = strsep(rest, " ");
    }
    return text;
}

static uint64_t number(char **rest)
{
    char *text = word(rest);
    char *end;
    uint64_t value;

    if (!text || !*text) {
        fail("a number is missing");
    }
    value = strtoull(text, &end, 0);
    if (*end) {
        fail("not a number");
    }
    return value;
}

static bool is_atomic(char **rest)
{
    const char *text = word(rest);

    return text && !strcmp(text, "atomic");
}

static char *unescape(char *text)
{
    char *out = text;

    for (const char *in = text; *in; out++) {
        unsigned byte;

        if (in[0] == '\\' && in[1] == 'x' &&
            sscanf(in + 2, "%2x", &byte) == 1) {
            *out = (char)byte;
            in += 4;
        } else {
            *out = *in++;
        }
    }
    *out = '\0';
    return text;
}

static void end_block(void)
{
    struct memtrace_counts counts;
    const uint8_t *data;
    size_t size_bytes;
    struct memtrace_thread *thread;

    if (block_thread == MEMTRACE_NO_THREAD) {
        return;
    }
    thread = &threads[block_thread];
    positions[block_thread] += memtrace_encoder_count(encoder);
    check(memtrace_encoder_finish(encoder, &data, &size_bytes));
    memtrace_encoder_counts(encoder, &counts);
    thread->n_loads += counts.n_loads;
    thread->n_stores += counts.n_stores;
    thread->n_atomics += counts.n_atomics;
    if (size_bytes) {
        check(memtrace_writer_block(writer, data, size_bytes));
    }
    block_thread = MEMTRACE_NO_THREAD;
}

static void begin_block(uint64_t thread, uint64_t time)
{
    end_block();
    if (thread >= n_threads) {
        fail("no such thread");
    }
    block_thread = (uint32_t)thread;
    time_now = time;
    memtrace_encoder_begin(encoder, block_thread, positions[thread], time);
}

static void add_access(bool is_store, char **rest)
{
    uint64_t vaddr = number(rest);
    uint64_t size_bytes = number(rest);
    uint64_t insn = number(rest);
    struct memtrace_packed packed[3] = {{.vaddr = vaddr}};
    uint32_t tag = (uint32_t)insn << MEMTRACE_TAG_INSN_SHIFT;
    size_t n = 1;

    tag |= (uint32_t)__builtin_ctzll(size_bytes | 1u << 7);
    tag |= is_store ? MEMTRACE_TAG_STORE : 0;
    if (*rest && **rest == 'a') {
        tag |= is_atomic(rest) ? MEMTRACE_TAG_ATOMIC : 0;
    }
    packed[0].tag = tag;
    if (*rest && **rest == '=') {
        word(rest);
        for (; *rest && **rest && n < 3; n++) {
            packed[n].vaddr = number(rest);
            packed[n].tag = MEMTRACE_TAG_VALUE;
        }
    }
    if (memtrace_encoder_accesses(encoder, packed, n) != n) {
        fail("access not taken");
    }
}

static void add_event(char **rest)
{
    struct memtrace_event event = {.type = (uint16_t)number(rest)};

    event.n_args = (uint16_t)number(rest);
    for (unsigned i = 0; i < event.n_args && i < MEMTRACE_EVENT_ARGS; i++) {
        event.args[i] = number(rest);
    }
    event.text = "";
    if (*rest && !strncmp(*rest, "; ", 2)) {
        event.text = unescape(*rest + 2);
    }
    check(memtrace_encoder_event(encoder, &event));
}

static void fill(char **rest)
{
    uint64_t left = number(rest);
    uint64_t vaddr = number(rest);
    uint32_t tag = (uint32_t)number(rest) << MEMTRACE_TAG_INSN_SHIFT | 3;

    while (left) {
        struct memtrace_packed packed[32];
        size_t n = left < 32 ? (size_t)left : 32;

        for (size_t i = 0; i < n; i++) {
            packed[i] = (struct memtrace_packed){vaddr, tag};
            vaddr += 8;
        }
        if (memtrace_encoder_count(encoder) + n > MEMTRACE_BLOCK_ACCESSES) {
            begin_block(block_thread, time_now);
        }
        if (memtrace_encoder_accesses(encoder, packed, n) != n) {
            fail("accesses not taken");
        }
        memtrace_encoder_stamp(encoder, time_now += 100);
        left -= n;
    }
}

static void add_thread(char **rest)
{
    struct memtrace_thread *thread = &threads[n_threads];
    char *parent;

    if (n_threads == THREADS_MAX) {
        fail("too many threads");
    }
    thread->number = (uint32_t)n_threads++;
    thread->pid = (uint32_t)number(rest);
    thread->tid = (uint32_t)number(rest);
    parent = word(rest);
    thread->parent =
        parent && *parent != '-' ? (uint32_t)atoi(parent) : MEMTRACE_NO_THREAD;
    thread->start_time = number(rest);
    thread->end_time = number(rest);
}

static void add_insn(char **rest)
{
    struct memtrace_insn insn = {.number = (uint32_t)number(rest), .size = 4};

    insn.pc = number(rest);
    insn.flags = is_atomic(rest) ? MEMTRACE_ATOMIC : 0;
    check(memtrace_writer_insn(writer, &insn));
}

static void run_line(char *line)
{
    char *rest = line;
    const char *verb = word(&rest);

    if (!verb || !*verb || *verb == '#') {
        return;
    }
    if (!strcmp(verb, "meta")) {
        const char *key = unescape(word(&rest));

        check(memtrace_writer_meta(writer, key, rest ? unescape(rest) : ""));
    } else if (!strcmp(verb, "insn")) {
        add_insn(&rest);
    } else if (!strcmp(verb, "thread")) {
        add_thread(&rest);
    } else if (!strcmp(verb, "block")) {
        uint64_t thread = number(&rest);

        begin_block(thread, number(&rest));
    } else if (!strcmp(verb, "keep-last")) {
        check(memtrace_writer_keep_last(writer, number(&rest)));
    } else if (!strcmp(verb, "incomplete")) {
        is_incomplete = true;
    } else if (block_thread == MEMTRACE_NO_THREAD) {
        fail("outside a block, or unknown");
    } else if (!strcmp(verb, "stamp")) {
        time_now = number(&rest);
        memtrace_encoder_stamp(encoder, time_now);
    } else if (!strcmp(verb, "R") || !strcmp(verb, "W")) {
        add_access(*verb == 'W', &rest);
    } else if (!strcmp(verb, "event")) {
        add_event(&rest);
    } else if (!strcmp(verb, "fill")) {
        fill(&rest);
    } else {
        fail("unknown");
    }
}

int main(int argc, char **argv)
{
    static char line[1 << 16];
    int fd;

    if (argc != 2) {
        fail("usage: make_trace FILE < description");
    }
    fd = open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0666);
    if (fd == -1) {
        fail("cannot write the file");
    }
    check(memtrace_writer_create(fd, &writer));
    encoder = memtrace_encoder_new();
    if (!encoder) {
        fail("out of memory");
    }
    while (fgets(line, sizeof(line), stdin)) {
        line_number++;
        line[strcspn(line, "\n")] = '\0';
        run_line(line);
    }
    end_block();
    memtrace_encoder_free(encoder);
    check(memtrace_writer_finish(writer, threads, n_threads, !is_incomplete));
    return 0;
}
