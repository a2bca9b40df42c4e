/* SPDX-License-Identifier: GPL-2.0-or-later */
/* info_text.c - memtrace info for people. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "event_text.h"
#include "info.h"
#include "made_code.h"
#include "options.h"
#include "output.h"
#include "thread_names.h"
#include "trace_file.h"
#include "units.h"
#include "unseen_accesses.h"

/* Prefix of the properties that count what QEMU does not show. */

static void label(struct output *output, const char *name)
{
    output_printf(output, "%-13s", name);
}

/* A property as it stands in a line; left out where the trace has it not. */
struct part {
    const char *before;
    const char *key;
    const char *after;
};

struct property_line {
    const char *name;
    struct part parts[3];
};

static const struct property_line lines_before_time[] = {
    {"Program", {{"", "guest.program", ""}, {"a link to ", "guest.file", ""}}},
    {"Command", {{"", "guest.command", ""}}},
    {"Directory", {{"", "guest.cwd", ""}}},
    {"Ended", {{"", "guest.exit", ""}}},
    {"Guest",
     {{"", "guest.arch", ""},
      {"", "guest.bits", " bits"},
      {"", "guest.endian", "-endian"}}},
    {"QEMU", {{"", "qemu.version", ""}, {"", "qemu.path", ""}}},
    {"Plugin",
     {{"", "plugin.version", ""},
      {"plugin API ", "plugin.api", ""},
      {"recorder ", "recorder.version", ""}}},
    {"Host", {{"", "host.cpu", ""}, {"", "host.kernel", ""}}},
    {"Clock", {{"", "clock.source", ""}}},
    {NULL, {{NULL, NULL, NULL}}},
};

static const struct property_line lines_after_time[] = {
    {"Regions", {{"", "record.regions", ""}}},
    {"Kinds", {{"", "record.kinds", ""}, {"only ", "record.selection", ""}}},
    {"Stamps",
     {{"every ", "record.stamp", " accesses"},
      {"each of ", "record.dense",
       " at a start or after a call, and of a loop that waits"}}},
    {NULL, {{NULL, NULL, NULL}}},
};

/* A line without any of its properties shows a dash. */
static void put_lines(struct output *output, const struct info *info,
                      const struct property_line *lines)
{
    for (; lines->name; lines++) {
        bool is_empty = true;

        label(output, lines->name);
        for (size_t i = 0; i < 3 && lines->parts[i].key; i++) {
            const struct part *part = &lines->parts[i];
            const char *value = memtrace_meta(info->reader, part->key);

            if (value) {
                output_string(output, is_empty ? "" : ", ");
                output_string(output, part->before);
                output_text(output, value);
                output_string(output, part->after);
                is_empty = false;
            }
        }
        output_string(output, is_empty ? "-\n" : "\n");
    }
}

static void line_number(struct output *output, const char *name, uint64_t value)
{
    char text[UNITS_TEXT_MAX];

    label(output, name);
    output_printf(output, "%20s\n", units_grouped(value, text));
}

static void put_file(struct output *output, const struct info *info)
{
    const struct memtrace_summary *summary = memtrace_summary(info->reader);
    char bytes[UNITS_TEXT_MAX];
    char size[UNITS_TEXT_MAX];

    label(output, "Trace");
    output_text(output, info->path);
    output_printf(output, ", %s bytes (%s)\n",
                  units_grouped(summary->file_bytes, bytes),
                  units_size(summary->file_bytes, size));
}

static void put_time(struct output *output, const struct info *info)
{
    const struct memtrace_summary *summary = memtrace_summary(info->reader);
    const char *start = memtrace_meta(info->reader, "record.start");
    const char *duration = memtrace_meta(info->reader, "record.duration_ns");
    uint64_t start_ns = summary->start_unix_ns;
    uint64_t duration_ns = 0;
    char text[UNITS_TEXT_MAX];

    if (start) {
        options_number(start, &start_ns);
    }
    label(output, "Recorded");
    output_string(output, start_ns ? units_date(start_ns, text) : "-");
    if ((duration && !options_number(duration, &duration_ns)) ||
        trace_file_ns(summary, summary->end_time, &duration_ns)) {
        output_printf(output, ", for %s s", units_seconds(duration_ns, text));
    }
    output_string(output, "\n");
}

static void put_totals(struct output *output, const struct info *info)
{
    const struct memtrace_summary *summary = memtrace_summary(info->reader);

    line_number(output, "Accesses", summary->n_accesses);
    line_number(output, "  loads", summary->n_loads);
    line_number(output, "  stores", summary->n_stores);
    line_number(output, "  atomic", summary->n_atomics);
    if (info->has_kernel) {
        line_number(output, "Kernel loads", info->n_kernel_loads);
        line_number(output, "  stores", info->n_kernel_stores);
    }
    line_number(output, "Lost", summary->n_lost);
    if (summary->n_evicted) {
        line_number(output, "Evicted", summary->n_evicted);
    }
    line_number(output, "Threads", summary->n_threads);
    line_number(output, "Instructions", summary->n_insns);
    line_number(output, "Blocks", summary->n_blocks);
    label(output, "Bytes each");
    if (summary->n_accesses) {
        output_printf(output, "%20.3f\n",
                      (double)summary->file_bytes /
                          (double)summary->n_accesses);
    } else {
        output_printf(output, "%20s\n", "-");
    }
}

/* Counts stand in the trace as text; group the digits where it is a number. */
static void put_count(struct output *output, const char *value)
{
    char text[UNITS_TEXT_MAX];
    uint64_t number;

    if (options_number(value, &number)) {
        output_text(output, value);
    } else {
        output_string(output, units_grouped(number, text));
    }
}

static unsigned put_unseen(struct output *output, const struct info *info)
{
    struct unseen_accesses unseen;
    size_t place = 0;
    unsigned n = 0;

    while (unseen_accesses_next(info->reader, &place, &unseen)) {
        output_string(output, unseen.is_part ? "  shown in part by QEMU: "
                                             : "  not shown by QEMU: ");
        output_text(output, unseen.name);
        output_string(output, ": ");
        put_count(output, unseen.count);
        output_string(output, "\n");
        n++;
    }
    return n;
}

/* What was not to be recorded is missing, too. */
static unsigned put_selection(struct output *output, const struct info *info)
{
    const char *options = memtrace_meta(info->reader, "record.selection");
    char number[UNITS_TEXT_MAX];

    if (!options) {
        return 0;
    }
    output_string(output, "  all that was left out by ");
    output_text(output, options);
    output_string(output, "\n");
    if (info->n_pauses) {
        output_printf(output, "  recording paused: %s time%s, ",
                      units_grouped(info->n_pauses, number),
                      info->n_pauses == 1 ? "" : "s");
        output_printf(output, "%s s of the threads' time\n",
                      units_seconds(info->paused_ns, number));
    }
    return 1;
}

static void put_evicted(struct output *output,
                        const struct memtrace_summary *summary)
{
    char count[UNITS_TEXT_MAX];
    char seconds[UNITS_TEXT_MAX];
    uint64_t time_ns;

    output_printf(output, "  evicted to keep later ones: %s accesses; ",
                  units_grouped(summary->n_evicted, count));
    if (trace_file_ns(summary, summary->whole_time, &time_ns)) {
        output_printf(output, "the trace is whole after %s s\n",
                      units_seconds(time_ns, seconds));
    } else {
        output_printf(output, "the trace is whole after stamp %" PRIu64 "\n",
                      summary->whole_time);
    }
}

static void put_missing(struct output *output, const struct info *info)
{
    const struct memtrace_summary *summary = memtrace_summary(info->reader);
    const char *stop = memtrace_meta(info->reader, "recorder.stop");
    char blocks[UNITS_TEXT_MAX];
    char bytes[UNITS_TEXT_MAX];
    unsigned n = 0;

    output_string(output, "\nMissing\n");
    if (!summary->is_complete) {
        output_string(output, "  incomplete: the recording did not end "
                              "properly, its last accesses may be missing\n");
        n++;
    }
    if (stop) {
        output_string(output, "  stopped early: ");
        output_text(output, stop);
        output_string(output, "\n");
        n++;
    }
    if (trace_file_is_damaged(summary)) {
        output_printf(output, "  damaged: %s block%s, %s bytes\n",
                      units_grouped(summary->n_damaged_blocks, blocks),
                      summary->n_damaged_blocks == 1 ? "" : "s",
                      units_grouped(summary->damaged_bytes, bytes));
        n++;
    }
    if (summary->cut_bytes) {
        output_printf(output, "  cut off: %s bytes of a block at the end\n",
                      units_grouped(summary->cut_bytes, bytes));
        n++;
    }
    if (summary->n_lost) {
        output_printf(output, "  dropped while recording: %s accesses\n",
                      units_grouped(summary->n_lost, blocks));
        n++;
    }
    n += put_selection(output, info);
    if (summary->n_evicted) {
        put_evicted(output, summary);
        n++;
    }
    n += put_unseen(output, info);
    if (!n) {
        output_string(output, info->was_checked
                                  ? "  nothing, every block was read\n"
                                  : "  nothing known\n");
    }
    if (summary->index_rebuilt) {
        output_string(output,
                      "  (the index was missing and was rebuilt, which loses "
                      "nothing)\n");
    }
}

static void put_threads(struct output *output, struct info *info)
{
    static const struct table_style plain = {"", "", ""};

    table_cut(&info->threads, info->top);
    output_string(output, "\nThreads\n");
    table_text(output, &info->threads, &plain);
}

static void put_mapping(struct output *output, const struct mapping *mapping)
{
    char prot[4];
    char size[UNITS_TEXT_MAX];

    /* The end of memory has a digit more than an address. */
    output_printf(output, "  0x%016" PRIx64 "-0x%s%016" PRIx64 " %s %10s",
                  mapping->first, mapping->last == UINT64_MAX ? "1" : "",
                  mapping->last + 1, event_prot(mapping->prot, prot),
                  units_size(mapping->last - mapping->first + 1, size));
    if (*mapping->file) {
        output_printf(output, " 0x%08" PRIx64 " ", mapping->offset);
        output_text(output, mapping->file);
    }
    output_string(output, "\n");
}

static void put_command(struct output *output, const struct info *info,
                        uint64_t pid)
{
    const char *command =
        thread_names_command(info->names, pid, THREAD_NAMES_LAST);

    if (command) {
        output_string(output, "  command ");
        output_text(output, command);
        output_string(output, "\n");
    }
}

static void put_more(struct output *output, uint64_t n, const char *one,
                     const char *several)
{
    char number[UNITS_TEXT_MAX];

    output_printf(output, "  ... and %s more %s\n", units_grouped(n, number),
                  n == 1 ? one : several);
}

/* Return: how many are shown. */
static size_t put_process(struct output *output, const struct info *info,
                          const struct mapping_process *process, size_t most)
{
    size_t n = process->n < most ? process->n : most;

    output_printf(output, "\nMappings of process %" PRIu64 " at its end\n",
                  process->pid);
    put_command(output, info, process->pid);
    for (size_t i = 0; i < n; i++) {
        put_mapping(output, &process->mappings[i]);
    }
    if (n < process->n) {
        put_more(output, process->n - n, "mapping", "mappings");
    }
    return n;
}

/* Of the first processes, so many that no more mappings are shown than asked.
 */
static void put_mappings(struct output *output, const struct info *info)
{
    size_t most = info->top ? info->top : SIZE_MAX;
    size_t i;

    for (i = 0; i < info->mappings.n && most > 0; i++) {
        most -= put_process(output, info, &info->mappings.processes[i], most);
    }
    if (i < info->mappings.n) {
        output_string(output, "\nMappings of other processes\n");
        put_more(output, info->mappings.n - i, "process", "processes");
    }
    if (info->which == MAPPINGS_ALL) {
        output_string(output, "\nChanges of mappings\n");
        for (int64_t k = 0; k < info->n_events; k++) {
            if (mappings_is_change(&info->events[k])) {
                event_text(output, info->reader, &info->events[k], true);
            }
        }
    }
}

const char *info_property(const char *key, const char *value,
                          char room[INFO_PROPERTY_TEXT])
{
    size_t n = 0;

    if (!made_code_is_key(key)) {
        return value;
    }
    for (; *value; value++) {
        n += *value == '\n';
    }
    snprintf(room, INFO_PROPERTY_TEXT, "%zu ranges of code", n);
    return room;
}

static void put_properties(struct output *output, const struct info *info)
{
    char room[INFO_PROPERTY_TEXT];
    const char *key;
    const char *value;

    output_string(output, "\nProperties\n");
    for (size_t i = 0; memtrace_meta_at(info->reader, i, &key, &value); i++) {
        output_string(output, "  ");
        output_text(output, key);
        output_string(output, " = ");
        output_text(output, info_property(key, value, room));
        output_string(output, "\n");
    }
}

void info_text(struct output *output, struct info *info)
{
    put_file(output, info);
    put_lines(output, info, lines_before_time);
    put_time(output, info);
    put_lines(output, info, lines_after_time);
    if (info->has_kernel) {
        label(output, "Syscalls");
        output_string(output, "what they access was recorded\n");
    }
    if (info->has_values) {
        label(output, "Values");
        output_string(output, "what was loaded and stored was recorded\n");
    }
    output_string(output, "\n");
    put_totals(output, info);
    put_missing(output, info);
    put_threads(output, info);
    put_mappings(output, info);
    if (info->has_meta) {
        put_properties(output, info);
    }
}
