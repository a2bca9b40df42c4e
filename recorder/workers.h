/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * workers.h - threads that take jobs from one queue.
 */
#ifndef RECORDER_WORKERS_H
#define RECORDER_WORKERS_H

#include <stdbool.h>
#include <stddef.h>

struct workers;

/* A queued job; put it first in a struct of one's own. */
struct job {
    struct job *next;
};

/**
 * struct workers_ops - what a worker does
 * @start: makes a worker's own data, on its thread; NULL is a failure
 * @run: does a job, and frees it
 * @stop: frees the data
 */
struct workers_ops {
    void *(*start)(void *context);
    void (*run)(void *context, void *data, struct job *job);
    void (*stop)(void *data);
};

/** workers_start() - Return: n workers, or NULL. */
struct workers *workers_start(unsigned n, const struct workers_ops *ops,
                              void *context);

/** workers_submit() - queue a job; jobs start in this order. */
void workers_submit(struct workers *workers, struct job *job);

/** workers_are_hungry() - is there a worker without work? */
bool workers_are_hungry(struct workers *workers);

/** workers_finish() - wait for all jobs, end the workers, free all. */
void workers_finish(struct workers *workers);

#endif /* RECORDER_WORKERS_H */
