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
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel.h"

#define START_WAIT_MS 100
#define START_WAITS 300

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

/* Words of its own, and a NULL; has_failed where memory ran out. */
struct words {
    char **list;
    size_t n;
    bool has_failed;
};

static void free_words(struct words *words)
{
    for (size_t i = 0; i < words->n; i++) {
        free(words->list[i]);
    }
    free(words->list);
}

__attribute__((format(printf, 2, 3))) static void add(struct words *words,
                                                      const char *format, ...)
{
    char *word = NULL;
    va_list args;

    if (words->has_failed) {
        return;
    }
    va_start(args, format);
    words->has_failed = vasprintf(&word, format, args) < 0;
    va_end(args);
    if (!words->has_failed) {
        words->list[words->n++] = word;
    }
}

/* How many words a command line has at most, its NULL included. */
static size_t most_words(const struct plugin_options *options)
{
    size_t n = 3 + options->n_forwarded;

    for (size_t i = 0; recording_arguments[i].name != NULL; i++) {
        n++;
    }
    for (size_t i = 0; recording_options[i].name != NULL; i++) {
        n++;
    }
    return n;
}

/* The command line of the recorder: what it must know, and all options. */
static void command_line(struct words *words,
                         const struct recording_start *told,
                         const struct plugin_options *options)
{
    const struct recording_argument *argument = recording_arguments;
    const struct recording_option *option = recording_options;
    char room[RECORDING_TEXT_MAX];

    *words = (struct words){
        .list = calloc(most_words(options), sizeof(*words->list)),
    };
    words->has_failed = words->list == NULL;
    add(words, "memtrace");
    add(words, "recorder");
    for (; argument->name != NULL; argument++) {
        const char *text = recording_argument_text(argument, told, room);

        if (text != NULL) {
            add(words, "--%s=%s", argument->name, text);
        }
    }
    for (; option->name != NULL; option++) {
        if (!recording_option_text(option, &options->asked, room)) {
            continue; /* as it is by default */
        }
        if (option->type == RECORDING_TYPE_FLAG) {
            add(words, "--%s", option->name);
        } else {
            add(words, "--%s=%s", option->name, room);
        }
    }
    for (unsigned i = 0; i < options->n_forwarded; i++) {
        add(words, "--%s=%s", options->forwarded[i].name,
            options->forwarded[i].value);
    }
}

/* Return: 0 once it records. */
static int start_and_await(struct channel *channel, char *const argv[], int fd)
{
    char path[PATH_MAX];
    int life[2];
    int error;

    if (pipe2(life, O_CLOEXEC) != 0) {
        fprintf(stderr, "memtrace: cannot start the recorder: %s\n",
                strerror(errno));
        return -1;
    }
    error = start(find_command(path), argv, fd, life[1]);
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
    const struct channel_config config = recording_channel(&options->asked);
    struct recording_start told = {
        .pid = getpid(),
        .guest = guest,
        .out = options->out,
        .text = options->text,
    };
    struct words words;
    int fd;
    struct channel *channel = channel_create(&config, &fd);
    int error = -1;

    if (channel == NULL) {
        fprintf(stderr, "memtrace: cannot make the channel: %s\n",
                strerror(errno));
        return NULL;
    }
    channel->is_detached = 1;
    told.channel_fd = fd;
    command_line(&words, &told, options);
    if (words.has_failed) {
        fprintf(stderr, "memtrace: cannot start the recorder: out of memory\n");
    } else {
        error = start_and_await(channel, words.list, fd);
    }
    if (error != 0) {
        channel_unmap(channel);
        channel = NULL;
    }
    free_words(&words);
    close(fd);
    return channel;
}
