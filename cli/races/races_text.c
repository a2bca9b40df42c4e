/* SPDX-License-Identifier: GPL-2.0-or-later */
/* races_text.c - memtrace races for people; and words that all forms use. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "output.h"
#include "races_view.h"
#include "source_lines.h"
#include "symbols.h"

const char *races_memory_text(const struct race_item *item,
                              char text[RACES_MEMORY_TEXT])
{
    char place[TRACE_PLACE_TEXT];

    trace_block_text(&item->block, place);
    if (!*place) {
        trace_place_text(&item->memory, place);
    }
    if (*place) {
        snprintf(text, RACES_MEMORY_TEXT, "%s", place);
    } else {
        snprintf(text, RACES_MEMORY_TEXT, "0x%016" PRIx64, item->race->vaddr);
    }
    return text;
}

/* The first side of a race is the one that was seen first. */
const char *races_side_text(const struct race_item *item, int i,
                            char text[RACES_SIDE_TEXT])
{
    static const char *const words[2][2] = {
        {"Previous read", "Previous write"},
        {"Read", "Write"},
    };
    const struct race_side *side = &item->race->sides[i];
    const char *name = item->thread_names[i];

    snprintf(text, RACES_SIDE_TEXT, "%s of size %u by T%" PRIu32 "%s%.256s%s",
             words[i][side->is_store], side->size, side->thread,
             name ? " (" : "", name ? name : "", name ? ")" : "");
    return text;
}

static const char *word_text(const struct race_item *item,
                             char text[RACES_LAST_SYNC_TEXT])
{
    char place[TRACE_PLACE_TEXT];
    bool is_named = item->last_sync.kind == TRACE_PLACE_DATA ||
                    item->last_sync.kind == TRACE_PLACE_TLS;

    trace_place_text(&item->last_sync, place);
    snprintf(text, RACES_LAST_SYNC_TEXT, "%s%s0x%016" PRIx64,
             is_named ? place : "", is_named && *place ? " at " : "",
             item->race->last_sync.vaddr);
    return text;
}

const char *races_last_sync_text(const struct race_item *item,
                                 char text[RACES_LAST_SYNC_TEXT])
{
    switch (item->race->last_sync.kind) {
    case RACE_SYNC_WORD:
        return word_text(item, text);
    case RACE_SYNC_OBJECT:
    case RACE_SYNC_OBJECTS:
        return "a file, pipe or socket";
    case RACE_SYNC_START:
        return "the creation of one of them";
    case RACE_SYNC_SIGNAL:
        return "a signal";
    default:
        return NULL;
    }
}

const struct code_rule *races_suppression(const struct races_view *view,
                                          const struct code_rule *last)
{
    const struct code_rules *rules = view->rules;
    const struct code_rule *rule = last ? last + 1 : rules->list;

    while (rule < rules->list + rules->n && rule->class != CODE_CLASSES) {
        rule++;
    }
    return rule < rules->list + rules->n ? rule : NULL;
}

static void put_place(struct output *output,
                      const struct race_code_place *place)
{
    if (place->call) {
        output_string(output, "the kernel, for ");
        output_text(output, place->call);
        return;
    }
    if (place->function) {
        output_text(output, place->function);
    } else if (place->module) {
        output_text(output, symbols_last_part(place->module));
        output_printf(output, "+0x%" PRIx64, place->module_offset);
    } else {
        output_printf(output, "0x%016" PRIx64, place->pc);
    }
    if (place->line) {
        output_string(output, "  ");
        output_text(output, symbols_last_part(place->source));
        output_printf(output, ":%u", place->line);
    }
}

static void put_side(struct output *output, struct source_lines *lines,
                     const struct race_item *item, int i)
{
    const struct race_code_place *place = &item->places[i];
    char text[RACES_SIDE_TEXT];
    const char *line;

    output_string(output, "  ");
    output_text(output, races_side_text(item, i, text));
    output_string(output, ": ");
    put_place(output, place);
    output_string(output, "\n");
    line = place->line ? source_line(lines, place->source, place->line) : NULL;
    if (line) {
        output_string(output, "      | ");
        output_text(output, line);
        output_string(output, "\n");
    }
}

/* What memory of a kind is called; NULL where the words for it say it. */
static const char *kind_text(const struct race_item *item)
{
    if (item->block.allocation) {
        return NULL;
    }
    switch (item->memory.kind) {
    case TRACE_PLACE_DATA:
        return item->memory.data.variable ? "global " : "data of ";
    case TRACE_PLACE_FILE:
        return "mapped file ";
    case TRACE_PLACE_TLS:
        return item->memory.data.variable ? "thread-local " : NULL;
    default:
        return NULL;
    }
}

static void put_location(struct output *output, const struct race_item *item)
{
    const struct symbols_data *data = &item->memory.data;
    const char *kind = kind_text(item);
    char memory[RACES_MEMORY_TEXT];

    if (item->memory.kind == TRACE_PLACE_UNKNOWN && !item->block.allocation) {
        return;
    }
    output_printf(output, "  Location: %s", kind ? kind : "");
    output_text(output, races_memory_text(item, memory));
    output_printf(output, " at 0x%016" PRIx64, item->race->vaddr);
    if (item->race->other_vaddr) {
        output_printf(output, ", of T%" PRIu32 " also at 0x%016" PRIx64,
                      item->race->sides[0].thread, item->race->other_vaddr);
    }
    if (data->variable && data->line) {
        output_string(output, "  ");
        output_text(output, symbols_last_part(data->source));
        output_printf(output, ":%u", data->line);
    }
    output_string(output, "\n");
}

static void put_item(struct output *output, struct source_lines *lines,
                     const struct race_item *item)
{
    const struct race *race = item->race;
    char memory[RACES_MEMORY_TEXT], last_sync[RACES_LAST_SYNC_TEXT];
    const char *where = races_last_sync_text(item, last_sync);

    output_printf(output, "%s on ",
                  race->kind == RACE_AD_HOC ? "Ad hoc synchronisation"
                                            : "Data race");
    output_text(output, races_memory_text(item, memory));
    output_printf(output, ", seen %" PRIu64 " time%s\n", item->count,
                  item->count == 1 ? "" : "s");
    put_side(output, lines, item, 1);
    put_side(output, lines, item, 0);
    put_location(output, item);
    for (int i = 1; i >= 0; i--) {
        if (item->creators[i].pc) {
            output_printf(output, "  Thread T%" PRIu32 " created by ",
                          race->sides[i].thread);
            put_place(output, &item->creators[i]);
            output_string(output, "\n");
        }
    }
    if (where) {
        output_string(output, "  Last synchronised through ");
        output_text(output, where);
        output_string(output, "\n");
    }
    output_string(output, "\n");
}

static void put_left_out(struct output *output, const struct race_left_out *out)
{
    char text[CODE_RULE_TEXT];

    output_printf(output, "  %zu left out by ", out->count);
    output_text(output, out->rules[0] ? code_rule_text(out->rules[0], text)
                                      : race_pair_name(out->pair));
    if (out->rules[1]) {
        output_string(output, " and ");
        output_text(output, code_rule_text(out->rules[1], text));
    }
    output_string(output, "\n");
}

static void put_suppression(struct output *output,
                            const struct code_rules *rules,
                            const struct code_rule *rule)
{
    char text[CODE_RULE_TEXT];

    output_printf(output, "  %zu suppressed by ", rule->n_used);
    output_text(output, code_rule_text(rule, text));
    for (size_t i = 0; i < rule->n; i++) {
        const struct code_pattern *pattern = &rules->patterns[rule->first + i];

        output_printf(output, " %s:", code_key_name(pattern->key));
        output_text(output, pattern->text);
    }
    output_string(output, "\n");
}

/* By what libraries' own races were left out, and which were suppressed. */
static void put_rules(struct output *output, const struct races_view *view)
{
    const struct code_rule *rule = NULL;
    size_t n_idle = 0;

    for (size_t i = 0; i < view->left_out->n; i++) {
        put_left_out(output, &view->left_out->list[i]);
    }
    while ((rule = races_suppression(view, rule))) {
        if (rule->n_used) {
            put_suppression(output, view->rules, rule);
        }
        n_idle += !rule->n_used;
    }
    if (n_idle) {
        output_printf(output, "  %zu suppression%s held for no race\n", n_idle,
                      n_idle == 1 ? "" : "s");
    }
}

static void put_count(struct output *output, size_t n, const char *one,
                      const char *more)
{
    output_printf(output, "%zu %s", n, n == 1 ? one : more);
}

static void write_text(struct output *output, const struct races_view *view)
{
    struct source_lines lines = {NULL};
    size_t n_ad_hoc = 0;

    for (size_t i = 0; i < view->n_items; i++) {
        put_item(output, &lines, &view->items[i]);
        n_ad_hoc += view->items[i].race->kind == RACE_AD_HOC;
    }
    source_lines_free(&lines);
    put_rules(output, view);
    put_count(output, view->n_items - n_ad_hoc, "data race", "data races");
    if (n_ad_hoc) {
        output_printf(output, ", %zu ad hoc", n_ad_hoc);
    }
    if (view->n_suppressed) {
        output_printf(output, ", %zu suppressed", view->n_suppressed);
    }
    if (view->n_internal) {
        output_printf(output, ", %zu of libraries left out", view->n_internal);
    }
    if (view->n_lost) {
        output_printf(output,
                      "; %" PRIu64 " gaps: what was before each is "
                      "forgotten",
                      view->n_lost);
    }
    if (!view->has_calls) {
        output_string(output,
                      "; not all calls that order threads are in this trace");
    }
    output_string(output, "\n");
}

const struct races_format races_format_text = {
    .name = "text",
    .write = write_text,
};
