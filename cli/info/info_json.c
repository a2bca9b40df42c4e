/* SPDX-License-Identifier: GPL-2.0-or-later */
/* info_json.c - memtrace info for programs: one JSON object. */
#include <inttypes.h>

#include "event_text.h"
#include "info.h"
#include "made_code.h"
#include "output.h"
#include "thread_names.h"
#include "trace_file.h"

static void put_number(struct output *output, const char *key, uint64_t value)
{
    output_printf(output, ",\"%s\":%" PRIu64, key, value);
}

static void put_bool(struct output *output, const char *key, bool value)
{
    output_printf(output, ",\"%s\":%s", key, value ? "true" : "false");
}

static void put_ns(struct output *output, const struct info *info,
                   const char *key, uint64_t ticks)
{
    uint64_t time_ns;

    if (ticks &&
        trace_file_ns(memtrace_summary(info->reader), ticks, &time_ns)) {
        put_number(output, key, time_ns);
    } else {
        output_printf(output, ",\"%s\":null", key);
    }
}

static void put_summary(struct output *output, const struct info *info)
{
    const struct memtrace_summary *summary = memtrace_summary(info->reader);

    put_number(output, "file_bytes", summary->file_bytes);
    put_number(output, "accesses", summary->n_accesses);
    put_number(output, "loads", summary->n_loads);
    put_number(output, "stores", summary->n_stores);
    put_number(output, "atomics", summary->n_atomics);
    if (info->has_kernel) {
        put_number(output, "kernel_loads", info->n_kernel_loads);
        put_number(output, "kernel_stores", info->n_kernel_stores);
    }
    if (info->has_values) {
        put_bool(output, "has_values", true);
    }
    if (memtrace_meta(info->reader, "record.selection")) {
        put_number(output, "pauses", info->n_pauses);
        put_number(output, "paused_ns", info->paused_ns);
    }
    put_number(output, "lost", summary->n_lost);
    if (summary->n_evicted) {
        put_number(output, "evicted", summary->n_evicted);
        put_ns(output, info, "whole_after_ns", summary->whole_time);
    }
    put_number(output, "insns", summary->n_insns);
    put_number(output, "blocks", summary->n_blocks);
    put_number(output, "start_unix_ns", summary->start_unix_ns);
    put_ns(output, info, "duration_ns", summary->end_time);
    put_number(output, "ticks_per_second", summary->ticks_per_second);
    put_bool(output, "is_complete", summary->is_complete);
    put_bool(output, "index_rebuilt", summary->index_rebuilt);
    put_number(output, "damaged_blocks", summary->n_damaged_blocks);
    put_number(output, "damaged_bytes", summary->damaged_bytes);
    put_number(output, "cut_bytes", summary->cut_bytes);
}

static void put_meta(struct output *output, const struct info *info)
{
    char room[INFO_PROPERTY_TEXT];
    const char *key;
    const char *value;

    output_string(output, ",\n\"meta\":{");
    for (size_t i = 0; memtrace_meta_at(info->reader, i, &key, &value); i++) {
        output_string(output, i ? ",\n  " : "\n  ");
        output_json(output, key);
        output_string(output, ":");
        output_json(output, info_property(key, value, room));
    }
    output_string(output, "}");
}

static void put_threads(struct output *output, const struct info *info)
{
    output_string(output, ",\n\"threads\":[");
    table_json(output, &info->threads, "\n  ");
    output_string(output, "]");
}

static void put_process(struct output *output, const struct info *info,
                        const struct mapping_process *process)
{
    output_printf(output, "{\"pid\":%" PRIu64 ",\"command\":", process->pid);
    output_json(output, thread_names_command(info->names, process->pid,
                                             THREAD_NAMES_LAST));
    output_string(output, ",\"mappings\":[");
    for (size_t i = 0; i < process->n; i++) {
        const struct mapping *mapping = &process->mappings[i];
        char prot[4];

        output_printf(
            output,
            "%s{\"start\":\"0x%016" PRIx64 "\",\"last\":\"0x%016" PRIx64
            "\",\"prot\":\"%s\",\"flags\":\"0x%" PRIx64
            "\",\"offset\":\"0x%" PRIx64 "\",\"file\":",
            i ? ",\n    " : "\n    ", mapping->first, mapping->last,
            event_prot(mapping->prot, prot), mapping->flags, mapping->offset);
        output_json(output, *mapping->file ? mapping->file : NULL);
        output_string(output, "}");
    }
    output_string(output, "]}");
}

static void put_mappings(struct output *output, const struct info *info)
{
    const char *separator = "\n  ";

    if (info->which == MAPPINGS_NONE) {
        return;
    }
    output_string(output, ",\n\"processes\":[");
    for (size_t i = 0; i < info->mappings.n; i++) {
        output_string(output, i ? ",\n  " : "\n  ");
        put_process(output, info, &info->mappings.processes[i]);
    }
    output_string(output, "]");
    if (info->which != MAPPINGS_ALL) {
        return;
    }
    output_string(output, ",\n\"mapping_events\":[");
    for (int64_t i = 0; i < info->n_events; i++) {
        if (mappings_is_change(&info->events[i])) {
            output_string(output, separator);
            event_json(output, info->reader, &info->events[i]);
            separator = ",\n  ";
        }
    }
    output_string(output, "]");
}

void info_json(struct output *output, struct info *info)
{
    output_string(output, "{\"file\":");
    output_json(output, info->path);
    put_summary(output, info);
    put_meta(output, info);
    put_threads(output, info);
    put_mappings(output, info);
    output_string(output, "\n}\n");
}
