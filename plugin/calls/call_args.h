/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * call_args.h - one shape for system calls that architectures make in
 * different ways.
 */
#ifndef PLUGIN_CALL_ARGS_H
#define PLUGIN_CALL_ARGS_H

#include "current_call.h"

/**
 * call_args_set() - note the call that a thread enters
 * @current: all is set; of another way to make a call, to those of the plain
 * call
 * @number, @call: the guest's number, and what that is
 * @args: CALL_ARGS of them, as QEMU gives them
 */
void call_args_set(struct current_call *current, int64_t number,
                   const struct guest_call *call, const uint64_t *args);

/**
 * call_args_result() - what the plain call would have returned
 * @result: as QEMU gives it
 */
int64_t call_args_result(const struct current_call *current, int64_t result);

/** call_args_word() - @value as wide as a register of the guest. */
uint64_t call_args_word(uint64_t value);

#endif /* PLUGIN_CALL_ARGS_H */
