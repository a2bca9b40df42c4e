/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * qemu_program.c - finding QEMU.
 */
#include "qemu_program.h"

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

int qemu_program_find(const char *arch, const char *chosen,
                      struct qemu_program *qemu)
{
    char *help;
    char *version;
    bool has_plugins;

    if (chosen != NULL) {
        snprintf(qemu->path, sizeof(qemu->path), "%s", chosen);
    } else {
        snprintf(qemu->path, sizeof(qemu->path), "qemu-%s", arch);
    }
    help = output_of(qemu->path, "--help");
    if (help == NULL || *help == '\0') {
        message("%s cannot be run: install QEMU's user mode (Debian: "
                "apt-get install qemu-user), or name one with --qemu",
                qemu->path);
        free(help);
        return -1;
    }
    has_plugins = strstr(help, "-plugin") != NULL;
    free(help);
    if (!has_plugins) {
        message("%s was built without plugins: tools/build-qemu builds one "
                "that has them, --qemu names it",
                qemu->path);
        return -1;
    }
    version = output_of(qemu->path, "--version");
    read_version(version != NULL ? version : "", qemu);
    free(version);
    return 0;
}
