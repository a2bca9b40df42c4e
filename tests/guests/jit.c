/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * jit.c - makes code and runs it, over and over: always at the same place, or
 * each time at another.  The code stores numbers, which are in it, to the
 * cells of one array.  Prints the array's range, how many stores were made
 * there, and the memory of this process and of its parent, the recorder.
 *
 *   jit same|new|again ROUNDS [map|dump]
 *
 * "again" runs two routines in turn, so that their code comes back.  With "map"
 * the routines are named in a perf map, in TMPDIR; with "dump" in a jitdump
 * file, in the current folder: "routine N", where N counts the rounds.
 */
#include "say.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <time.h>

#define N_CELLS 64u
#define CODE_BYTES 4096u

static volatile uint32_t cells[N_CELLS];
static uint32_t n_stores;

#if defined __x86_64__

static uint8_t *put_store(uint8_t *p, uint32_t offset, uint32_t value)
{
    static const uint8_t mov[] = {0xc7, 0x87}; /* movl $value, offset(%rdi) */

    memcpy(p, mov, 2);
    memcpy(p + 2, &offset, 4);
    memcpy(p + 6, &value, 4);
    return p + 10;
}

static void put_return(uint8_t *p)
{
    *p = 0xc3;
}

#elif defined __aarch64__

static uint8_t *put_store(uint8_t *p, uint32_t offset, uint32_t value)
{
    uint32_t code[3] = {
        0x52800001 | (value & 0xffff) << 5, /* mov w1, #low */
        0x72a00001 | (value >> 16) << 5,    /* movk w1, #high, lsl #16 */
        0xb9000001 | offset / 4 << 10,      /* str w1, [x0, #offset] */
    };

    memcpy(p, code, sizeof code);
    return p + sizeof code;
}

static void put_return(uint8_t *p)
{
    static const uint32_t ret = 0xd65f03c0;

    memcpy(p, &ret, sizeof ret);
}

#endif

#if defined __x86_64__ || defined __aarch64__

static int names = -1;
static int is_dump;

/* How QEMU and perf learn of a jitdump file: it is mapped. */
static void open_names(const char *how)
{
    uint32_t head[10] = {0x4a695444, 1, 40, 0, 0, (uint32_t)getpid()};
    char path[256];

    is_dump = strcmp(how, "dump") == 0;
    if (is_dump) {
        snprintf(path, sizeof path, "./jit-%d.dump", getpid());
    } else {
        snprintf(path, sizeof path, "%s/perf-%d.map", getenv("TMPDIR"),
                 getpid());
    }
    names = open(path, O_CREAT | O_RDWR | O_TRUNC, 0666);
    if (names < 0 || (is_dump && write(names, head, sizeof head) < 0) ||
        (is_dump && mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, names,
                         0) == MAP_FAILED)) {
        die("no file for names");
    }
}

/* Code is named before it runs, and some time after what ran before. */
static void name_code(const uint8_t *code, uint32_t round)
{
    static const struct timespec a_while = {0, 5000000};
    struct timespec now;
    char name[32];
    char text[128];
    uint64_t record[7] = {0,          0,    0, (uintptr_t)code, (uintptr_t)code,
                          CODE_BYTES, round};
    size_t size;

    if (names < 0) {
        return;
    }
    size = snprintf(name, sizeof name, "routine %u", round) + 1;
    nanosleep(&a_while, NULL);
    clock_gettime(CLOCK_MONOTONIC, &now);
    nanosleep(&a_while, NULL);
    record[0] = (uint64_t)(sizeof record + size) << 32; /* type 0 */
    record[1] = now.tv_sec * 1000000000ull + now.tv_nsec;
    memcpy(text, record, sizeof record);
    memcpy(text + sizeof record, name, size);
    size += sizeof record;
    if (!is_dump) {
        size = snprintf(text, sizeof text, "%lx %x %s\n", (long)code,
                        CODE_BYTES, name);
    }
    if (write(names, text, size) != (ssize_t)size) {
        die("cannot write names");
    }
}

static void run(uint8_t *code, uint32_t round)
{
    void (*routine)(volatile uint32_t *);
    uint8_t *p = code;

    for (uint32_t i = 0; i < N_CELLS; i++) {
        p = put_store(p, 4 * i, round * N_CELLS + i);
    }
    put_return(p);
    __builtin___clear_cache((char *)code, (char *)code + CODE_BYTES);
    memcpy(&routine, &code, sizeof routine);
    name_code(code, round);
    routine(cells);
    for (uint32_t i = 0; i < N_CELLS; i++) {
        if (cells[i] != round * N_CELLS + i) {
            die("the code did not do what it should");
        }
    }
    n_stores += N_CELLS;
}

static uint8_t *map_code(void)
{
    void *code = mmap(NULL, CODE_BYTES, PROT_READ | PROT_WRITE | PROT_EXEC,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (code == MAP_FAILED) {
        die("cannot map");
    }
    return code;
}

static void make_code(const char *how, uint32_t n_rounds)
{
    uint8_t *code = map_code();

    for (uint32_t i = 0; i < n_rounds; i++) {
        run(code, strcmp(how, "again") == 0 ? i % 2 : i);
        if (strcmp(how, "new") == 0) {
            uint8_t *before = code;

            code = map_code(); /* elsewhere, as the other is still there */
            if (names < 0) {   /* a map has a name for each place alone */
                munmap(before, CODE_BYTES);
            }
        }
    }
}

#else

static void open_names(const char *how)
{
    (void)how;
}

static void make_code(const char *how, uint32_t n_rounds)
{
    (void)how;
    (void)n_rounds;
    die("no code is made for this architecture");
}

#endif

int main(int argc, char **argv)
{
    if (argc < 3) {
        return 97;
    }
    if (argc > 3 && strcmp(argv[3], "none") != 0) {
        open_names(argv[3]);
    }
    make_code(argv[1], (uint32_t)strtoul(argv[2], NULL, 0));
    say_range((const void *)cells, sizeof cells);
    say("stores %u\n", n_stores);
    say_memory_of_all();
    return 0;
}
