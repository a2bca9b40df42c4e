/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check.h - invariants of the program's own state: a program that went wrong
 * stops where it did, and does not go on to write or say what is not so.
 *
 * Never for input.  What a file, a guest, a user or the system may get wrong is
 * an error to return.  A check that fails is a defect of this program.
 *
 * It is on everywhere but in what runs inside QEMU, which never kills the
 * guest: the folders of the plugin are compiled with CHECK_OFF, and a file of
 * another folder that runs there defines it before it includes this one.
 */
#ifndef MEMTRACE_CHECK_H
#define MEMTRACE_CHECK_H

/* Print file, line and words to stderr, and abort(). */
__attribute__((cold, noreturn)) void check_failed(const char *file, int line,
                                                  const char *condition,
                                                  const char *words);

/**
 * check() - stop the program where a condition does not hold
 * @condition: without side effects, as it is not evaluated with CHECK_OFF
 * @words: a string: what holds here, such as "blocks are in order"
 *
 * It costs a comparison and a branch: not for what is done for each access.
 */
#ifdef CHECK_OFF
#define check(condition, words) ((void)(0 && (condition)), (void)(words))
#else
#define check(condition, words)                                                \
    (__builtin_expect(!(condition), 0)                                         \
         ? check_failed(__FILE__, __LINE__, #condition, words)                 \
         : (void)0)
#endif

#endif /* MEMTRACE_CHECK_H */
