/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plugin_options.c - the plugin's options: one table, from which parsing and
 * the list that a wrong option prints are made.
 */
#include "plugin_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channel.h"

#define DEFAULT_STAMP_INTERVAL 64
#define DEFAULT_BUFFER_BYTES ((uint64_t)32 << 20)
#define MIN_BUFFER_BYTES ((uint64_t)256 << 10)
#define MAX_BUFFER_BYTES ((uint64_t)16 << 30)
#define MAX_STAMP_INTERVAL (1u << 20)
#define MAX_DENSE (1u << 20)

struct option {
    const char *name;
    const char *shown; /* NULL: not for users */
    /* NULL: the recorder has an option of that name. */
    int (*set)(struct plugin_options *options, const char *value);
};

static int set_out(struct plugin_options *options, const char *value)
{
    options->out = value;
    return *value == '\0' ? -1 : 0;
}

static int set_text(struct plugin_options *options, const char *value)
{
    options->text = value;
    return *value == '\0' ? -1 : 0;
}

static int set_elf(struct plugin_options *options, const char *value)
{
    options->elf = value;
    return *value == '\0' ? -1 : 0;
}

/* All spellings that QEMU has for a boolean. */
static int parse_bool(const char *value, bool *result)
{
    static const char *const words[] = {"off", "on", "no",    "yes",
                                        "n",   "y",  "false", "true"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(value, words[i]) == 0) {
            *result = i % 2 == 1;
            return 0;
        }
    }
    return -1;
}

static int set_read(struct plugin_options *options, const char *value)
{
    return parse_bool(value, &options->loads);
}

static int set_write(struct plugin_options *options, const char *value)
{
    return parse_bool(value, &options->stores);
}

static int set_noread(struct plugin_options *options, const char *value)
{
    int error = parse_bool(value, &options->loads);

    options->loads = !options->loads;
    return error;
}

static int set_nowrite(struct plugin_options *options, const char *value)
{
    int error = parse_bool(value, &options->stores);

    options->stores = !options->stores;
    return error;
}

static int set_regions(struct plugin_options *options, const char *value)
{
    options->all_regions = strcmp(value, "all") == 0;
    return options->all_regions || strcmp(value, "rw") == 0 ? 0 : -1;
}

static int set_syscalls(struct plugin_options *options, const char *value)
{
    return parse_bool(value, &options->syscalls);
}

static int set_values(struct plugin_options *options, const char *value)
{
    return parse_bool(value, &options->values);
}

static int set_heap(struct plugin_options *options, const char *value)
{
    return parse_bool(value, &options->heap);
}

/* A number with an optional suffix K, M or G. */
static int parse_number(const char *value, bool has_suffix, uint64_t min,
                        uint64_t max, uint64_t *result)
{
    static const char suffixes[] = "KMG";
    const char *suffix;
    uint64_t number;
    char *end;
    int shift = 0;

    if (*value < '0' || *value > '9') {
        return -1;
    }
    errno = 0;
    number = strtoull(value, &end, 10);
    if (has_suffix && *end != '\0') {
        suffix = strchr(suffixes, *end & ~0x20);
        if (suffix == NULL || end[1] != '\0') {
            return -1;
        }
        shift = 10 * (suffix - suffixes + 1);
        end++;
    }
    if (errno != 0 || *end != '\0' || number > UINT64_MAX >> shift ||
        number << shift < min || number << shift > max) {
        return -1;
    }
    *result = number << shift;
    return 0;
}

static int set_stamp(struct plugin_options *options, const char *value)
{
    uint64_t number;

    if (parse_number(value, false, 1, MAX_STAMP_INTERVAL, &number) != 0) {
        return -1;
    }
    options->stamp_interval = number;
    return 0;
}

static int set_dense(struct plugin_options *options, const char *value)
{
    uint64_t number;

    if (parse_number(value, false, 0, MAX_DENSE, &number) != 0) {
        return -1;
    }
    options->n_dense = number;
    return 0;
}

static int set_buffer(struct plugin_options *options, const char *value)
{
    return parse_number(value, true, MIN_BUFFER_BYTES, MAX_BUFFER_BYTES,
                        &options->buffer_bytes);
}

static int set_overflow(struct plugin_options *options, const char *value)
{
    if (strcmp(value, "drop") == 0) {
        options->overflow = CHANNEL_OVERFLOW_DROP;
        return 0;
    }
    options->overflow = CHANNEL_OVERFLOW_WAIT;
    return strcmp(value, "wait") == 0 ? 0 : -1;
}

static int set_channel(struct plugin_options *options, const char *value)
{
    uint64_t number;

    if (parse_number(value, false, 0, INT32_MAX, &number) != 0) {
        return -1;
    }
    options->channel_fd = number;
    return 0;
}

/* The recorder's process and its descriptor: "123-4". */
static int set_follow(struct plugin_options *options, const char *value)
{
    int end = 0;

    return sscanf(value, "%d-%d%n", &options->recorder_pid,
                  &options->recorder_fd, &end) == 2 &&
                   value[end] == '\0' && options->recorder_pid > 0
               ? 0
               : -1;
}

static int set_parent(struct plugin_options *options, const char *value)
{
    uint64_t number;

    if (parse_number(value, false, 0, UINT32_MAX, &number) != 0) {
        return -1;
    }
    options->parent = number;
    return 0;
}

static const struct option options_table[] = {
    {"out", "out=FILE", set_out},
    {"text", "text=FILE", set_text},
    {"file", "arg=file=FILE", set_text},
    {"elf", "elf=FILE", set_elf},
    {"read", "read=on|off", set_read},
    {"write", "write=on|off", set_write},
    {"noread", "noread", set_noread},
    {"nowrite", "nowrite", set_nowrite},
    {"regions", "regions=rw|all", set_regions},
    {"syscalls", "syscalls=on|off", set_syscalls},
    {"values", "values=on|off", set_values},
    {"heap", "heap=on|off", set_heap},
    {"stamp", "stamp=N (1 to 1048576)", set_stamp},
    {"dense", "dense=N (0 to 1048576)", set_dense},
    {"buffer", "buffer=SIZE (256K to 16G)", set_buffer},
    {"overflow", "overflow=wait|drop", set_overflow},
    {"function", "function=GLOB", NULL},
    {"module", "module=GLOB", NULL},
    {"source", "source=GLOB", NULL},
    {"symbol", "symbol=GLOB", NULL},
    {"address", "address=LO-HI", NULL},
    {"region", "region=heap|stack|data|mmap", NULL},
    {"thread", "thread=N-M", NULL},
    {"start-at", "start-at=GLOB", NULL},
    {"stop-at", "stop-at=GLOB", NULL},
    {"skip", "skip=N", NULL},
    {"limit", "limit=N", NULL},
    {"sample", "sample=1ms/100ms", NULL},
    {"channel", NULL, set_channel},
    {"follow", NULL, set_follow},
    {"parent", NULL, set_parent},
};

#define N_OPTIONS (sizeof(options_table) / sizeof(options_table[0]))

static void say_what_is_valid(void)
{
    const char *separator = "memtrace: valid options: ";

    for (size_t i = 0; i < N_OPTIONS; i++) {
        if (options_table[i].shown != NULL) {
            fprintf(stderr, "%s%s", separator, options_table[i].shown);
            separator = ", ";
        }
    }
    fputc('\n', stderr);
}

static const struct option *find_option(const char *arg, size_t length)
{
    for (size_t i = 0; i < N_OPTIONS; i++) {
        if (strlen(options_table[i].name) == length &&
            memcmp(options_table[i].name, arg, length) == 0) {
            return &options_table[i];
        }
    }
    return NULL;
}

static int set(struct plugin_options *options, const struct option *option,
               const char *value)
{
    unsigned n = options->n_forwarded;

    if (option->set != NULL) {
        return option->set(options, value);
    }
    if (*value == '\0' || n == PLUGIN_OPTIONS_FORWARDED) {
        return -1;
    }
    options->forwarded[n].name = option->name;
    options->forwarded[n].value = value;
    options->n_forwarded++;
    return 0;
}

int plugin_options_parse(struct plugin_options *options, int argc, char **argv)
{
    *options = (struct plugin_options){
        .loads = true,
        .stores = true,
        .stamp_interval = DEFAULT_STAMP_INTERVAL,
        .buffer_bytes = DEFAULT_BUFFER_BYTES,
        .channel_fd = -1,
        .parent = CHANNEL_NO_THREAD,
    };
    for (int i = 0; i < argc; i++) {
        size_t length = strcspn(argv[i], "=");
        const struct option *option = find_option(argv[i], length);
        const char *value = argv[i] + length;

        value += *value == '=';
        if (option == NULL) {
            fprintf(stderr, "memtrace: unknown plugin option '%.*s'\n",
                    (int)length, argv[i]);
            say_what_is_valid();
            return -1;
        }
        if (set(options, option, value) != 0) {
            fprintf(stderr,
                    "memtrace: plugin option '%s' cannot be '%s': use %s\n",
                    option->name, value,
                    option->shown != NULL ? option->shown : "a descriptor");
            say_what_is_valid();
            return -1;
        }
    }
    if (options->out != NULL && options->text != NULL) {
        fprintf(stderr, "memtrace: plugin options out= and text= exclude "
                        "each other\n");
        return -1;
    }
    return 0;
}
