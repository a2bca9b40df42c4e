/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plugin_map_calls.c - what system calls change of the guest's map, and what
 * the recorder is told of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "call_args.h"
#include "failing.h"
#include "guest_map.h"
#include "map_calls.h"
#include "pages.h"
#include "plugin_recording.h"
#include "qemu_fake.h"

#define RW (PROT_READ | PROT_WRITE)
#define ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS)
#define AREA 0x200000000 /* of the guest */

static int start(void **state)
{
    (void)state;
    fake_recording_start("x86_64");
    return 0;
}

/* A call of the guest, which the kernel answers so. */
static void make(const char *name, int64_t result, uint64_t a, uint64_t b,
                 uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
    const uint64_t args[CALL_ARGS] = {a, b, c, d, e, f};
    struct current_call current;

    call_args_set(&current, 1, guest_call_named(name), args);
    assert_true(map_calls_concern(&current));
    map_calls_enter(&current);
    map_calls_leave(&current, result);
}

/* The recorder is told this next. */
static void assert_told(unsigned type, uint64_t vaddr, uint64_t size)
{
    struct fake_message message;

    assert_true(fake_next_message(false, &message));
    assert_int_equal(message.type, type);
    assert_int_equal(message.args[0], vaddr);
    assert_int_equal(message.args[1], size);
}

static void assert_all_told(void)
{
    struct fake_message message;

    assert_false(fake_next_message(false, &message));
}

static void mmap_and_munmap(void **state)
{
    (void)state;
    make("mmap", AREA, 0, 0x2800, RW, ANONYMOUS, -1, 0);
    assert_told(CHANNEL_MESSAGE_MAP, AREA, 0x3000);
    assert_true(pages_contain(AREA + 0x2fff));
    assert_false(pages_contain(AREA + 0x3000));
    make("mmap", -ENOMEM, 0, 0x2800, RW, ANONYMOUS, -1, 0);
    make("munmap", -EINVAL, AREA, 0x3000, 0, 0, 0, 0);
    make("munmap", 0, AREA, 0, 0, 0, 0, 0);
    assert_all_told();
    assert_true(pages_contain(AREA));
    make("munmap", 0, AREA + 0x1000, 1, 0, 0, 0, 0);
    assert_told(CHANNEL_MESSAGE_UNMAP, AREA + 0x1000, 0x1000);
    assert_true(pages_contain(AREA));
    assert_false(pages_contain(AREA + 0x1000));
    assert_true(pages_contain(AREA + 0x2000));
}

/* The next message but what file it is of. */
static void next_map(struct fake_message *message)
{
    do {
        assert_true(fake_next_message(false, message));
    } while (message->type == CHANNEL_MESSAGE_FILE);
    assert_int_equal(message->type, CHANNEL_MESSAGE_MAP);
}

static void a_file_is_told_by_its_name(void **state)
{
    char name[PATH_MAX];
    int fd = open("/proc/self/exe", O_RDONLY);
    struct fake_message message;
    ssize_t n = readlink("/proc/self/exe", name, sizeof(name) - 1);

    (void)state;
    name[n] = '\0';
    make("mmap", AREA, 0, 0x1000, PROT_READ, MAP_PRIVATE, fd, 0x1000);
    next_map(&message);
    assert_string_equal(message.text, name);
    assert_int_equal(message.args[4], 0x1000);
    close(fd);
    /* It was closed meanwhile: no harm where no name is needed. */
    make("mmap", AREA, 0, 0x1000, PROT_READ, MAP_PRIVATE, fd, 0x1000);
    next_map(&message);
    assert_string_equal(message.text, "");
    assert_null(fake_stopped());
    plugin_recording.selection.roles = LOOKUP_BIT(LOOKUP_HEAP);
    make("mmap", AREA, 0, 0x1000, PROT_READ, MAP_PRIVATE, fd, 0x1000);
    plugin_recording.selection.roles = 0;
    next_map(&message);
    assert_string_equal(fake_stopped(),
                        "the name of a mapped file cannot be read");
}

/* Map a file of that name. Return: what is noted of it, "" for nothing. */
static const char *note_of(const char *path, struct fake_message *message)
{
    static char text[PATH_MAX + 256];
    int fd = open(path, O_RDONLY);

    assert_true(fd >= 0);
    make("mmap", AREA, 0, 0x1000, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    assert_true(fake_next_message(false, message));
    text[0] = '\0';
    if (message->type == CHANNEL_MESSAGE_FILE) {
        struct fake_message map;

        snprintf(text, sizeof(text), "%s", message->text);
        assert_true(fake_next_message(false, &map));
        assert_int_equal(map.type, CHANNEL_MESSAGE_MAP);
    }
    return text;
}

/* At another time each, whatever the clock of the file system. */
static void put_file(const char *path, const char *text)
{
    static time_t seconds = 1000000000;
    struct timespec time = {++seconds, 5};
    struct timespec times[2] = {time, time};
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fprintf(file, "%-64s", text);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void a_file_is_noted_when_it_is_mapped(void **state)
{
    char folder[] = "/tmp/memtrace-test-XXXXXX";
    char path[64], expected[96];
    struct fake_message first, message;
    struct stat st;
    int fd;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/file", folder);
    snprintf(expected, sizeof(expected), "- %s", path);
    put_file(path, "some text");
    assert_string_equal(note_of(path, &message), "");
    put_file(path, "\177ELF of a kind");
    assert_string_equal(note_of(path, &first), expected);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(first.args[1], st.st_ino);
    assert_int_equal(first.args[2], 64);
    assert_int_equal(first.args[3], (uint64_t)st.st_mtim.tv_sec * 1000000000 +
                                        (uint64_t)st.st_mtim.tv_nsec);
    assert_int_not_equal(first.args[4], 0);
    assert_string_equal(note_of(path, &message), "");
    /* Written over. */
    put_file(path, "\177ELF of another");
    assert_string_equal(note_of(path, &message), expected);
    assert_int_not_equal(message.args[4], first.args[4]);
    /* Deleted while it is open: it is called as it was. */
    put_file(path, "\177ELF of a third");
    fd = open(path, O_RDONLY);
    unlink(path);
    make("mmap", AREA, 0, 0x1000, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    assert_true(fake_next_message(false, &message));
    assert_string_equal(message.text, expected);
    assert_true(fake_next_message(false, &message));
    assert_string_equal(message.text, path);
    assert_int_equal(rmdir(folder), 0);
}

/* The next message's device, inode and time of birth. */
static void next_numbers(uint64_t numbers[3])
{
    struct fake_message message;

    next_map(&message);
    assert_int_equal(message.n_args, 8);
    memcpy(numbers, message.args + 5, 3 * sizeof(*numbers));
}

static void a_file_is_told_by_its_numbers(void **state)
{
    const uint64_t unknown[3] = {0, 0, 0};
    int fd = open("/proc/self/exe", O_RDONLY);
    int zero = open("/dev/zero", O_RDWR);
    uint64_t first[3], numbers[3];
    struct stat st;

    (void)state;
    assert_int_equal(fstat(fd, &st), 0);
    make("mmap", AREA, 0, 0x1000, PROT_READ, MAP_PRIVATE, fd, 0);
    next_numbers(first);
    assert_int_equal(first[0],
                     (uint64_t)major(st.st_dev) << 20 | minor(st.st_dev));
    assert_int_equal(first[1], st.st_ino);
    make("mmap", AREA, 0, 0x1000, PROT_READ, MAP_SHARED, fd, 0);
    next_numbers(numbers);
    assert_memory_equal(numbers, first, sizeof(first));
    /* Where statx() is not allowed: fstat() knows no birth. */
    failing_set("statx", 1, false);
    make("mmap", AREA, 0, 0x1000, PROT_READ, MAP_SHARED, fd, 0);
    next_numbers(numbers);
    assert_int_equal(failing_count(), 1);
    failing_set(NULL, 0, false);
    assert_memory_equal(numbers, first, 2 * sizeof(*first));
    assert_int_equal(numbers[2], 0);
    /* Each mapping of a device may be other memory. */
    make("mmap", AREA, 0, 0x1000, RW, MAP_SHARED, zero, 0);
    next_numbers(numbers);
    assert_memory_equal(numbers, unknown, sizeof(unknown));
    close(zero);
    close(fd);
    make("mmap", AREA, 0, 0x1000, PROT_READ, MAP_SHARED, fd, 0);
    next_numbers(numbers);
    assert_memory_equal(numbers, unknown, sizeof(unknown));
}

static void attached_memory_is_told_by_its_number(void **state)
{
    int id = shmget(IPC_PRIVATE, 0x1800, 0600);
    void *host = shmat(id, NULL, 0);
    uint64_t numbers[3];

    (void)state;
    assert_true(host != (void *)-1);
    make("shmat", (int64_t)host, id, 0, 0, 0, 0, 0);
    next_numbers(numbers);
    assert_int_equal(numbers[1], id);
    assert_int_equal(numbers[2], 0);
    shmdt(host);
    shmctl(id, IPC_RMID, NULL);
}

static void protect(void **state)
{
    (void)state;
    make("mmap", AREA, 0, 0x3000, RW, ANONYMOUS, -1, 0);
    assert_told(CHANNEL_MESSAGE_MAP, AREA, 0x3000);
    make("mprotect", 0, AREA, 0x1000, PROT_READ, 0, 0, 0);
    assert_told(CHANNEL_MESSAGE_PROTECT, AREA, 0x1000);
    assert_false(pages_contain(AREA));
    assert_true(pages_contain(AREA + 0x1000));
    make("mprotect", 0, AREA, 0, RW, 0, 0, 0);
    assert_all_told();
}

/* What fails half-way is read from the kernel, whose guest is this program. */
static void protect_that_fails(void **state)
{
    char *area = mmap(NULL, 0x3000, RW, ANONYMOUS, -1, 0);
    uint64_t vaddr = (uint64_t)area;

    (void)state;
    assert_true(area != MAP_FAILED);
    make("mmap", vaddr, 0, 0x3000, RW, ANONYMOUS, -1, 0);
    assert_told(CHANNEL_MESSAGE_MAP, vaddr, 0x3000);
    munmap(area + 0x1000, 0x1000);
    assert_ptr_equal(
        mmap(area, 0x1000, PROT_READ, ANONYMOUS | MAP_FIXED, -1, 0), area);
    make("mprotect", -ENOMEM, vaddr, 0x3000, PROT_READ, 0, 0, 0);
    assert_told(CHANNEL_MESSAGE_PROTECT, vaddr, 0x1000);
    assert_told(CHANNEL_MESSAGE_PROTECT, vaddr + 0x2000, 0x1000);
    assert_all_told();
    assert_false(pages_contain(vaddr));
    assert_true(pages_contain(vaddr + 0x2000));
    failing_set("open", 1, false);
    make("mprotect", -ENOMEM, vaddr, 0x3000, PROT_READ, 0, 0, 0);
    failing_set(NULL, 0, false);
    assert_string_equal(fake_stopped(),
                        "the list of QEMU's mappings cannot be read");
    munmap(area, 0x3000);
}

static void brk_grows_and_shrinks(void **state)
{
    (void)state;
    guest_map_guess_brk(AREA);
    make("brk", AREA + 0x800, 0, 0, 0, 0, 0, 0);
    assert_all_told();
    make("brk", AREA + 0x2800, AREA + 0x2800, 0, 0, 0, 0, 0);
    assert_told(CHANNEL_MESSAGE_MAP, AREA + 0x1000, 0x2000);
    assert_true(pages_contain(AREA + 0x2fff));
    make("brk", AREA + 0x3000, AREA + 0x3000, 0, 0, 0, 0, 0);
    assert_all_told();
    /* Nothing is there, as after a QEMU that gives the pages back. */
    make("brk", AREA + 0x1001, AREA + 0x1001, 0, 0, 0, 0, 0);
    assert_told(CHANNEL_MESSAGE_UNMAP, AREA + 0x2000, 0x1000);
    assert_false(pages_contain(AREA + 0x2000));
}

static void mremap_shrinks_grows_and_moves(void **state)
{
    const uint64_t to = AREA + 0x100000;

    (void)state;
    make("mmap", AREA, 0, 0x3000, RW, ANONYMOUS, -1, 0);
    assert_told(CHANNEL_MESSAGE_MAP, AREA, 0x3000);
    make("mremap", AREA, AREA, 0x3000, 0x2000, 0, 0, 0);
    assert_told(CHANNEL_MESSAGE_UNMAP, AREA + 0x2000, 0x1000);
    make("mremap", AREA, AREA, 0x2000, 0x4000, 0, 0, 0);
    assert_told(CHANNEL_MESSAGE_MAP, AREA + 0x2000, 0x2000);
    assert_true(pages_contain(AREA + 0x3fff));
    make("mremap", to, AREA, 0x4000, 0x5000, MREMAP_MAYMOVE, 0, 0);
    assert_told(CHANNEL_MESSAGE_UNMAP, AREA, 0x4000);
    assert_told(CHANNEL_MESSAGE_MAP, to, 0x5000);
    assert_false(pages_contain(AREA));
    assert_true(pages_contain(to + 0x4fff));
    make("mremap", -ENOMEM, to, 0x5000, 0x6000, 0, 0, 0);
    assert_all_told();
}

static void shared_memory_is_attached_and_detached(void **state)
{
    int id = shmget(IPC_PRIVATE, 0x1800, 0600);

    (void)state;
    assert_true(id >= 0);
    make("shmat", AREA, id, 0, 0, 0, 0, 0);
    assert_told(CHANNEL_MESSAGE_MAP, AREA, 0x2000);
    assert_true(pages_contain(AREA + 0x1fff));
    make("shmat", AREA + 0x4000, id, 0, SHM_RDONLY, 0, 0, 0);
    assert_told(CHANNEL_MESSAGE_MAP, AREA + 0x4000, 0x2000);
    assert_false(pages_contain(AREA + 0x4000));
    make("shmdt", 0, AREA, 0, 0, 0, 0, 0);
    assert_told(CHANNEL_MESSAGE_UNMAP, AREA, 0x2000);
    make("shmdt", 0, AREA, 0, 0, 0, 0, 0);
    assert_all_told();
    failing_set("shmctl", 1, false);
    make("shmat", AREA, id, 0, 0, 0, 0, 0);
    failing_set(NULL, 0, false);
    assert_string_equal(fake_stopped(),
                        "the size of attached shared memory cannot be read");
    shmctl(id, IPC_RMID, NULL);
}

static bool attach_without_memory(const void *data)
{
    const uint64_t args[CALL_ARGS] = {*(const int *)data};
    struct current_call current;
    const char *why;

    fake_recording_start("x86_64");
    call_args_set(&current, 1, guest_call_named("shmat"), args);
    map_calls_enter(&current);
    failing_set("memory", 1, true);
    map_calls_leave(&current, AREA);
    why = fake_stopped();
    return failing_count() >= 1 && why != NULL &&
           strcmp(why, "QEMU is out of memory") == 0;
}

static void no_memory_stops_the_recording(void **state)
{
    int id = shmget(IPC_PRIVATE, 0x1800, 0600);
    bool is_told = fake_isolated(attach_without_memory, &id);

    (void)state;
    shmctl(id, IPC_RMID, NULL);
    assert_true(is_told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* First: it starts recordings of its own. */
        cmocka_unit_test(no_memory_stops_the_recording),
        cmocka_unit_test_setup(mmap_and_munmap, start),
        cmocka_unit_test(a_file_is_told_by_its_name),
        cmocka_unit_test(a_file_is_noted_when_it_is_mapped),
        cmocka_unit_test(a_file_is_told_by_its_numbers),
        cmocka_unit_test(attached_memory_is_told_by_its_number),
        cmocka_unit_test(protect),
        cmocka_unit_test(protect_that_fails),
        cmocka_unit_test(brk_grows_and_shrinks),
        cmocka_unit_test(mremap_shrinks_grows_and_moves),
        cmocka_unit_test(shared_memory_is_attached_and_detached),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
