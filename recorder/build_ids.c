/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * build_ids.c - see build_ids.h.
 *
 * Paths come from the guest: only regular files are opened, nothing that
 * opening would change or wait for, and of what is in them little is read,
 * into memory of the recorder's own.
 */
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build_ids.h"
#include "memtrace.h"
#include "writer.h"

/* Files beyond these are not noted: a trace has room for some properties. */
#define FILES_MAX 2048
#define NOTES_MAX 65536
#define SEGMENTS_MAX 256
#define ID_MAX 64

struct build_ids {
    struct memtrace_writer *writer;
    pthread_mutex_t lock; /* protects what follows */
    char *paths[FILES_MAX];
    size_t n;
};

struct build_ids *build_ids_new(struct memtrace_writer *writer)
{
    struct build_ids *build_ids = calloc(1, sizeof(*build_ids));

    if (build_ids != NULL) {
        build_ids->writer = writer;
        pthread_mutex_init(&build_ids->lock, NULL);
        elf_version(EV_CURRENT);
    }
    return build_ids;
}

void build_ids_free(struct build_ids *build_ids)
{
    if (build_ids != NULL) {
        for (size_t i = 0; i < build_ids->n; i++) {
            free(build_ids->paths[i]);
        }
        pthread_mutex_destroy(&build_ids->lock);
        free(build_ids);
    }
}

/* Return: 1 for a path that is new, 0, or MEMTRACE_ERR_NOMEM. */
static int add_locked(struct build_ids *build_ids, const char *path)
{
    for (size_t i = build_ids->n; i > 0; i--) {
        if (strcmp(build_ids->paths[i - 1], path) == 0) {
            return 0;
        }
    }
    if (build_ids->n == FILES_MAX) {
        return 0;
    }
    build_ids->paths[build_ids->n] = strdup(path);
    if (build_ids->paths[build_ids->n] == NULL) {
        return MEMTRACE_ERR_NOMEM;
    }
    build_ids->n++;
    return 1;
}

static int open_regular(const char *path, struct stat *st)
{
    int fd;

    /* Looked at before: to open a device may do something. */
    if (stat(path, st) != 0 || !S_ISREG(st->st_mode)) {
        return -1;
    }
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd >= 0 && (fstat(fd, st) != 0 || !S_ISREG(st->st_mode))) {
        close(fd);
        return -1;
    }
    return fd;
}

/* Return: whether the notes have a build-id. */
static bool find_id(Elf_Data *notes, char *text, size_t size)
{
    const unsigned char *bytes = notes->d_buf;
    GElf_Nhdr note;
    size_t name;
    size_t id;
    size_t at = 0;

    while ((at = gelf_getnote(notes, at, &note, &name, &id)) > 0) {
        if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
            memcmp(bytes + name, "GNU", 4) == 0 && note.n_descsz > 0 &&
            note.n_descsz <= ID_MAX && size > 2 * ID_MAX) {
            for (size_t i = 0; i < note.n_descsz; i++) {
                snprintf(text + 2 * i, 3, "%02x", bytes[id + i]);
            }
            return true;
        }
    }
    return false;
}

/* The build-id of an ELF file, "-" where it has none. */
static void read_id(Elf *elf, char *text, size_t size)
{
    size_t n;

    snprintf(text, size, "-");
    if (elf_getphdrnum(elf, &n) != 0) {
        return;
    }
    for (size_t i = 0; i < n && i < SEGMENTS_MAX; i++) {
        GElf_Phdr header;
        Elf_Data *notes;

        if (gelf_getphdr(elf, (int)i, &header) == NULL ||
            header.p_type != PT_NOTE || header.p_filesz > NOTES_MAX) {
            continue;
        }
        notes = elf_getdata_rawchunk(
            elf, (int64_t)header.p_offset, header.p_filesz,
            header.p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR);
        if (notes != NULL && find_id(notes, text, size)) {
            return;
        }
    }
}

/* Return: whether it is an ELF file, with what is to be noted of it. */
static bool describe(const char *path, char *text, size_t size)
{
    char id[2 * ID_MAX + 1];
    struct stat st;
    int fd = open_regular(path, &st);
    Elf *elf;
    bool is_elf;

    if (fd < 0) {
        return false;
    }
    /* Not mapped: a file that is cut short meanwhile must not end us. */
    elf = elf_begin(fd, ELF_C_READ, NULL);
    is_elf = elf != NULL && elf_kind(elf) == ELF_K_ELF;
    if (is_elf) {
        read_id(elf, id, sizeof(id));
        snprintf(text, size, "%s %llu %llu", id, (unsigned long long)st.st_size,
                 (unsigned long long)st.st_mtim.tv_sec * 1000000000 +
                     (unsigned long long)st.st_mtim.tv_nsec);
    }
    if (elf != NULL) {
        elf_end(elf);
    }
    close(fd);
    return is_elf;
}

int build_ids_note(struct build_ids *build_ids, const char *path)
{
    char text[2 * ID_MAX + 64];
    char *key;
    int error;

    if (path[0] != '/') {
        return 0;
    }
    pthread_mutex_lock(&build_ids->lock);
    error = add_locked(build_ids, path);
    pthread_mutex_unlock(&build_ids->lock);
    if (error <= 0 || !describe(path, text, sizeof(text))) {
        return error < 0 ? error : 0;
    }
    if (asprintf(&key, "file.%s", path) < 0) {
        return MEMTRACE_ERR_NOMEM;
    }
    error = memtrace_writer_meta(build_ids->writer, key, text);
    free(key);
    return error;
}
