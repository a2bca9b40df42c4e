/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * exec_request.h - what the guest's execve asks for: which file, with which
 * arguments and environment.
 */
#ifndef PLUGIN_EXEC_REQUEST_H
#define PLUGIN_EXEC_REQUEST_H

#include <limits.h>
#include <stdbool.h>

#include "call_args.h"
#include "exec_args.h"

/**
 * struct exec_request - read out of the guest's memory
 * @path: by which this process reaches the file
 * @kept: a descriptor of the file, to be closed when this program goes, where
 *        no path leads to it any more: memory (memfd_create), or a file that
 *        was removed; -1 otherwise
 * @is_path_kept: does @path name the same file after execve, too?
 */
struct exec_request {
    char path[PATH_MAX];
    int kept;
    bool is_path_kept;
    struct exec_args arguments;
    struct exec_args environment;
};

/**
 * exec_request_read() - read the call that this thread is in
 * @program: of the guest now, which it may call /proc/self/exe
 * @request: filled; exec_request_free() frees it, after a failure as well
 *
 * Return: whether all of it could be read, and the file will be reachable.
 */
bool exec_request_read(const struct current_call *current, const char *program,
                       struct exec_request *request);

/** exec_request_free() - free its memory and close its descriptor. */
void exec_request_free(struct exec_request *request);

/**
 * exec_request_keep() - let the descriptor live on after execve
 * @path: PATH_MAX bytes, set to the path that it is reached by there; left
 *        as it is where the file has a path of its own
 *
 * Return: whether the file is reachable there.
 */
bool exec_request_keep(const struct exec_request *request, char *path);

/**
 * exec_request_was_kept() - in the program that was executed: does its path
 * name such a descriptor?
 *
 * It goes with the next program then.
 */
bool exec_request_was_kept(const char *path);

#endif /* PLUGIN_EXEC_REQUEST_H */
