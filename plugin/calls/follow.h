/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * follow.h - with follow= (record --follow-exec): the programs that the guest
 * executes are recorded as well.
 */
#ifndef PLUGIN_FOLLOW_H
#define PLUGIN_FOLLOW_H

#include "current_call.h"

/**
 * follow_prepare() - while the plugin is installed: note how QEMU was started
 *
 * Return: 0, or -1 if that is not known and is needed.
 */
int follow_prepare(void);

/**
 * follow_exec() - the guest is about to execute a program
 * @current: a GUEST_CALL_EXEC
 *
 * Executes QEMU with that program, if that can be done.  If this returns, the
 * guest's own call goes on: the program will not be recorded.
 */
void follow_exec(const struct current_call *current);

#endif /* PLUGIN_FOLLOW_H */
