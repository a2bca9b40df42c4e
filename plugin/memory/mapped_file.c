/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mapped_file.c - see mapped_file.h. */
#include "mapped_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "plugin_recording.h"
#include "proc_maps.h"

#define NS_PER_SECOND UINT64_C(1000000000)

static uint64_t device_of(unsigned major_number, unsigned minor_number)
{
    return (uint64_t)major_number << 20 | minor_number;
}

/* Where statx() is not allowed, as in some containers. */
static struct mapped_file by_stat(int fd, const char *path)
{
    struct stat st;

    if (fstatat(fd, path, &st, AT_EMPTY_PATH) != 0 ||
        !(S_ISREG(st.st_mode) || S_ISBLK(st.st_mode))) {
        return (struct mapped_file){0};
    }
    return (struct mapped_file){
        .device = device_of(major(st.st_dev), minor(st.st_dev)),
        .inode = st.st_ino,
    };
}

static struct mapped_file by_statx(int fd, const char *path)
{
    struct statx st;

    if (statx(fd, path, AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &st) !=
        0) {
        return by_stat(fd, path);
    }
    if (!S_ISREG(st.stx_mode) && !S_ISBLK(st.stx_mode)) {
        return (struct mapped_file){0};
    }
    return (struct mapped_file){
        .device = device_of(st.stx_dev_major, st.stx_dev_minor),
        .inode = st.stx_ino,
        .born = st.stx_mask & STATX_BTIME
                    ? (uint64_t)st.stx_btime.tv_sec * NS_PER_SECOND +
                          st.stx_btime.tv_nsec
                    : 0,
    };
}

struct mapped_file mapped_file_of(int fd)
{
    return fd >= 0 ? by_statx(fd, "") : (struct mapped_file){0};
}

struct mapped_file mapped_file_named(const char *path, uint64_t inode)
{
    struct mapped_file file = {0};

    if (path[0] == '/') {
        file = by_statx(AT_FDCWD, path);
    }
    return file.inode == inode ? file : (struct mapped_file){0};
}

struct mapped_file mapped_file_attached(uint64_t host)
{
    struct mapped_file file = {0};
    struct proc_maps maps;

    if (proc_maps_read(&maps) != 0) {
        plugin_recording_stop(errno == ENOMEM ? CHANNEL_STOP_MEMORY
                                              : CHANNEL_STOP_MAPPINGS,
                              errno == ENOMEM ? 0 : errno);
        return file;
    }
    for (size_t i = 0; i < maps.n; i++) {
        if (maps.list[i].start <= host && host < maps.list[i].end) {
            file.device = maps.list[i].device;
            file.inode = maps.list[i].inode;
        }
    }
    proc_maps_free(&maps);
    return file;
}
