/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sampler.h - opens and closes the windows of time in which the guest is
 * recorded, by a thread of the recorder's.
 */
#ifndef RECORDER_SAMPLER_H
#define RECORDER_SAMPLER_H

#include <stdint.h>

#include "channel.h"

struct sampler;

/**
 * sampler_start() - the first window opens now
 * @on_ns, @period_ns: recorded for on_ns of every period_ns
 *
 * Return: NULL where there are no windows (@on_ns is 0), or no thread.
 */
struct sampler *sampler_start(struct channel *channel, uint64_t on_ns,
                              uint64_t period_ns);

/** sampler_stop() - Return: how many windows there were; NULL is fine. */
uint64_t sampler_stop(struct sampler *sampler);

#endif /* RECORDER_SAMPLER_H */
