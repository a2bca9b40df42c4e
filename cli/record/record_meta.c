/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record_meta.c - properties of a recording.
 */
#include "record_meta.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "array.h"

void record_meta_add(struct record_meta *meta, const char *key,
                     const char *format, ...)
{
    char *copy = strdup(key);
    char *text = NULL;
    struct recorder_meta *added = NULL;
    va_list args;
    int n;

    va_start(args, format);
    n = vasprintf(&text, format, args);
    va_end(args);
    if (n < 0) {
        text = NULL; /* it is undefined then */
    }
    if (copy != NULL && text != NULL) {
        added = array_add(meta->list, meta->n, meta->room);
    }
    if (added == NULL) {
        free(copy);
        free(text);
        meta->has_failed = true;
        return;
    }
    added->key = copy;
    added->value = text;
}

static void add_cpu(struct record_meta *meta)
{
    FILE *file = fopen("/proc/cpuinfo", "re");
    char line[512];

    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        char *colon = strchr(line, ':');

        if (strncmp(line, "model name", 10) == 0 && colon != NULL) {
            record_meta_add(meta, "host.cpu", "%.*s",
                            (int)strcspn(colon + 2, "\n"), colon + 2);
            break;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
}

void record_meta_add_host(struct record_meta *meta)
{
    struct utsname name;
    struct timespec now;

    add_cpu(meta);
    if (uname(&name) == 0) {
        record_meta_add(meta, "host.kernel", "%s %s %s", name.sysname,
                        name.release, name.machine);
    }
    clock_gettime(CLOCK_REALTIME, &now);
    record_meta_add(meta, "record.start", "%lld%09ld", (long long)now.tv_sec,
                    now.tv_nsec);
    record_meta_add(meta, "recorder.version", "%s", MEMTRACE_VERSION);
    record_meta_add(meta, "plugin.version", "%s", MEMTRACE_VERSION);
}

static bool is_plain(const char *word)
{
    return *word != '\0' && word[strspn(word, "abcdefghijklmnopqrstuvwxyz"
                                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                              "0123456789_-+=./,:@%^")] == '\0';
}

static void quote(FILE *out, const char *word)
{
    if (is_plain(word)) {
        fputs(word, out);
        return;
    }
    fputc('\'', out);
    for (; *word != '\0'; word++) {
        if (*word == '\'') {
            fputs("'\\''", out);
        } else {
            fputc(*word, out);
        }
    }
    fputc('\'', out);
}

void record_meta_add_command(struct record_meta *meta, const char *key,
                             char *const *argv)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL) {
        meta->has_failed = true;
        return;
    }
    for (size_t i = 0; argv[i] != NULL; i++) {
        if (i > 0) {
            fputc(' ', out);
        }
        quote(out, argv[i]);
    }
    if (fclose(out) == 0 && text != NULL) {
        record_meta_add(meta, key, "%s", text);
    } else {
        meta->has_failed = true;
    }
    free(text);
}

void record_meta_free(struct record_meta *meta)
{
    for (size_t i = 0; i < meta->n; i++) {
        free((char *)meta->list[i].key);
        free((char *)meta->list[i].value);
    }
    free(meta->list);
    *meta = (struct record_meta){.n = 0};
}
