/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pager.c - see pager.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pager.h"

static pid_t pager;

bool pager_is_terminal(void)
{
    return isatty(STDOUT_FILENO);
}

bool pager_has_color(void)
{
    const char *no_color = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    return pager_is_terminal() && !(no_color && *no_color) &&
           !(terminal && !strcmp(terminal, "dumb"));
}

static const char *command(void)
{
    const char *text = getenv("MEMTRACE_PAGER");

    text = text ? text : getenv("PAGER");
    return text ? text : "less";
}

static void run(const char *text, const int ends[2])
{
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    close(ends[1]);
    setenv("LESS", "FRX", 0);
    execl("/bin/sh", "sh", "-c", text, (char *)NULL);
    _exit(127);
}

void pager_start(void)
{
    const char *text = command();
    int ends[2];

    if (!pager_is_terminal() || !*text || !strcmp(text, "cat") ||
        pipe2(ends, O_CLOEXEC)) {
        return;
    }
    pager = fork();
    if (pager == 0) {
        run(text, ends);
    }
    if (pager > 0) {
        dup2(ends[1], STDOUT_FILENO);
    }
    close(ends[0]);
    close(ends[1]);
}

void pager_wait(void)
{
    while (pager > 0 && waitpid(pager, NULL, 0) == -1 && errno == EINTR) {
    }
    pager = 0;
}
