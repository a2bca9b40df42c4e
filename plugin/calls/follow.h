/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * follow.h - with follow=: what the guest executes is recorded as well.
 */
#ifndef PLUGIN_FOLLOW_H
#define PLUGIN_FOLLOW_H

#include "current_call.h"

/** follow_prepare() - note how this QEMU was started. Return: 0, or -1. */
int follow_prepare(void);

/**
 * follow_exec() - the guest is about to execute a program
 * @current: a GUEST_CALL_EXEC
 *
 * Executes QEMU with that program in place of this one, if that can be done.
 * If it returns, the guest's own call is to go on.
 */
void follow_exec(const struct current_call *current);

#endif /* PLUGIN_FOLLOW_H */
