/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sync_calls.h - system calls that order threads by something else than
 * memory: pipes, sockets, files, semaphores, signals, the end of a process.
 */
#ifndef PLUGIN_SYNC_CALLS_H
#define PLUGIN_SYNC_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "guest_arch.h"

/** sync_calls_concern() - may calls of that kind order threads so? */
bool sync_calls_concern(enum guest_call kind);

/**
 * sync_calls_object() - what the call's descriptor is
 * @args: the call's
 *
 * Two descriptors of one object have one number; so have all sockets, since
 * nothing tells which one the other end is.
 *
 * Return: the number; 0 where calls of that kind have no descriptor, or where
 * it is closed.
 */
uint64_t sync_calls_object(enum guest_call kind, const uint64_t *args);

#endif /* PLUGIN_SYNC_CALLS_H */
