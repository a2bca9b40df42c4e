/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base_check.c - a check that fails says where and what, and aborts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static int n_evaluated;

static bool evaluated(bool value)
{
    n_evaluated++;
    return value;
}

/* A child fails a check. Return: how it ended; said is what it printed. */
static int fail_in_child(char *said, size_t size)
{
    int ends[2], status;
    ssize_t n;
    pid_t pid;

    assert_int_equal(pipe(ends), 0);
    pid = fork();
    if (pid == 0) {
        const struct rlimit none = {0};

        setrlimit(RLIMIT_CORE, &none);
        signal(SIGABRT, SIG_DFL);
        dup2(ends[1], STDERR_FILENO);
        check(evaluated(false), "the sky is below");
        _exit(0);
    }
    close(ends[1]);
    n = read(ends[0], said, size - 1);
    close(ends[0]);
    assert_true(n >= 0);
    said[n] = '\0';
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void one_that_fails_says_where_and_what_and_aborts(void **state)
{
    char said[512];
    int status = fail_in_child(said, sizeof(said));

    (void)state;
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
    assert_non_null(strstr(said, "base_check.c:"));
    assert_non_null(strstr(said, "the sky is below"));
    assert_non_null(strstr(said, "evaluated(false)"));
}

static void one_that_holds_is_evaluated_once(void **state)
{
    (void)state;
    n_evaluated = 0;
    check(evaluated(true), "true is true");
    assert_int_equal(n_evaluated, 1);
}

/* As in the plugin. */
#undef check
#undef MEMTRACE_CHECK_H
#define CHECK_OFF
#include "check.h"

static void where_they_are_off_nothing_is_evaluated(void **state)
{
    (void)state;
    n_evaluated = 0;
    check(evaluated(false), "the sky is below");
    assert_int_equal(n_evaluated, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_fails_says_where_and_what_and_aborts),
        cmocka_unit_test(one_that_holds_is_evaluated_once),
        cmocka_unit_test(where_they_are_off_nothing_is_evaluated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
