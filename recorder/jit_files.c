/* SPDX-License-Identifier: GPL-2.0-or-later */
/* jit_files.c - see jit_files.h. */
#include "jit_files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock_check.h"
#include "jit_code.h"
#include "recording.h"
#include "writer.h"

#define DUMPS_MOST 256
#define FILE_MOST (64u << 20)
#define TEXT_MOST (16u << 20) /* of one process in the trace */

struct jit_files {
    pthread_mutex_t lock; /* protects what follows */
    struct jit_dump_file {
        uint32_t pid;
        char *path;
    } dumps[DUMPS_MOST];
    size_t n;
};

struct jit_files *jit_files_new(void)
{
    struct jit_files *files = calloc(1, sizeof(*files));

    if (files != NULL) {
        pthread_mutex_init(&files->lock, NULL);
    }
    return files;
}

void jit_files_free(struct jit_files *files)
{
    if (files != NULL) {
        for (size_t i = 0; i < files->n; i++) {
            free(files->dumps[i].path);
        }
        pthread_mutex_destroy(&files->lock);
        free(files);
    }
}

static int add_locked(struct jit_files *files, uint32_t pid, const char *path)
{
    for (size_t i = 0; i < files->n; i++) {
        if (strcmp(files->dumps[i].path, path) == 0) {
            return 0;
        }
    }
    if (files->n == DUMPS_MOST) {
        return 0;
    }
    files->dumps[files->n].path = strdup(path);
    if (files->dumps[files->n].path == NULL) {
        return MEMTRACE_ERR_NOMEM;
    }
    files->dumps[files->n++].pid = pid;
    return 0;
}

int jit_files_note(struct jit_files *files, const char *path)
{
    const char *name = strrchr(path, '/');
    unsigned pid;
    int end = 0;
    int error;

    if (name == NULL || sscanf(name, "/jit-%9u.dump%n", &pid, &end) != 1 ||
        end == 0 || name[end] != '\0') {
        return 0;
    }
    pthread_mutex_lock(&files->lock);
    error = add_locked(files, pid, path);
    pthread_mutex_unlock(&files->lock);
    return error;
}

static bool is_of_recording(const struct recording *recording,
                            const struct stat *st)
{
    uint64_t time_ns =
        (uint64_t)st->st_mtim.tv_sec * 1000000000u + st->st_mtim.tv_nsec;

    /* The clock of files is behind by up to a tick of the kernel. */
    return S_ISREG(st->st_mode) && st->st_uid == geteuid() &&
           time_ns + 10000000 >= recording->start_unix_ns;
}

/*
 * All of a file, or its first part.
 *
 * Return: it, for free(); NULL where there is none that is the recording's.
 */
static char *read_file(const struct recording *recording, const char *path,
                       size_t *size)
{
    int fd =
        open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
    char *bytes = NULL;
    struct stat st;
    ssize_t n = 1;

    *size = 0;
    if (fd < 0) {
        return NULL;
    }
    if (fstat(fd, &st) == 0 && is_of_recording(recording, &st)) {
        bytes = malloc(FILE_MOST);
    }
    while (bytes != NULL && n > 0 && *size < FILE_MOST) {
        n = read(fd, bytes + *size, FILE_MOST - *size);
        *size += n > 0 ? n : 0;
    }
    close(fd);
    return bytes;
}

/* What is known of the clocks: the recording from its start till now. */
struct span {
    struct clock_pair from;
    struct clock_pair to;
};

/* CLOCK_MONOTONIC in ticks; 0 stays 0. */
static uint64_t ticks_of(const struct span *span, uint64_t time_ns)
{
    uint64_t ns = span->to.ns - span->from.ns;
    unsigned __int128 since = time_ns - span->from.ns;

    if (time_ns <= span->from.ns || ns == 0) {
        return time_ns == 0 ? 0 : span->from.ticks;
    }
    since = since * (span->to.ticks - span->from.ticks) / ns;
    return since < UINT64_MAX - span->from.ticks
               ? span->from.ticks + (uint64_t)since
               : UINT64_MAX;
}

static void put_name(FILE *out, const struct jit_code *code)
{
    for (size_t i = 0; i < code->name_bytes; i++) {
        char c = code->name[i];

        fputc(c == '\n' || c == '\0' ? ' ' : c, out);
    }
}

static void put_codes(FILE *out, const struct recording *recording,
                      const struct jit_codes *codes)
{
    struct span span = {recording->started, clock_pair_read()};
    bool has_times = !clock_reason_is_counter(recording->channel->clock);

    for (size_t i = 0; i < codes->n && ftello(out) < (off_t)TEXT_MOST; i++) {
        const struct jit_code *code = &codes->list[i];

        fprintf(out, "%llx %llx %llx ",
                (unsigned long long)(has_times ? ticks_of(&span, code->time_ns)
                                               : 0),
                (unsigned long long)code->vaddr,
                (unsigned long long)code->size);
        put_name(out, code);
        fputc('\n', out);
    }
}

/* What a file names, if it is there. */
static int put_file(FILE *out, const struct recording *recording,
                    const char *path, bool is_dump)
{
    struct jit_codes codes = {.n = 0};
    size_t size;
    char *bytes = read_file(recording, path, &size);
    int error = 0;

    if (bytes != NULL) {
        error = is_dump ? jit_dump_read((uint8_t *)bytes, size, &codes)
                        : perf_map_read(bytes, size, &codes);
        put_codes(out, recording, &codes);
    }
    jit_codes_free(&codes);
    free(bytes);
    return error;
}

static const char *sysroot_of(const struct recording *recording)
{
    const struct recorder_config *config = recording->config;

    for (size_t i = 0; i < config->n_meta; i++) {
        if (strcmp(config->meta[i].key, "guest.sysroot") == 0) {
            return config->meta[i].value;
        }
    }
    return NULL;
}

static int put_process(FILE *out, const struct jit_files *files,
                       const struct recording *recording, uint32_t pid)
{
    const char *sysroot = sysroot_of(recording);
    const char *folder = getenv("TMPDIR");
    char path[PATH_MAX];
    int error;

    snprintf(path, sizeof(path), "/tmp/perf-%u.map", pid);
    error = put_file(out, recording, path, false);
    if (error == 0 && folder != NULL && strcmp(folder, "/tmp") != 0) {
        snprintf(path, sizeof(path), "%s/perf-%u.map", folder, pid);
        error = put_file(out, recording, path, false);
    }
    if (error == 0 && sysroot != NULL) {
        snprintf(path, sizeof(path), "%s/tmp/perf-%u.map", sysroot, pid);
        error = put_file(out, recording, path, false);
    }
    for (size_t i = 0; i < files->n && error == 0; i++) {
        if (files->dumps[i].pid == pid) {
            error = put_file(out, recording, files->dumps[i].path, true);
        }
    }
    return error;
}

static int keep_process(const struct jit_files *files,
                        const struct recording *recording, uint32_t pid,
                        struct memtrace_writer *writer)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    char key[32];
    int error;

    if (out == NULL) {
        return MEMTRACE_ERR_NOMEM;
    }
    error = put_process(out, files, recording, pid);
    if (fclose(out) != 0 && error == 0) {
        error = MEMTRACE_ERR_NOMEM;
    }
    if (error == 0 && size > 0) {
        snprintf(key, sizeof(key), "code.%u", pid);
        error = memtrace_writer_meta(writer, key, text);
        /* A block each: none may grow too large to be read. */
        error = error == 0 ? memtrace_writer_flush_meta(writer) : error;
    }
    free(text);
    return error;
}

int jit_files_keep(struct jit_files *files, const struct recording *recording,
                   struct memtrace_writer *writer)
{
    int error = 0;

    /* Processes, by their first threads. */
    for (size_t i = 0; i < recording->n_threads && error == 0; i++) {
        const struct memtrace_thread *thread = &recording->threads[i];
        bool is_executed =
            thread->parent < i &&
            recording->threads[thread->parent].pid == thread->pid;

        if (thread->pid == thread->tid && !is_executed) {
            error = keep_process(files, recording, thread->pid, writer);
        }
    }
    return error;
}
