/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file_notes.c - see file_notes.h. */
#include "file_notes.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "elf_identity.h"
#include "hash64.h"
#include "key_map.h"
#include "plugin_recording.h"
#include "thread.h"

#define DELETED " (deleted)"

/*
 * By a hash of path, inode, size and time of each file that was noted.  A
 * forked child goes on with what its parent has noted.
 */
static struct key_map noted;

static uint64_t key_of(const char *path, const struct stat *st)
{
    uint64_t key = hash64(st->st_dev) ^ st->st_ino;

    for (; *path != '\0'; path++) {
        key = (key ^ (unsigned char)*path) * HASH64_FACTOR;
        key ^= key >> 32;
    }
    key = hash64(key ^ (uint64_t)st->st_size);
    return hash64((key ^ key >> 32) ^ elf_identity_time(st));
}

static void tell(const char *path, const struct stat *st,
                 const struct elf_identity *identity)
{
    uint64_t args[] = {
        (uint64_t)major(st->st_dev) << 20 | minor(st->st_dev),
        st->st_ino,
        (uint64_t)st->st_size,
        elf_identity_time(st),
        identity->content,
    };
    char text[ELF_IDENTITY_TEXT + 1 + PATH_MAX];
    int n = snprintf(text, sizeof(text), "%s %s",
                     identity->build_id[0] != '\0' ? identity->build_id : "-",
                     path);

    if (n > 0 && (size_t)n < sizeof(text)) {
        producer_message(plugin_recording.channel, plugin_thread.slot,
                         CHANNEL_MESSAGE_FILE, args, 5, text, (size_t)n);
    }
}

static void note(int fd, const char *path, const struct stat *st)
{
    struct elf_identity identity;
    uint64_t key = key_of(path, st);

    if (path[0] != '/' || key_map_find(&noted, key) != KEY_MAP_NONE ||
        !elf_identity_read(fd, st, &identity)) {
        return;
    }
    if (key_map_add(&noted, key, 0) == KEY_MAP_NONE) {
        plugin_recording_stop(CHANNEL_STOP_MEMORY, 0);
        return;
    }
    tell(path, st, &identity);
}

/* What memfd_create() makes has no path, and never had. */
static void cut_deleted(char *path)
{
    size_t n = strlen(path);
    size_t end = strlen(DELETED);

    if (n > end && strcmp(path + n - end, DELETED) == 0 &&
        strncmp(path, "/memfd:", 7) != 0) {
        path[n - end] = '\0';
    }
}

void file_notes_add(int fd, char *path)
{
    struct stat st;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        return;
    }
    if (st.st_nlink == 0) {
        cut_deleted(path);
    }
    note(fd, path, &st);
}

void file_notes_add_path(const char *path, uint64_t inode)
{
    struct stat st;
    int fd;

    /* Looked at before: to open a device may do something. */
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) || st.st_ino != inode) {
        return;
    }
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        return;
    }
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_ino == inode) {
        note(fd, path, &st);
    }
    close(fd);
}
