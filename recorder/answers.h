/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * answers.h - answering what the plugin asks about files (see lookup.h).
 */
#ifndef RECORDER_ANSWERS_H
#define RECORDER_ANSWERS_H

#include "channel.h"
#include "recorder.h"

/**
 * answers_give() - answer the question in the channel, if there is one
 * @names: who knows; NULL: nobody does, no file has ranges
 */
void answers_give(struct channel *channel, const struct recorder_names *names);

#endif /* RECORDER_ANSWERS_H */
