/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races_sarif.c - memtrace races for tools that show findings in source code:
 * SARIF 2.1.0.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "output.h"
#include "races_view.h"
#include "unseen_accesses.h"

#define SCHEMA                                                                 \
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/"               \
    "sarif-schema-2.1.0.json"

static const struct {
    const char *id, *name, *text;
} rules[] = {
    [RACE_PLAIN] = {"race", "DataRace",
                    "Two threads access the same memory, one of them writes, "
                    "and nothing orders them."},
    [RACE_AD_HOC] = {"ad-hoc", "AdHocSynchronisation",
                     "A thread waits for another by loading plain memory "
                     "again and again."},
};

static void put_message(struct output *output, const char *text)
{
    output_string(output, "\"message\":{\"text\":");
    output_json(output, text);
    output_string(output, "}");
}

static void put_location(struct output *output,
                         const struct race_code_place *place,
                         const char *message)
{
    const char *function = place->call ? place->call : place->function;

    output_string(output, "{");
    put_message(output, message);
    if (place->line) {
        output_string(output, ",\"physicalLocation\":{\"artifactLocation\":"
                              "{\"uri\":");
        output_json(output, place->source);
        output_printf(output, "},\"region\":{\"startLine\":%u}}", place->line);
    } else if (place->module) {
        output_string(output, ",\"physicalLocation\":{\"artifactLocation\":"
                              "{\"uri\":");
        output_json(output, place->module);
        output_printf(output,
                      "},\"address\":{\"relativeAddress\":%" PRIu64 "}}",
                      place->module_offset);
    }
    if (function) {
        output_string(output, ",\"logicalLocations\":[{\"kind\":\"function\","
                              "\"name\":");
        output_json(output, function);
        output_string(output, "}]");
    }
    output_string(output, "}");
}

static void put_result(struct output *output, const struct race_item *item)
{
    const struct race *race = item->race;
    char memory[RACES_MEMORY_TEXT],
        text[RACES_MEMORY_TEXT + 2 * RACES_SIDE_TEXT + 128];
    char sides[2][RACES_SIDE_TEXT];

    races_memory_text(item, memory);
    for (int i = 0; i < 2; i++) {
        races_side_text(item, i, sides[i]);
    }
    snprintf(text, sizeof(text), "%s on %s, seen %" PRIu64 " time%s. %s. %s.",
             race->kind == RACE_AD_HOC ? "Ad hoc synchronisation" : "Data race",
             memory, item->count, item->count == 1 ? "" : "s", sides[1],
             sides[0]);
    output_printf(output, "{\"ruleId\":\"%s\",\"level\":\"%s\",",
                  rules[race->kind].id,
                  race->kind == RACE_AD_HOC ? "note" : "error");
    put_message(output, text);
    output_string(output, ",\"locations\":[");
    put_location(output, &item->places[1], sides[1]);
    output_string(output, "],\"relatedLocations\":[");
    put_location(output, &item->places[0], sides[0]);
    output_string(output, "]}");
}

static void write_sarif(struct output *output, const struct races_view *view)
{
    output_printf(output,
                  "{\"$schema\":\"%s\",\"version\":\"2.1.0\",\"runs\":[{"
                  "\"tool\":{\"driver\":{\"name\":\"memtrace\","
                  "\"version\":\"%s\",\"rules\":[",
                  SCHEMA, MEMTRACE_VERSION);
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        output_printf(output,
                      "%s{\"id\":\"%s\",\"name\":\"%s\","
                      "\"shortDescription\":{\"text\":\"%s\"}}",
                      i ? "," : "", rules[i].id, rules[i].name, rules[i].text);
    }
    output_string(output, "]}},\"results\":[");
    for (size_t i = 0; i < view->n_items; i++) {
        output_string(output, i ? ",\n" : "\n");
        put_result(output, &view->items[i]);
    }
    output_string(output, "],\"properties\":{");
    races_json_left_out(output, view);
    output_string(output, ",");
    races_json_suppressions(output, view);
    output_string(output, ",");
    unseen_accesses_json(output, view->reader);
    output_string(output, "}}]}\n");
}

const struct races_format races_format_sarif = {
    .name = "sarif",
    .write = write_sarif,
};
