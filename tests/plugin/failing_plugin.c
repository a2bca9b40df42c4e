/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * failing_plugin.c - the plugin in which a call fails: MEMTRACE_TEST_FAILS is
 * NAME:N or NAME:N+, as failing_set() has it, counted from when the plugin is
 * installed; MEMTRACE_TEST_FAILED is a file that is made when it happens.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "failing.h"

/* By no function that may be told to fail. */
void failing_happens(const char *name)
{
    const char *path = getenv("MEMTRACE_TEST_FAILED");
    int fd = path != NULL ? syscall(SYS_openat, AT_FDCWD, path,
                                    O_WRONLY | O_CREAT | O_CLOEXEC, 0666)
                          : -1;

    if (fd >= 0) {
        syscall(SYS_write, fd, name, strlen(name));
        syscall(SYS_close, fd);
    }
}

static void choose(void)
{
    static char name[32];
    const char *text = getenv("MEMTRACE_TEST_FAILS");
    unsigned nth;
    int end = 0;

    if (text != NULL &&
        (sscanf(text, "%31[a-z_]:%u%n", name, &nth, &end) != 2 ||
         !failing_set(name, nth, text[end] == '+'))) {
        fprintf(stderr, "MEMTRACE_TEST_FAILS=%s: what is that?\n", text);
        exit(1);
    }
}

/* The last thing that the plugin asks for when it is installed. */
void __real_qemu_plugin_register_atexit_cb(uint64_t id, void *cb, void *data);
void __wrap_qemu_plugin_register_atexit_cb(uint64_t id, void *cb, void *data);
void __wrap_qemu_plugin_register_atexit_cb(uint64_t id, void *cb, void *data)
{
    __real_qemu_plugin_register_atexit_cb(id, cb, data);
    choose();
}
