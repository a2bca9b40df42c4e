/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recorder_processes.c - watching processes by their numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "processes.h"

/* kill() takes these for groups, one of which is always there. */
static void numbers_that_are_no_process_are_refused(void **state)
{
    struct processes processes = {0};

    (void)state;
    assert_int_equal(processes_add(&processes, 0), -1);
    assert_int_equal(processes_add(&processes, -1), -1);
    assert_int_equal(processes.n, 0);
    processes_free(&processes);
}

static void one_that_has_ended_is_found(void **state)
{
    struct processes processes = {0};
    pid_t pid = fork();

    (void)state;
    if (pid == 0) {
        pause();
        _exit(0);
    }
    assert_int_equal(processes_add(&processes, pid), 0);
    assert_int_equal(processes_add(&processes, pid), 0);
    assert_int_equal(processes.n, 1);
    assert_int_equal(processes_poll(&processes), 0);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    assert_int_equal(processes_poll(&processes), pid);
    assert_int_equal(processes_poll(&processes), 0);
    processes_free(&processes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_that_are_no_process_are_refused),
        cmocka_unit_test(one_that_has_ended_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
