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

const char *races_met_text(const struct race *race, char text[RACES_MET_TEXT])
{
    switch (race->last_sync.kind) {
    case RACE_SYNC_WORD:
        snprintf(text, RACES_MET_TEXT, "the word at 0x%016" PRIx64,
                 race->last_sync.vaddr);
        return text;
    case RACE_SYNC_OBJECT:
    case RACE_SYNC_OBJECTS:
        return "a file, pipe or socket";
    case RACE_SYNC_START:
        return "the start of one of them";
    case RACE_SYNC_SIGNAL:
        return "a signal";
    default:
        return NULL;
    }
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
    const struct race_side *side = &item->race->sides[i];
    const struct race_code_place *place = &item->places[i];
    const char *line;

    output_printf(output, "  T%" PRIu32 " %s %u byte%s  ", side->thread,
                  side->is_store ? "writes" : "reads ", side->size,
                  side->size == 1 ? " " : "s");
    put_place(output, place);
    output_string(output, "\n");
    line = place->line ? source_line(lines, place->source, place->line) : NULL;
    if (line) {
        output_string(output, "      | ");
        output_text(output, line);
        output_string(output, "\n");
    }
}

static void put_item(struct output *output, struct source_lines *lines,
                     const struct race_item *item)
{
    const struct race *race = item->race;
    char memory[RACES_MEMORY_TEXT], met[RACES_MET_TEXT];
    const char *where = races_met_text(race, met);

    output_printf(output, "%s on ",
                  race->kind == RACE_AD_HOC ? "Ad hoc synchronisation"
                                            : "Data race");
    output_text(output, races_memory_text(item, memory));
    output_printf(output, ", seen %" PRIu64 " time%s\n", item->count,
                  item->count == 1 ? "" : "s");
    put_side(output, lines, item, 1);
    put_side(output, lines, item, 0);
    for (int i = 1; i >= 0; i--) {
        if (item->creators[i].pc) {
            output_printf(output, "  T%" PRIu32 " was started by ",
                          race->sides[i].thread);
            put_place(output, &item->creators[i]);
            output_string(output, "\n");
        }
    }
    if (where) {
        output_printf(output,
                      "  T%" PRIu32 " last learnt of T%" PRIu32 " by %s\n",
                      race->sides[1].thread, race->sides[0].thread, where);
    }
    output_string(output, "\n");
}

static void put_count(struct output *output, size_t n, const char *one,
                      const char *more)
{
    output_printf(output, "%zu %s", n, n == 1 ? one : more);
}

void races_text(struct output *output, const struct races_view *view)
{
    struct source_lines lines = {NULL};
    size_t n_ad_hoc = 0;

    for (size_t i = 0; i < view->n_items; i++) {
        put_item(output, &lines, &view->items[i]);
        n_ad_hoc += view->items[i].race->kind == RACE_AD_HOC;
    }
    source_lines_free(&lines);
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
        output_string(output, "; pipes and the like are not in this trace");
    }
    output_string(output, "\n");
}
