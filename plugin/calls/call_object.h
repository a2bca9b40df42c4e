/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * call_object.h - what a system call's descriptor is open on, by which threads
 * are ordered: a pipe, a file, a socket.
 */
#ifndef PLUGIN_CALL_OBJECT_H
#define PLUGIN_CALL_OBJECT_H

#include <stdint.h>

#include "current_call.h"

/**
 * call_object() - what the descriptor of a call is open on
 *
 * Two descriptors of one object have one number; so have all sockets, since
 * nothing tells which one the other end is.
 *
 * Return: the number; 0 where the call has no descriptor, or it is closed.
 */
uint64_t call_object(const struct current_call *current);

#endif /* PLUGIN_CALL_OBJECT_H */
