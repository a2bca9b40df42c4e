/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pager.h - long output through a pager, where a person reads it. */
#ifndef PAGER_H
#define PAGER_H

#include <stdbool.h>

/** pager_is_terminal() - Return: true if stdout is one. */
bool pager_is_terminal(void);

/** pager_has_color() - Return: true if text on stdout may have colour. */
bool pager_has_color(void);

/**
 * pager_start() - put a pager between stdout and the terminal
 *
 * $MEMTRACE_PAGER, else $PAGER, else less, which is told to show colours and
 * to leave a text alone that fits the screen. Nothing happens where stdout is
 * no terminal, or the pager is "" or "cat". To be called before anything is
 * written; after all was written and stdout is closed, pager_wait().
 */
void pager_start(void);

/** pager_wait() - wait for it to end, if there is one. */
void pager_wait(void);

#endif /* PAGER_H */
