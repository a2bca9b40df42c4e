/* SPDX-License-Identifier: GPL-2.0-or-later */
/* record_options.c - see record_options.h. */
#include "record_options.h"

#include <stdio.h>
#include <stdlib.h>

char *record_options_plugin(const struct record_options *options)
{
    const struct recording_option *option = recording_options;
    char value[RECORDING_TEXT_MAX];
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL) {
        return NULL;
    }
    for (; option->name != NULL; option++) {
        if (recording_option_text(option, &options->asked, value)) {
            fprintf(out, ",%s=%s", option->name, value);
        }
    }
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

static const char *kinds_of(const struct recording_options *asked)
{
    static const char *const words[2][2] = {{"rw", "r"}, {"w", "none"}};

    return words[asked->skips_loads][asked->skips_stores];
}

void record_options_describe(const struct record_options *options,
                             struct record_meta *meta)
{
    const struct recording_option *option = recording_options;
    char value[RECORDING_TEXT_MAX], key[RECORDING_TEXT_MAX];

    record_meta_add(meta, "record.kinds", "%s", kinds_of(&options->asked));
    for (; option->name != NULL; option++) {
        bool is_set = recording_option_text(option, &options->asked, value);

        if (option->note == NOTED_ALWAYS ||
            (option->note == NOTED_IF_SET && is_set)) {
            snprintf(key, sizeof(key), "record.%s", option->name);
            record_meta_add(meta, key, "%s", value);
        }
    }
    record_filters_describe(&options->filters, meta);
}
