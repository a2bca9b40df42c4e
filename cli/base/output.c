/* SPDX-License-Identifier: GPL-2.0-or-later */
/* output.c - see output.h. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "escape.h"
#include "message.h"
#include "output.h"

/* A reserve of the largest size always finds room behind a full write. */
#define BUFFER_BYTES (2 * (size_t)OUTPUT_RESERVE_MAX)

/* One write of this size or more whenever it is there. */
#define WRITE_BYTES ((size_t)OUTPUT_RESERVE_MAX)

struct output {
    char *buffer;
    size_t used;
    int error; /* errno of the first write that failed, or 0 */
};

struct output *output_open(void)
{
    struct output *output;

    if (fcntl(STDOUT_FILENO, F_GETFD) == -1) {
        message("standard output: %s", strerror(errno));
        return NULL;
    }
    output = calloc(1, sizeof(*output));
    if (output) {
        output->buffer = malloc(BUFFER_BYTES);
    }
    if (!output || !output->buffer) {
        free(output);
        message("out of memory");
        return NULL;
    }
    signal(SIGPIPE, SIG_IGN);
    return output;
}

static void output_flush(struct output *output)
{
    size_t done = 0;

    while (done < output->used && !output->error) {
        ssize_t n =
            write(STDOUT_FILENO, output->buffer + done, output->used - done);

        if (n >= 0) {
            done += (size_t)n;
        } else if (errno != EINTR) {
            output->error = errno;
        }
    }
    output->used = 0;
}

int output_close(struct output *output)
{
    int error;

    output_flush(output);
    error = output->error;
    /* NFS and its like tell of a full disk only now. */
    if (!error && close(STDOUT_FILENO) == -1 && errno != EINTR) {
        error = errno;
    }
    free(output->buffer);
    free(output);
    if (error && error != EPIPE) {
        message("standard output: %s", strerror(error));
        return STATUS_FAILURE;
    }
    return STATUS_FINE;
}

bool output_is_over(const struct output *output)
{
    return output->error != 0;
}

char *output_reserve(struct output *output, size_t size)
{
    if (BUFFER_BYTES - output->used < size) {
        output_flush(output);
    }
    return output->buffer + output->used;
}

void output_commit(struct output *output, size_t size)
{
    output->used += size;
    if (output->used >= WRITE_BYTES) {
        output_flush(output);
    }
}

void output_string(struct output *output, const char *text)
{
    size_t left = strlen(text);

    while (left) {
        size_t part = left < OUTPUT_RESERVE_MAX ? left : OUTPUT_RESERVE_MAX;

        memcpy(output_reserve(output, part), text, part);
        output_commit(output, part);
        text += part;
        left -= part;
    }
}

void output_printf(struct output *output, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    output_string(output, text);
}

/* In parts, because a trace's strings may have any length. */
static void output_escaped(struct output *output, const char *text, size_t left,
                           size_t (*escape)(const char *, size_t, char *))
{
    const size_t most = OUTPUT_RESERVE_MAX / ESCAPE_MAX;

    while (left) {
        size_t part = left < most ? left : most;

        /* Not inside a UTF-8 character. */
        while (part < left && part > most - 4 &&
               ((unsigned char)text[part] & 0xc0) == 0x80) {
            part--;
        }
        output_commit(
            output,
            escape(text, part, output_reserve(output, part * ESCAPE_MAX)));
        text += part;
        left -= part;
    }
}

void output_text(struct output *output, const char *text)
{
    output_part(output, text, strlen(text));
}

void output_part(struct output *output, const char *text, size_t size)
{
    output_escaped(output, text, size, escape_text);
}

void output_json(struct output *output, const char *text)
{
    if (!text) {
        output_string(output, "null");
        return;
    }
    output_string(output, "\"");
    output_escaped(output, text, strlen(text), escape_json);
    output_string(output, "\"");
}
