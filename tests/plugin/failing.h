/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * failing.h - functions of the system that fail when a test says so: what is
 * linked with failing.c and --wrap (tests.mk) calls them.
 */
#ifndef TESTS_PLUGIN_FAILING_H
#define TESTS_PLUGIN_FAILING_H

#include <stdbool.h>

/**
 * failing_set() - which calls are to fail
 * @name: of the function, "memory" for all that allocate; NULL for none
 * @nth: of its calls from now on, from 1
 * @and_all_after: those that follow as well
 *
 * Return: whether there is such a function.
 */
bool failing_set(const char *name, unsigned nth, bool and_all_after);

/** failing_count() - Return: how many calls have failed since. */
unsigned failing_count(void);

/* Defined by who wants to know: called when a call is about to fail. */
__attribute__((weak)) void failing_happens(const char *name);

#endif /* TESTS_PLUGIN_FAILING_H */
