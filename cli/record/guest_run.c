/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guest_run.c - see guest_run.h. */
#include "guest_run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "message.h"

#define EXEC_FAILED 127
#define MAX_QEMU_ARGS 16

/* The plugin is beside this program, or where make install puts it. */
static int find_plugin(char plugin[PATH_MAX])
{
    static const char *const places[] = {
        "qemu-memtrace.so", "../lib/qemu-memtrace/qemu-memtrace.so"};
    char self[PATH_MAX] = "";
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
    char *slash = n > 0 ? strrchr(self, '/') : NULL;

    for (size_t i = 0; slash != NULL && i < 2; i++) {
        int length = snprintf(plugin, PATH_MAX, "%.*s/%s", (int)(slash - self),
                              self, places[i]);

        if (length < PATH_MAX && access(plugin, R_OK) == 0) {
            return 0;
        }
    }
    message("qemu-memtrace.so is not beside %s: run make", self);
    return -1;
}

/* A dynamic program without its loader would fail in QEMU's words. */
static int check_loader(const struct guest_program *program,
                        const char *sysroot)
{
    char path[2 * PATH_MAX];

    if (*program->loader == '\0' || access(program->loader, R_OK) == 0) {
        return 0;
    }
    if (sysroot != NULL) {
        snprintf(path, sizeof(path), "%s/%s", sysroot, program->loader);
        /* A link in the sysroot may be absolute: that it is there is enough.
         */
        if (faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
            return 0;
        }
        message("%s needs %s, which is not in %s", program->path,
                program->loader, sysroot);
        return -1;
    }
    message("%s needs %s: name the folder with the guest's libraries by "
            "--sysroot",
            program->path, program->loader);
    return -1;
}

int guest_run_find(struct guest_run *run, const char *name, const char *qemu)
{
    return guest_program_find(name, &run->program) != 0 ||
                   qemu_program_find(run->program.guest->name, qemu,
                                     &run->qemu) != 0 ||
                   find_plugin(run->plugin) != 0 ||
                   check_loader(&run->program, run->sysroot) != 0
               ? -1
               : 0;
}

/* QEMU's option for the plugin, commas in its path doubled. */
static void plugin_option(const struct guest_run *run, const char *options,
                          char *option, size_t size)
{
    size_t used = 0;

    for (const char *p = run->plugin; *p != '\0' && used + 2 < size; p++) {
        option[used++] = *p;
        if (*p == ',') {
            option[used++] = ',';
        }
    }
    snprintf(option + used, size - used, ",%s", options);
}

/* Where another program may be executed from another folder. */
static const char *sysroot_of(const struct guest_run *run)
{
    char *whole = run->changes_folder && run->sysroot != NULL
                      ? realpath(run->sysroot, NULL)
                      : NULL;

    return whole != NULL ? whole : run->sysroot;
}

/* Rather a guest with a CPU that can less than a trace without what it does. */
const char *guest_run_cpu(const struct guest_run *run)
{
    return run->cpu != NULL
               ? run->cpu
               : guest_cpu_for(run->program.guest, run->qemu.major_version);
}

/* In the child. */
static void become_qemu(const struct guest_run *run, const char *options,
                        int fd, int n_operands, char **operands)
{
    const char *cpu = guest_run_cpu(run);
    char option[2 * PATH_MAX];
    const char **argv = calloc(MAX_QEMU_ARGS + n_operands, sizeof(*argv));
    size_t n = 0;

    if (argv == NULL) {
        _exit(EXEC_FAILED);
    }
    plugin_option(run, options, option, sizeof(option));
    argv[n++] = run->qemu.path;
    if (run->sysroot != NULL) {
        argv[n++] = "-L";
        argv[n++] = sysroot_of(run);
    }
    if (cpu != NULL) {
        argv[n++] = "-cpu";
        argv[n++] = cpu;
    }
    argv[n++] = "-plugin";
    argv[n++] = option;
    if (!run->program.is_script) {
        argv[n++] = "-0";
        argv[n++] = operands[0];
    }
    argv[n++] = "--";
    argv[n++] = run->program.path;
    if (*run->program.script_argument != '\0') {
        argv[n++] = run->program.script_argument;
    }
    for (int i = run->program.is_script ? 0 : 1; i < n_operands; i++) {
        argv[n++] = operands[i];
    }
    fcntl(fd, F_SETFD, 0);
    execvp(run->qemu.path, (char *const *)argv);
    message("%s: %s", run->qemu.path, strerror(errno));
    _exit(EXEC_FAILED);
}

static volatile sig_atomic_t guest_pid;

static void forward(int number)
{
    int saved = errno;

    if (guest_pid > 0) {
        kill(guest_pid, number);
    }
    errno = saved;
}

/*
 * The terminal sends its signals to the guest as well: what was recorded is
 * still to be written.  Others are the guest's.
 */
static void set_signals(void)
{
    struct sigaction action = {.sa_handler = forward, .sa_flags = SA_RESTART};

    signal(SIGINT, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

pid_t guest_run_start(const struct guest_run *run, const char *options, int fd,
                      int n_operands, char **operands)
{
    sigset_t forwarded, before;
    pid_t child;

    /* One that comes as it starts waits until it can be forwarded. */
    sigemptyset(&forwarded);
    sigaddset(&forwarded, SIGTERM);
    sigaddset(&forwarded, SIGHUP);
    sigprocmask(SIG_BLOCK, &forwarded, &before);
    child = fork();
    if (child == 0) {
        sigprocmask(SIG_SETMASK, &before, NULL);
        become_qemu(run, options, fd, n_operands, operands);
    }
    if (child < 0) {
        message("cannot start QEMU: %s", strerror(errno));
    } else {
        guest_pid = child;
        set_signals();
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return child;
}

int guest_run_status(int status)
{
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
