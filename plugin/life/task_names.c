/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * task_names.c - see task_names.h.
 *
 * The guest's threads are the kernel's own, and what the guest does to their
 * names is done to these.  They start with the name of who starts them, the
 * first one with QEMU's.
 */
#include "task_names.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "plugin_recording.h"
#include "thread.h"

#define NAME_BYTES 16 /* with the NUL */
#define COMMAND_TEXT 512
#define PATH_TEXT 64

/* QEMU's.  Writer: task_names_prepare(). */
static char qemu_name[NAME_BYTES];

/* The program's; "": not known yet.  Writer: the first thread, before others.
 */
static char program_name[NAME_BYTES];

/* What has been told of this thread. */
static _Thread_local char told_name[NAME_BYTES];

static void get_name(char name[NAME_BYTES])
{
    name[0] = '\0';
    prctl(PR_GET_NAME, name, 0, 0, 0);
    name[NAME_BYTES - 1] = '\0';
}

void task_names_prepare(void)
{
    get_name(qemu_name);
}

static void tell(uint64_t tid, const char *name)
{
    if (strcmp(name, qemu_name) == 0) {
        name = program_name;
    }
    producer_message(plugin_recording.channel, plugin_thread.slot,
                     CHANNEL_MESSAGE_THREAD_NAME, &tid, 1, name, strlen(name));
}

static void tell_own(void)
{
    get_name(told_name);
    tell(syscall(SYS_gettid), told_name);
}

/* A word is quoted as for a shell, where that is needed. */
static size_t put_word(char *text, size_t n, const char *word)
{
    bool is_plain =
        *word != '\0' && strpbrk(word, " \t\n'\"\\$&;|<>()*?") == NULL;

    if (n > 0 && n < COMMAND_TEXT) {
        text[n++] = ' ';
    }
    if (!is_plain && n < COMMAND_TEXT) {
        text[n++] = '\'';
    }
    for (; *word != '\0' && n < COMMAND_TEXT; word++) {
        const char *piece = *word == '\'' ? "'\\''" : (char[]){*word, '\0'};
        size_t length = strlen(piece);

        length = length < COMMAND_TEXT - n ? length : COMMAND_TEXT - n;
        memcpy(text + n, piece, length);
        n += length;
    }
    if (!is_plain && n < COMMAND_TEXT) {
        text[n++] = '\'';
    }
    return n;
}

static const char *next_word(const char *word)
{
    return word + strlen(word) + 1;
}

/* @from, @end: the words behind the first one. */
static void tell_command(const char *name, const char *from, const char *end)
{
    char text[COMMAND_TEXT];
    size_t n = put_word(text, 0, name);
    uint64_t pid = getpid();

    for (; from < end && n < COMMAND_TEXT; from = next_word(from)) {
        n = put_word(text, n, from);
    }
    producer_message(plugin_recording.channel, plugin_thread.slot,
                     CHANNEL_MESSAGE_PROCESS_COMMAND, &pid, 1, text, n);
}

/* As the kernel does: of a descriptor, the name of its file. */
static void set_program_name(const char *program)
{
    static const char descriptors[] = "/proc/self/fd/";
    static const char removed[] = " (deleted)";
    char file[PATH_MAX];
    const char *slash;
    char *end;
    ssize_t n = -1;

    if (strncmp(program, descriptors, strlen(descriptors)) == 0) {
        n = readlink(program, file, sizeof(file) - 1);
    }
    if (n > 0) {
        file[n] = '\0';
        end = strstr(file, removed);
        if (end != NULL) {
            *end = '\0';
        }
        program = file;
    }
    slash = strrchr(program, '/');
    snprintf(program_name, NAME_BYTES, "%.15s",
             slash != NULL ? slash + 1 : program);
}

void task_names_program(const char *line, size_t size, const char *program)
{
    const char *end = line + size;
    const char *called = NULL;
    const char *words;

    for (const char *word = line; word < program; word = next_word(word)) {
        if (strcmp(word, "-0") == 0) {
            called = next_word(word);
        }
    }
    /* The word may be the program's argv[0]: it is behind the options then. */
    words = called != NULL && called == program ? next_word(program) : program;
    for (; words < end && *words == '-'; words = next_word(words)) {
        if (strcmp(words, "--") != 0) {
            words = next_word(words);
        }
    }
    if (words >= end) {
        return;
    }
    program = words;
    called = called != NULL ? called : program;
    /* What execve puts in place is called by its file, not by its argument. */
    if (plugin_recording.options.parent == CHANNEL_NO_THREAD) {
        program = called;
    }
    set_program_name(program);
    tell_own();
    tell_command(called, next_word(words), end);
}

void task_names_attached(unsigned vcpu_index)
{
    (void)vcpu_index;
    if (program_name[0] != '\0') {
        tell_own();
    }
}

void task_names_after_fork(void)
{
    tell_own();
}

void task_names_changed(void)
{
    char name[NAME_BYTES];

    get_name(name);
    if (strcmp(name, told_name) != 0) {
        tell_own();
    }
}

static void tell_of(const char *path, uint64_t tid)
{
    char name[NAME_BYTES + 1];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, name, NAME_BYTES) : -1;

    if (fd >= 0) {
        close(fd);
    }
    if (n > 0) {
        name[n] = '\0';
        name[strcspn(name, "\n")] = '\0';
        tell(tid, name);
    }
}

void task_names_written(int fd)
{
    char path[PATH_TEXT];
    char file[PATH_TEXT] = "";
    struct stat status;
    unsigned pid;
    unsigned tid;
    int end = 0;

    /* The files of /proc are of no device and have no size. */
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_size != 0) {
        return;
    }
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (readlink(path, file, sizeof(file) - 1) > 0 &&
        sscanf(file, "/proc/%u/task/%u/comm%n", &pid, &tid, &end) == 2 &&
        end > 0 && file[end] == '\0' && pid == (unsigned)getpid()) {
        tell_of(file, tid);
    }
}

void task_names_end(void)
{
    struct channel *channel = plugin_recording.channel;
    uint32_t n = atomic_load(&channel->fresh_slot);
    uint32_t pid = getpid();
    char path[PATH_TEXT];

    task_names_changed();
    for (uint32_t i = 0; i < n && i < CHANNEL_SLOTS; i++) {
        const struct channel_slot *slot = channel_slot(channel, i);

        if (atomic_load(&slot->state) == CHANNEL_SLOT_ACTIVE &&
            slot->kind == CHANNEL_SLOT_THREAD && slot->pid == pid &&
            slot != plugin_thread.slot) {
            snprintf(path, sizeof(path), "/proc/self/task/%u/comm", slot->tid);
            tell_of(path, slot->tid);
        }
    }
}
