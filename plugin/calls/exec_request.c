/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * exec_request.c - see exec_request.h.
 *
 * Descriptors that are closed by execve are the guest's way to name a file; the
 * QEMU that comes needs another one.  Most files have a path.  Of those that
 * have none a descriptor goes along.  Its number is high, since the guest gets
 * the lowest ones, and the program that comes has it till it executes another.
 */
#include "exec_request.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OWN_DESCRIPTORS "/proc/self/fd/"
#define DESCRIPTORS "/dev/fd/" /* as the kernel writes it */
#define KEPT_FROM 960          /* of 1024, the usual limit */

static bool starts_with(const char *path, const char *start)
{
    return strncmp(path, start, strlen(start)) == 0;
}

static bool is_same_file(const char *one, const char *other)
{
    struct stat a, b;

    return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

/* The number in the path of a descriptor of this process, or -1. */
static int descriptor_in(const char *path)
{
    const char *const starts[] = {OWN_DESCRIPTORS, DESCRIPTORS};
    int fd = -1, end = 0;

    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        if (starts_with(path, starts[i]) &&
            sscanf(path + strlen(starts[i]), "%9d%n", &fd, &end) == 1 &&
            path[strlen(starts[i]) + end] == '\0') {
            return fd;
        }
    }
    return -1;
}

/* No path leads to the file of this link. Return: whether it can be kept. */
static bool keep(struct exec_request *request)
{
    int named = descriptor_in(request->path);
    int fd = open(request->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0) {
        return false;
    }
    request->kept = fcntl(fd, F_DUPFD_CLOEXEC, KEPT_FROM);
    if (request->kept < 0) {
        request->kept = fd; /* the limit is lower */
    } else {
        close(fd);
    }
    request->is_path_kept =
        named >= 0 && (fcntl(named, F_GETFD) & FD_CLOEXEC) == 0;
    return true;
}

/* A link to a file, in place of the file itself, need not live on. */
static bool resolve(const char *program, struct exec_request *request)
{
    char *path = request->path;
    char file[PATH_MAX];
    ssize_t n;

    request->is_path_kept = true;
    if (strcmp(path, "/proc/self/exe") == 0) {
        strcpy(path, program);
    }
    if (!starts_with(path, "/proc/") && !starts_with(path, DESCRIPTORS)) {
        return true;
    }
    n = readlink(path, file, sizeof(file) - 1);
    if (n < 0) {
        return true;
    }
    file[n] = '\0';
    if (file[0] == '/' && is_same_file(path, file)) {
        strcpy(path, file);
        return true;
    }
    /* What has another path's place is refused: names would be wrong. */
    return access(file, F_OK) != 0 && keep(request);
}

/* A name in a folder that is open, which execve may close. */
static bool find_in_folder(int fd, char path[PATH_MAX])
{
    char link[64];
    char folder[PATH_MAX];
    char whole[2 * PATH_MAX];
    char name[PATH_MAX];
    ssize_t n;

    strcpy(name, path);
    snprintf(link, sizeof(link), OWN_DESCRIPTORS "%d", fd);
    n = readlink(link, folder, sizeof(folder) - 1);
    if (n <= 0) {
        return false;
    }
    folder[n] = '\0';
    snprintf(whole, sizeof(whole), "%s/%s", link, name);
    return snprintf(path, PATH_MAX, "%s/%s", folder, name) < PATH_MAX &&
           is_same_file(whole, path);
}

static bool read_path(const struct current_call *current, bool is_at,
                      uint64_t vaddr, struct exec_request *request)
{
    int fd = (int)current->args[0];

    if (!exec_args_string(vaddr, request->path, PATH_MAX)) {
        return false;
    }
    if (!is_at || request->path[0] == '/') {
        return true;
    }
    if (current->args[4] & ~(uint64_t)AT_EMPTY_PATH) {
        return false;
    }
    if (fd == AT_FDCWD) {
        return true;
    }
    if (request->path[0] != '\0') {
        return find_in_folder(fd, request->path);
    }
    snprintf(request->path, PATH_MAX, DESCRIPTORS "%d", fd);
    return true;
}

bool exec_request_read(const struct current_call *current, const char *program,
                       struct exec_request *request)
{
    bool is_at = strcmp(current->call->name, "execveat") == 0;
    const uint64_t *args = current->args + (is_at ? 1 : 0);

    *request = (struct exec_request){.kept = -1};
    return read_path(current, is_at, args[0], request) &&
           exec_args_read(&request->arguments, args[1]) &&
           exec_args_read(&request->environment, args[2]) &&
           resolve(program, request);
}

void exec_request_free(struct exec_request *request)
{
    exec_args_free(&request->arguments);
    exec_args_free(&request->environment);
    if (request->kept >= 0) {
        close(request->kept);
        request->kept = -1;
    }
}

bool exec_request_keep(const struct exec_request *request, char *path)
{
    if (request->kept < 0) {
        return true;
    }
    snprintf(path, PATH_MAX, OWN_DESCRIPTORS "%d", request->kept);
    return fcntl(request->kept, F_SETFD, 0) == 0;
}

bool exec_request_was_kept(const char *path)
{
    int fd = starts_with(path, OWN_DESCRIPTORS) ? descriptor_in(path) : -1;

    return fd >= 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}
