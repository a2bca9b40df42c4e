/* SPDX-License-Identifier: GPL-2.0-or-later */
/* record_first.c - see record_first.h. */
#include "record_first.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "message.h"

#define EXEC_FAILED 127

/* Words of record_first() itself, the NULL at the end included. */
#define OWN_WORDS 8

/* A flag is given or not, a string has its text. */
#define TEXT_FLAG(member) (options->member ? "" : NULL)
#define TEXT_STRING(member) options->member
#define WORDS(...) +2
#define PASSED_WORDS (0 RECORD_FIRST_PASSED(WORDS, 0))

/* The options that are handed on. Return: how many words they are. */
static size_t pass(const struct record_first_options *options,
                   const char *argv[PASSED_WORDS])
{
#define ROW(base, type, member, name, value, help)                             \
    {"--" name, TEXT_##type(member), OPTION_##type == OPTION_STRING},
    const struct {
        const char *word;
        const char *text; /* NULL: not given */
        bool has_value;
    } rows[] = {RECORD_FIRST_PASSED(ROW, 0)};
#undef ROW
    size_t n = 0;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].text) {
            argv[n++] = rows[i].word;
        }
        if (rows[i].text && rows[i].has_value) {
            argv[n++] = rows[i].text;
        }
    }
    return n;
}

int record_first_check(const struct command *command,
                       const struct record_first_options *options,
                       const char *input, const char *also, int n_operands,
                       char **operands)
{
    const char *passed[PASSED_WORDS] = {NULL};
    size_t n_passed = pass(options, passed);
    const char *idle = options->output  ? "output"
                       : n_passed       ? passed[0] + strlen("--")
                       : also           ? also
                       : options->force ? "force"
                                        : NULL;

    if (n_operands && input) {
        return command_usage_error(command,
                                   "-i names a trace, '%s' a program to "
                                   "record: which is it to be?",
                                   operands[0]);
    }
    if (!n_operands && idle) {
        return command_usage_error(
            command, "--%s is for a program to record, and none is named",
            idle);
    }
    if (options->force && !options->output) {
        return command_usage_error(command,
                                   "--force is for a file, see --output");
    }
    return STATUS_FINE;
}

/*
 * What a signal finds.  The handler writes @ended_by, the rest is set while
 * signals are blocked.
 */
static struct {
    volatile sig_atomic_t ended_by; /* a signal that is to end us, or 0 */
    volatile pid_t recording;       /* the process that records, or 0 */
    volatile sig_atomic_t has_file;
    char file[PATH_MAX]; /* to be removed */
} ending;

/* As if nobody had handled it, but for the file.  Async-signal-safe. */
static void end_by(int number)
{
    sigset_t only;

    if (ending.has_file) {
        unlink(ending.file);
    }
    sigemptyset(&only);
    sigaddset(&only, number);
    signal(number, SIG_DFL);
    raise(number);
    sigprocmask(SIG_UNBLOCK, &only, NULL);
}

/*
 * While it is recorded, what ends us ends the program first, and then the rest.
 * An interrupt is the program's, which has it already where it is the
 * terminal's: what was recorded until then is read.
 */
static void take_signal(int number, siginfo_t *info, void *context)
{
    bool is_interrupt = number == SIGINT || number == SIGQUIT;
    int saved = errno;

    (void)context;
    if (!ending.recording) {
        end_by(number);
    } else if (!is_interrupt) {
        ending.ended_by = number;
        kill(ending.recording, number);
    } else if (info->si_code != SI_KERNEL) {
        kill(ending.recording, SIGTERM);
    }
    errno = saved;
}

static const int ending_signals[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};

#define N_ENDING_SIGNALS (sizeof(ending_signals) / sizeof(ending_signals[0]))

static void fill_signals(sigset_t *set)
{
    sigemptyset(set);
    for (size_t i = 0; i < N_ENDING_SIGNALS; i++) {
        sigaddset(set, ending_signals[i]);
    }
}

/* All but those that we were started to ignore, as by nohup. */
static void handle_signals(void)
{
    struct sigaction action = {.sa_sigaction = take_signal,
                               .sa_flags = SA_SIGINFO};

    fill_signals(&action.sa_mask);
    for (size_t i = 0; i < N_ENDING_SIGNALS; i++) {
        struct sigaction before;

        if (sigaction(ending_signals[i], NULL, &before) == 0 &&
            before.sa_handler != SIG_IGN) {
            sigaction(ending_signals[i], &action, NULL);
        }
    }
}

/* A file for a trace that is not kept. Return: 0, or -1, said on stderr. */
static int make_temporary(struct record_first *first)
{
    const char *folder = getenv("TMPDIR");
    int fd;

    if (!folder || !*folder) {
        folder = "/tmp";
    }
    if (snprintf(first->path, sizeof(first->path), "%s/memtrace-XXXXXX",
                 folder) >= (int)sizeof(first->path)) {
        message("TMPDIR is too long");
        return -1;
    }
    fd = mkstemp(first->path);
    if (fd < 0) {
        message("%s: %s", first->path, strerror(errno));
        return -1;
    }
    close(fd);
    first->is_temporary = true;
    strcpy(ending.file, first->path);
    ending.has_file = 1;
    return 0;
}

/* Return: 0, or -1, said on stderr. */
static int name_file(struct record_first *first,
                     const struct record_first_options *options)
{
    if (!options->output) {
        return make_temporary(first);
    }
    if (strlen(options->output) >= sizeof(first->path)) {
        message("%s: %s", options->output, strerror(ENAMETOOLONG));
        return -1;
    }
    strcpy(first->path, options->output);
    return 0;
}

static size_t count_words(const char *const *words)
{
    size_t n = 0;

    while (words[n]) {
        n++;
    }
    return n;
}

/* In the child: `memtrace record`. */
static void become_record(const struct record_first *first,
                          const struct record_first_options *options,
                          const char *const *arguments, int n_operands,
                          char **operands)
{
    size_t n = 0, n_arguments = count_words(arguments);
    const char **argv =
        calloc(OWN_WORDS + PASSED_WORDS + n_arguments + (size_t)n_operands,
               sizeof(*argv));

    if (!argv) {
        message("out of memory");
        _exit(EXEC_FAILED);
    }
    argv[n++] = "memtrace";
    argv[n++] = "record";
    argv[n++] = "--quiet";
    argv[n++] = "--output";
    argv[n++] = first->path;
    if (first->is_temporary || options->force) {
        argv[n++] = "--force";
    }
    n += pass(options, argv + n);
    for (size_t i = 0; i < n_arguments; i++) {
        argv[n++] = arguments[i];
    }
    argv[n++] = "--";
    for (int i = 0; i < n_operands; i++) {
        argv[n++] = operands[i];
    }
    execv("/proc/self/exe", (char *const *)argv);
    message("cannot record: %s", strerror(errno));
    _exit(EXEC_FAILED);
}

/*
 * Was a trace written? record says why not, but its status is the program's
 * own where it did.
 */
static bool is_written(const char *path, const struct stat *before)
{
    struct stat after;

    return stat(path, &after) == 0 && after.st_size > 0 &&
           (after.st_ino != before->st_ino ||
            after.st_mtim.tv_sec != before->st_mtim.tv_sec ||
            after.st_mtim.tv_nsec != before->st_mtim.tv_nsec);
}

/* Return: 0, or -1, said on stderr. */
static int await(pid_t child)
{
    sigset_t signals, before;
    siginfo_t info;
    int error = 0;

    /* Its number is its own until signals no longer go there. */
    while (waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) < 0) {
        if (errno != EINTR) {
            message("cannot record: %s", strerror(errno));
            error = -1;
            break;
        }
    }
    fill_signals(&signals);
    sigprocmask(SIG_BLOCK, &signals, &before);
    ending.recording = 0;
    waitpid(child, NULL, WNOHANG);
    if (ending.ended_by) {
        end_by(ending.ended_by);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return error;
}

/* Start `memtrace record`. Return: its process, or -1, said on stderr. */
static pid_t start(const struct record_first *first,
                   const struct record_first_options *options,
                   const char *const *arguments, int n_operands,
                   char **operands, const sigset_t *signals)
{
    pid_t child = fork();

    if (child == 0) {
        sigprocmask(SIG_SETMASK, signals, NULL);
        become_record(first, options, arguments, n_operands, operands);
    }
    if (child < 0) {
        message("cannot record: %s", strerror(errno));
    }
    ending.recording = child > 0 ? child : 0;
    return child;
}

int record_first(struct record_first *first,
                 const struct record_first_options *options,
                 const char *const *arguments, int n_operands, char **operands)
{
    struct stat before = {.st_size = 0};
    sigset_t signals, unblocked;
    pid_t child = -1;

    *first = (struct record_first){.is_temporary = false};
    fill_signals(&signals);
    sigprocmask(SIG_BLOCK, &signals, &unblocked);
    handle_signals();
    if (!name_file(first, options)) {
        if (stat(first->path, &before) != 0) {
            before = (struct stat){.st_size = 0};
        }
        child =
            start(first, options, arguments, n_operands, operands, &unblocked);
    }
    sigprocmask(SIG_SETMASK, &unblocked, NULL);
    return child > 0 && await(child) == 0 && is_written(first->path, &before)
               ? 0
               : -1;
}

void record_first_end(struct record_first *first)
{
    if (first->is_temporary) {
        unlink(first->path);
        ending.has_file = 0;
    }
}
