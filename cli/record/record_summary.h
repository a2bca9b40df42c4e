/* SPDX-License-Identifier: GPL-2.0-or-later */
/* record_summary.h - what is said when a recording is over. */
#ifndef RECORD_SUMMARY_H
#define RECORD_SUMMARY_H

struct channel;
struct recorder_result;

/**
 * record_summary() - say on stderr what was recorded, and what is missing
 * @path: of the trace
 * @channel: in which the plugin has counted what QEMU does not show
 */
void record_summary(const char *path, const struct recorder_result *result,
                    const struct channel *channel);

#endif /* RECORD_SUMMARY_H */
