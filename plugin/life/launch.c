/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * launch.c - a recorder for a QEMU that was started by hand.
 */
#include "launch.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel.h"

#define START_WAIT_MS 100
#define START_WAITS 300
#define MAX_ARGS (16 + PLUGIN_OPTIONS_FORWARDED)

/* Candidates, relative to the folder that the plugin is in. */
static const char *const beside[] = {"memtrace", "../../bin/memtrace"};

static bool is_program(const char *path)
{
    return access(path, X_OK) == 0;
}

/* Return: @path filled with the command's place, or "memtrace" for PATH. */
static const char *find_command(char path[PATH_MAX])
{
    char folder[PATH_MAX] = ".";
    const char *slash;
    Dl_info info;

    if (dladdr((void *)launch_recorder, &info) != 0 && info.dli_fname != NULL) {
        slash = strrchr(info.dli_fname, '/');
        if (slash != NULL) {
            snprintf(folder, sizeof(folder), "%.*s",
                     (int)(slash - info.dli_fname), info.dli_fname);
        }
        for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
            int n = snprintf(path, PATH_MAX, "%s/%s", folder, beside[i]);

            if (n < PATH_MAX && is_program(path)) {
                return path;
            }
        }
    }
    return "memtrace";
}

/*
 * In the child of the child: nothing but what is safe after fork.  Its end of
 * the pipe stays open as long as the recorder lives.
 */
static void become_recorder(const char *command, char *const argv[], int fd,
                            int life)
{
    int null = open("/dev/null", O_RDWR);

    setsid();
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    fcntl(fd, F_SETFD, 0);
    fcntl(life, F_SETFD, 0);
    execvp(command, argv);
    dprintf(STDERR_FILENO, "memtrace: cannot start the recorder %s: %s\n",
            command, strerror(errno));
    _exit(127);
}

static int start(const char *command, char *const argv[], int fd, int life)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        pid_t grandchild = fork();

        if (grandchild == 0) {
            become_recorder(command, argv, fd, life);
        }
        _exit(grandchild < 0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
        fprintf(stderr, "memtrace: cannot start the recorder: %s\n",
                strerror(errno));
        return -1;
    }
    return 0;
}

static bool has_gone(int life)
{
    struct pollfd end = {.fd = life};

    return poll(&end, 1, 0) == 1 && (end.revents & POLLHUP) != 0;
}

/* Till the recorder says that it records, or why not. */
static int await(struct channel *channel, int life)
{
    uint32_t state = atomic_load(&channel->state);

    for (int i = 0; state == CHANNEL_STARTING && i < START_WAITS; i++) {
        if (has_gone(life) && atomic_load(&channel->state) == state) {
            return -1; /* it has said on stderr what is wrong */
        }
        channel_futex_wait(&channel->state, CHANNEL_STARTING, START_WAIT_MS);
        state = atomic_load(&channel->state);
    }
    if (state == CHANNEL_RECORDING) {
        return 0;
    }
    channel->error[CHANNEL_ERROR_BYTES - 1] = '\0';
    fprintf(stderr, "memtrace: %s\n",
            state == CHANNEL_FAILED ? channel->error
                                    : "the recorder does not start");
    return -1;
}

/* The options that are the recorder's own. Return: how many, all allocated. */
static int forward(const struct plugin_options *options, const char **argv)
{
    char *text;

    for (unsigned i = 0; i < options->n_forwarded; i++) {
        if (asprintf(&text, "--%s=%s", options->forwarded[i].name,
                     options->forwarded[i].value) < 0) {
            abort();
        }
        argv[i] = text;
    }
    return options->n_forwarded;
}

/* Return: 0 once it records. */
static int start_and_await(struct channel *channel, const char **argv, int fd)
{
    char path[PATH_MAX];
    int life[2];
    int error;

    if (pipe2(life, O_CLOEXEC) != 0) {
        fprintf(stderr, "memtrace: cannot start the recorder: %s\n",
                strerror(errno));
        return -1;
    }
    error = start(find_command(path), (char *const *)argv, fd, life[1]);
    close(life[1]);
    if (error == 0) {
        error = await(channel, life[0]);
    }
    close(life[0]);
    return error;
}

struct channel *launch_recorder(const struct plugin_options *options,
                                const char *guest)
{
    const struct channel_config config = {
        .buffer_bytes = options->buffer_bytes,
        .stamp_interval = options->stamp_interval,
        .n_dense = options->n_dense,
        .overflow = options->overflow,
    };
    char fd_text[16];
    char pid_text[16];
    const char *argv[MAX_ARGS] = {"memtrace", "recorder"};
    int n_forwarded;
    int n = 2;
    int fd;
    struct channel *channel = channel_create(&config, &fd);

    if (channel == NULL) {
        fprintf(stderr, "memtrace: cannot make the channel: %s\n",
                strerror(errno));
        return NULL;
    }
    channel->is_detached = 1;
    snprintf(fd_text, sizeof(fd_text), "%d", fd);
    snprintf(pid_text, sizeof(pid_text), "%d", getpid());
    argv[n++] = "--channel";
    argv[n++] = fd_text;
    argv[n++] = "--pid";
    argv[n++] = pid_text;
    if (options->heap) {
        argv[n++] = "--heap";
    }
    argv[n++] = "--guest";
    argv[n++] = guest;
    argv[n++] = "--regions";
    argv[n++] = options->all_regions ? "all" : "rw";
    if (options->syscalls) {
        argv[n++] = "--syscalls";
    }
    if (options->values) {
        argv[n++] = "--values";
    }
    if (options->out != NULL) {
        argv[n++] = "--out";
        argv[n++] = options->out;
    } else if (options->text != NULL) {
        argv[n++] = "--text";
        argv[n++] = options->text;
    }
    n_forwarded = forward(options, &argv[n]);
    if (start_and_await(channel, argv, fd) != 0) {
        channel_unmap(channel);
        channel = NULL;
    }
    while (n_forwarded > 0) {
        free((char *)argv[n + --n_forwarded]);
    }
    close(fd);
    return channel;
}
