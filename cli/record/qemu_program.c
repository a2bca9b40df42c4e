/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * qemu_program.c - finding QEMU: the one that was chosen, that on PATH, or,
 * where it has no plugins, the newest that tools/build-qemu built.
 */
#include "qemu_program.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "message.h"

#define OUTPUT_BYTES (64u << 10)

/* What a program writes to stdout. Return: its text, or NULL with errno. */
static char *output_of(const char *path, const char *argument)
{
    char *text = calloc(1, OUTPUT_BYTES);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int pipe_fds[2] = {-1, -1};
    size_t used = 0;
    ssize_t n = -1;
    pid_t child = -1;

    if (text != NULL && null >= 0 && pipe2(pipe_fds, O_CLOEXEC) == 0) {
        child = fork();
    }
    if (child == 0) {
        dup2(null, STDIN_FILENO);
        dup2(pipe_fds[1], STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        execlp(path, path, argument, (char *)NULL);
        _exit(127);
    }
    close(pipe_fds[1]);
    while (child > 0 &&
           (n = read(pipe_fds[0], text + used, OUTPUT_BYTES - 1 - used)) > 0) {
        used += n;
    }
    close(pipe_fds[0]);
    close(null);
    if (child > 0) {
        waitpid(child, NULL, 0);
    }
    if (n < 0) {
        free(text);
        return NULL;
    }
    return text;
}

/* "qemu-x86_64 version 7.2.22 (Debian ...)" */
static void read_version(const char *text, struct qemu_program *qemu)
{
    static const char mark[] = "version ";
    const char *found = strstr(text, mark);

    if (found != NULL) {
        text = found + strlen(mark);
    }
    snprintf(qemu->version, sizeof(qemu->version), "%.*s",
             (int)strcspn(text, "\n"), text);
    qemu->major_version = atoi(qemu->version);
}

enum fitness { QEMU_FITS, QEMU_HAS_NO_PLUGINS, QEMU_DOES_NOT_RUN };

static enum fitness examine(struct qemu_program *qemu)
{
    char *help = output_of(qemu->path, "--help");
    bool runs = help != NULL && *help != '\0';
    bool has_plugins = runs && strstr(help, "-plugin") != NULL;
    char *version;

    free(help);
    if (!has_plugins) {
        return runs ? QEMU_HAS_NO_PLUGINS : QEMU_DOES_NOT_RUN;
    }
    version = output_of(qemu->path, "--version");
    read_version(version != NULL ? version : "", qemu);
    free(version);
    return QEMU_FITS;
}

/* Where tools/build-qemu puts what it builds. Return: 0, or -1. */
static int find_cache(char cache[PATH_MAX])
{
    const char *own = getenv("QEMU_MEMTRACE_CACHE");
    const char *xdg = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    int length;

    if (own != NULL && *own != '\0') {
        length = snprintf(cache, PATH_MAX, "%s", own);
    } else if (xdg != NULL && *xdg != '\0') {
        length = snprintf(cache, PATH_MAX, "%s/qemu-memtrace", xdg);
    } else if (home != NULL) {
        length = snprintf(cache, PATH_MAX, "%s/.cache/qemu-memtrace", home);
    } else {
        return -1;
    }
    return length < PATH_MAX ? 0 : -1;
}

/* "11.1" as 11001, and 0 for what is no version. */
static unsigned version_number(const char *text)
{
    unsigned major = 0;
    unsigned minor = 0;
    int end = 0;

    if (!isdigit((unsigned char)*text) ||
        sscanf(text, "%3u.%3u%n", &major, &minor, &end) != 2 ||
        text[end] != '\0') {
        return 0;
    }
    return major * 1000 + minor;
}

static int cached_path(const char *arch, const char *version, char *path)
{
    char cache[PATH_MAX];

    if (find_cache(cache) != 0) {
        return -1;
    }
    return snprintf(path, PATH_MAX, "%s/qemu-%s/bin/qemu-%s", cache, version,
                    arch) < PATH_MAX
               ? 0
               : -1;
}

/* The newest below a version that was built for the architecture. */
static unsigned older_version(const char *arch, unsigned below, char *path)
{
    static const char prefix[] = "qemu-";
    char cache[PATH_MAX];
    char candidate[PATH_MAX];
    unsigned newest = 0;
    struct dirent *entry;
    DIR *dir = find_cache(cache) == 0 ? opendir(cache) : NULL;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        const char *version = entry->d_name + strlen(prefix);
        unsigned number;

        if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0) {
            continue;
        }
        number = version_number(version);
        if (number > newest && number < below &&
            cached_path(arch, version, candidate) == 0 &&
            access(candidate, X_OK) == 0) {
            newest = number;
            strcpy(path, candidate);
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
    return newest;
}

static bool find_cached(const char *arch, struct qemu_program *qemu)
{
    unsigned version = UINT_MAX;

    while ((version = older_version(arch, version, qemu->path)) != 0) {
        if (examine(qemu) == QEMU_FITS) {
            return true;
        }
    }
    return false;
}

static void complain(const char *arch, const char *path, enum fitness fitness)
{
    if (fitness == QEMU_DOES_NOT_RUN) {
        message("%s cannot be run: install QEMU's user mode (Debian 12: "
                "apt-get install qemu-user), let tools/build-qemu build one, "
                "or name one with --qemu",
                path);
    } else {
        message("%s was built without plugins: tools/build-qemu 11.1 %s builds "
                "one that has them and will be found, --qemu names another",
                path, arch);
    }
}

int qemu_program_find(const char *arch, const char *chosen,
                      struct qemu_program *qemu)
{
    bool is_version = chosen != NULL && version_number(chosen) != 0;
    char path[PATH_MAX];
    enum fitness fitness;

    if (is_version && cached_path(arch, chosen, qemu->path) != 0) {
        message("there is no cache folder to find QEMU %s in", chosen);
        return -1;
    }
    if (is_version && access(qemu->path, X_OK) != 0) {
        message("there is no %s: tools/build-qemu %s %s builds it", qemu->path,
                chosen, arch);
        return -1;
    }
    if (chosen == NULL) {
        snprintf(qemu->path, sizeof(qemu->path), "qemu-%s", arch);
    } else if (!is_version) {
        snprintf(qemu->path, sizeof(qemu->path), "%s", chosen);
    }
    fitness = examine(qemu);
    if (fitness == QEMU_FITS) {
        return 0;
    }
    strcpy(path, qemu->path);
    if (chosen == NULL && find_cached(arch, qemu)) {
        return 0;
    }
    complain(arch, path, fitness);
    return -1;
}
