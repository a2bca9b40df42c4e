/* SPDX-License-Identifier: GPL-2.0-or-later */
/* races_json.c - memtrace races for programs: one JSON object, or SARIF. */
#include <inttypes.h>
#include <string.h>

#include "output.h"
#include "races_view.h"
#include "unseen_accesses.h"

static void put_place(struct output *output,
                      const struct race_code_place *place)
{
    output_string(output, "\"function\":");
    output_json(output, place->call ? place->call : place->function);
    output_string(output, ",\"file\":");
    output_json(output, place->line ? place->source : NULL);
    output_string(output, ",\"line\":");
    if (place->line) {
        output_printf(output, "%u", place->line);
    } else {
        output_string(output, "null");
    }
    output_string(output, ",\"module\":");
    output_json(output, place->module);
    output_printf(output, ",\"module_offset\":%" PRIu64 ",\"pc\":%" PRIu64,
                  place->module_offset, place->pc);
}

static void put_side(struct output *output, const struct race_item *item, int i)
{
    const struct race_side *side = &item->race->sides[i];

    output_printf(output,
                  "{\"thread\":%" PRIu32 ",\"thread_name\":", side->thread);
    output_json(output, item->thread_names[i]);
    output_printf(output, ",\"kind\":\"%s\",\"size\":%u,\"by_kernel\":%s,",
                  side->is_store ? "write" : "read", side->size,
                  side->is_kernel ? "true" : "false");
    put_place(output, &item->places[i]);
    output_string(output, ",\"thread_created_by\":");
    if (item->creators[i].pc) {
        output_string(output, "{");
        put_place(output, &item->creators[i]);
        output_string(output, "}");
    } else {
        output_string(output, "null");
    }
    output_string(output, "}");
}

static void put_item(struct output *output, const struct race_item *item)
{
    const struct symbols_data *data = &item->memory.data;
    char memory[RACES_MEMORY_TEXT], last_sync[RACES_LAST_SYNC_TEXT];
    char variable[SYMBOLS_DATA_TEXT] = "";

    symbols_data_text(data, variable);
    output_printf(output, "{\"kind\":\"%s\",\"count\":%" PRIu64,
                  item->race->kind == RACE_AD_HOC ? "ad-hoc" : "race",
                  item->count);
    output_string(output, ",\"variable\":");
    output_json(output, *variable ? variable : NULL);
    output_string(output, ",\"memory\":");
    output_json(output, races_memory_text(item, memory));
    output_string(output, ",\"region\":");
    output_json(output, trace_place_region(&item->memory));
    output_printf(output, ",\"address\":%" PRIu64, item->race->vaddr);
    output_string(output, ",\"other_address\":");
    if (item->race->other_vaddr) {
        output_printf(output, "%" PRIu64, item->race->other_vaddr);
    } else {
        output_string(output, "null");
    }
    output_string(output, ",\"last_synchronised_through\":");
    output_json(output, races_last_sync_text(item, last_sync));
    output_string(output, ",\"accesses\":[");
    put_side(output, item, 0);
    output_string(output, ",");
    put_side(output, item, 1);
    output_string(output, "]}");
}

void races_json_left_out(struct output *output, const struct races_view *view)
{
    char text[CODE_RULE_TEXT];

    output_string(output, "\"left_out\":[");
    for (size_t i = 0; i < view->left_out->n; i++) {
        const struct race_left_out *out = &view->left_out->list[i];

        output_printf(output, "%s{\"rules\":[", i ? "," : "");
        for (int j = 0; j < 2 && out->rules[j]; j++) {
            output_string(output, j ? "," : "");
            output_json(output, code_rule_text(out->rules[j], text));
        }
        output_printf(output, "],\"why\":\"%s\",\"count\":%zu}",
                      race_pair_name(out->pair), out->count);
    }
    output_string(output, "]");
}

void races_json_suppressions(struct output *output,
                             const struct races_view *view)
{
    const struct code_rule *rule = NULL;
    bool is_first = true;

    output_string(output, "\"suppressions\":[");
    while ((rule = races_suppression(view, rule))) {
        output_string(output, is_first ? "{\"rule\":" : ",{\"rule\":");
        output_json(output, rule->name);
        output_string(output, ",\"file\":");
        output_json(output, rule->file);
        output_printf(output, ",\"line\":%u,\"count\":%zu}", rule->line,
                      rule->n_used);
        is_first = false;
    }
    output_string(output, "]");
}

static void write_json(struct output *output, const struct races_view *view)
{
    output_string(output, "{\"trace\":");
    output_json(output, view->path);
    output_string(output, ",\"races\":[");
    for (size_t i = 0; i < view->n_items; i++) {
        output_string(output, i ? ",\n" : "\n");
        put_item(output, &view->items[i]);
    }
    output_printf(output, "],\"suppressed\":%zu,\"internal\":%zu,",
                  view->n_suppressed, view->n_internal);
    races_json_left_out(output, view);
    output_string(output, ",");
    races_json_suppressions(output, view);
    output_string(output, ",");
    unseen_accesses_json(output, view->reader);
    output_string(output, "}\n");
}

const struct races_format races_format_json = {
    .name = "json",
    .write = write_json,
};
