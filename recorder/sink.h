/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sink.h - where the recorder puts what it drains: a trace or text.
 */
#ifndef RECORDER_SINK_H
#define RECORDER_SINK_H

#include "consumer.h"
#include "recorder.h"

struct recording; /* all of a recording, recording.h */
struct stream;

/**
 * struct sink - an output
 * @reach: what is drained while a producer still writes
 * @open: Return: 0, or -1 with an error set in the recording
 * @take: a span of a stream; the sink must call consumer_span_done() for it
 * @idle: all that there is now has been taken
 * @end: the stream will have no more spans
 * @close: write what is left; Return: 0, or -1 with the error set
 */
struct sink {
    enum consumer_reach reach;
    int (*open)(struct recording *recording);
    void (*take)(struct recording *recording, struct stream *stream,
                 const struct consumer_span *span);
    void (*idle)(struct recording *recording);
    void (*end)(struct recording *recording, struct stream *stream);
    int (*close)(struct recording *recording);
};

extern const struct sink trace_sink;
extern const struct sink text_sink;

#endif /* RECORDER_SINK_H */
