/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * channel_input.h - slots and chunks of a channel that are nearly right, from
 * the front of an input.
 */
#ifndef CHANNEL_INPUT_H
#define CHANNEL_INPUT_H

#include "channel.h"
#include "fuzz.h"

#define MOST_SLOTS 6
#define MOST_CHUNKS 6
#define NO_SUCH_PID 0x40000000u /* above what a kernel gives */

void fill_slot(struct input *input, struct channel *channel, uint32_t i);
void fill_chunk(struct input *input, struct channel *channel, uint32_t i);

#endif /* CHANNEL_INPUT_H */
