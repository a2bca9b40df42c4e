/* SPDX-License-Identifier: GPL-2.0-or-later */
/* record_summary.h - what is said when a recording is over. */
#ifndef RECORD_SUMMARY_H
#define RECORD_SUMMARY_H

#include <stdbool.h>

struct channel;
struct recorder_result;

/**
 * record_summary() - say on stderr what was recorded, and what is missing
 * @path: of the trace
 * @channel: in which the plugin has counted what QEMU does not show
 * @follows_exec: --follow-exec was given
 */
void record_summary(const char *path, const struct recorder_result *result,
                    const struct channel *channel, bool follows_exec);

#endif /* RECORD_SUMMARY_H */
