/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * elf_identity.c - see elf_identity.h.
 *
 * The plugin uses this inside the guest's process: no library but libc, nothing
 * mapped that a file cut short meanwhile could take away, and little read of a
 * file that has a build-id.
 */
#include "elf_identity.h"

#include <elf.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define SEGMENTS_MAX 256
#define NOTES_MAX 65536
#define CHUNK_BYTES (256u << 10)

/* A file's own way of writing numbers. */
struct elf_file {
    int fd;
    bool is_64;
    bool is_big;
};

static bool read_at(int fd, void *bytes, size_t size, uint64_t offset)
{
    return offset <= INT64_MAX &&
           pread(fd, bytes, size, (off_t)offset) == (ssize_t)size;
}

static uint64_t number(const struct elf_file *file, const uint8_t *bytes,
                       unsigned size)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < size; i++) {
        value = value << 8 | bytes[file->is_big ? i : size - 1 - i];
    }
    return value;
}

/* A member of a header, whose place depends on the file's class. */
#define MEMBER(file, bytes, type, member)                                      \
    ((file)->is_64 ? number((file), (bytes) + offsetof(Elf64_##type, member),  \
                            sizeof(((Elf64_##type *)0)->member))               \
                   : number((file), (bytes) + offsetof(Elf32_##type, member),  \
                            sizeof(((Elf32_##type *)0)->member)))

/* Return: whether the notes have a build-id. */
static bool find_id(const struct elf_file *file, const uint8_t *notes,
                    size_t size, uint64_t align, char *text)
{
    size_t at = 0;

    while (size - at >= sizeof(Elf32_Nhdr)) {
        uint64_t name = number(file, notes + at, 4);
        uint64_t bytes = number(file, notes + at + 4, 4);
        uint64_t type = number(file, notes + at + 8, 4);
        uint64_t id = at + sizeof(Elf32_Nhdr) + ((name + 3) & ~UINT64_C(3));
        uint64_t next;

        id = (id + align - 1) & -align;
        next = (id + bytes + align - 1) & -align;
        if (id > size || bytes > size - id) {
            return false;
        }
        if (type == NT_GNU_BUILD_ID && name == 4 && bytes > 0 &&
            bytes <= ELF_IDENTITY_BYTES &&
            memcmp(notes + at + sizeof(Elf32_Nhdr), "GNU", 4) == 0) {
            for (size_t i = 0; i < bytes; i++) {
                snprintf(text + 2 * i, 3, "%02x", notes[id + i]);
            }
            return true;
        }
        at = next < size ? next : size;
    }
    return false;
}

static bool read_notes(const struct elf_file *file, uint64_t offset,
                       uint64_t size, uint64_t align, char *text)
{
    uint8_t *notes = size <= NOTES_MAX ? malloc(size + 1) : NULL;
    bool is_found = notes != NULL && read_at(file->fd, notes, size, offset) &&
                    find_id(file, notes, size, align == 8 ? 8 : 4, text);

    free(notes);
    return is_found;
}

static bool read_id(const struct elf_file *file, const uint8_t *header,
                    char *text)
{
    uint64_t offset = MEMBER(file, header, Ehdr, e_phoff);
    uint64_t n = MEMBER(file, header, Ehdr, e_phnum);
    uint64_t step = MEMBER(file, header, Ehdr, e_phentsize);
    size_t size = file->is_64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
    uint8_t segment[sizeof(Elf64_Phdr)];

    for (uint64_t i = 0; step >= size && i < n && i < SEGMENTS_MAX; i++) {
        if (offset > INT64_MAX ||
            !read_at(file->fd, segment, size, offset + i * step)) {
            return false;
        }
        if (MEMBER(file, segment, Phdr, p_type) == PT_NOTE &&
            read_notes(file, MEMBER(file, segment, Phdr, p_offset),
                       MEMBER(file, segment, Phdr, p_filesz),
                       MEMBER(file, segment, Phdr, p_align), text)) {
            return true;
        }
    }
    return false;
}

static bool hash_part(int fd, uint64_t from, uint64_t to, uint8_t *chunk,
                      XXH3_state_t *state)
{
    while (from < to) {
        size_t size = to - from < CHUNK_BYTES ? to - from : CHUNK_BYTES;

        if (!read_at(fd, chunk, size, from)) {
            return false;
        }
        XXH3_64bits_update(state, chunk, size);
        from += size;
    }
    return true;
}

/* Never 0, which says that there is none. */
static bool hash_content(int fd, uint64_t size, uint64_t *content)
{
    uint64_t first =
        size <= 2 * ELF_IDENTITY_HASHED ? size : ELF_IDENTITY_HASHED;
    uint64_t second = size == first ? size : size - ELF_IDENTITY_HASHED;
    uint8_t *chunk = malloc(CHUNK_BYTES);
    XXH3_state_t state;
    bool is_read;

    XXH3_64bits_reset(&state);
    is_read = chunk != NULL && hash_part(fd, 0, first, chunk, &state) &&
              hash_part(fd, second, size, chunk, &state);
    free(chunk);
    *content = XXH3_64bits_digest(&state) | 1;
    return is_read;
}

bool elf_identity_read(int fd, const struct stat *st,
                       struct elf_identity *identity)
{
    struct elf_file file = {.fd = fd};
    uint8_t header[sizeof(Elf64_Ehdr)];

    *identity = (struct elf_identity){.content = 0};
    if (!read_at(fd, header, sizeof(Elf32_Ehdr), 0) ||
        memcmp(header, ELFMAG, SELFMAG) != 0) {
        return false;
    }
    file.is_64 = header[EI_CLASS] == ELFCLASS64;
    file.is_big = header[EI_DATA] == ELFDATA2MSB;
    if (file.is_64 && !read_at(fd, header, sizeof(header), 0)) {
        return false;
    }
    return read_id(&file, header, identity->build_id) ||
           hash_content(fd, (uint64_t)st->st_size, &identity->content);
}

uint64_t elf_identity_time(const struct stat *st)
{
    return (uint64_t)st->st_mtim.tv_sec * 1000000000 +
           (uint64_t)st->st_mtim.tv_nsec;
}
