/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ask_symbols.c - what symbols/, analysis/names/trace_symbols.c and
 * analysis/code say, for tests.
 *
 *   ask_symbols file|trace FILE [-d DEBUG_DIR] [-s SYSROOT]
 *
 * Questions come on stdin, one a line, an answer a line goes to stdout.
 * Of an ELF file, mapped as a loader would, at other addresses than its own
 * if it can be: functions, sources, variables; code ADDRESS, data ADDRESS,
 * owner ADDRESS in the file's own addresses; load FILE, which takes the other's
 * place one tick later; time TICKS, when what is asked next was.  Of a trace:
 * accesses VADDR, one answer for each in the order of time; place VADDR, as it
 * was at the end; codes, for each instruction of the trace.
 */
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "code_owner.h"
#include "symbols_file.h"
#include "trace_symbols.h"

#define BIAS 0x4000000000
#define PAGE 0x1000ull

struct asking {
    const char *path;
    struct symbols_config config;
    const char *debug_dir;
    struct symbols *symbols;
    struct symbols_file *file;
    struct memtrace_reader *reader;
    uint64_t bias;
    uint64_t loaded_at;
    uint64_t time;
};

static void die(const char *what)
{
    fprintf(stderr, "ask_symbols: %s\n", what);
    exit(1);
}

static int print_function(void *context,
                          const struct symbols_function *function)
{
    (void)context;
    printf("%" PRIx64 " %" PRIu64 " %" PRIx64 " %s %s\n",
           function->range.address, function->range.size_bytes,
           function->range.offset, function->is_inlined ? "inlined" : "itself",
           function->name);
    return 0;
}

static int print_source(void *context, const struct symbols_source *source)
{
    (void)context;
    printf("%" PRIx64 " %" PRIu64 " %s\n", source->range.address,
           source->range.size_bytes, source->source);
    return 0;
}

static int print_variable(void *context,
                          const struct symbols_variable *variable)
{
    (void)context;
    printf("%" PRIx64 " %" PRIu64 " %s %s\n", variable->range.address,
           variable->range.size_bytes,
           variable->is_thread_local ? "tls" : "data", variable->name);
    return 0;
}

/* function file:line:column, the innermost first; then module+offset */
static void print_code(struct symbols *symbols,
                       const struct symbols_place *place)
{
    struct symbols_code code;
    int error = symbols_code(symbols, place, &code);

    if (error != 0) {
        puts(error == -ENOENT ? "nothing" : strerror(-error));
        return;
    }
    for (size_t i = 0; i < code.n_frames; i++) {
        const struct symbols_frame *frame = &code.frames[i];

        printf("%s %s:%u:%u%s", frame->function ? frame->function : "??",
               frame->source ? frame->source : "??", frame->line, frame->column,
               frame->is_inlined ? " < " : "");
    }
    printf("%s[%s+0x%" PRIx64 "]\n", code.n_frames > 0 ? " " : "", code.module,
           code.module_offset);
}

/* Whose code it is, and by which rule. */
static void print_owner(struct symbols *symbols,
                        const struct symbols_place *place)
{
    struct code_rules rules = {.n = 0};
    struct symbols_code code;
    struct code_owner owner;
    const char *why = code_rules_add_builtin(&rules);

    if (why || symbols_code(symbols, place, &code) != 0) {
        die(why ? why : "nothing is there");
    }
    owner = code_owner(&rules, &code, 0);
    printf("%s %s %s\n", code.n_frames ? code.frames[0].function : "??",
           code_class_name(owner.class), owner.rule ? owner.rule->name : "-");
    code_rules_free(&rules);
}

static void print_data(struct symbols *symbols,
                       const struct symbols_place *place)
{
    struct symbols_data data;
    char text[SYMBOLS_DATA_TEXT];
    int error = symbols_data(symbols, place, &data);

    if (error != 0) {
        puts(error == -ENOENT ? "nothing" : strerror(-error));
        return;
    }
    printf("%s size=%" PRIu64 " offset=%" PRIu64 " %s:%u [%s+0x%" PRIx64 "]\n",
           data.variable ? symbols_data_text(&data, text) : "??",
           data.size_bytes, data.offset, data.source ? data.source : "??",
           data.line, data.module, data.module_offset);
}

static void map(struct asking *asking, uint64_t vaddr, uint64_t size,
                uint64_t offset, const char *file)
{
    struct symbols_mapping mapping = {
        .pid = 1,
        .time = asking->loaded_at,
        .vaddr = vaddr,
        .size_bytes = size,
        .offset = offset,
        .file = file,
    };

    if (symbols_map(asking->symbols, &mapping) != 0) {
        die("out of memory");
    }
}

/* As a loader does. */
static void load(struct asking *asking, const char *relative)
{
    char *path = realpath(relative, NULL); /* as the kernel has it */
    int fd = path ? open(path, O_RDONLY) : -1;
    Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
    GElf_Ehdr header;
    size_t n = 0;

    if (!elf || !gelf_getehdr(elf, &header) || elf_getphdrnum(elf, &n) != 0) {
        die("not an ELF file");
    }
    asking->bias = header.e_type == ET_DYN ? BIAS : 0;
    asking->loaded_at++;
    map(asking, asking->bias, 1ull << 32, 0, NULL);
    for (size_t i = 0; i < n; i++) {
        GElf_Phdr segment;
        uint64_t start;
        uint64_t end;

        if (!gelf_getphdr(elf, (int)i, &segment) || segment.p_type != PT_LOAD) {
            continue;
        }
        start = segment.p_vaddr & -PAGE;
        end = (segment.p_vaddr + segment.p_filesz + PAGE - 1) & -PAGE;
        map(asking, start + asking->bias, end - start, segment.p_offset & -PAGE,
            path);
        start = (segment.p_vaddr + segment.p_memsz + PAGE - 1) & -PAGE;
        if (start > end) {
            map(asking, end + asking->bias, start - end, 0, "");
        }
    }
    elf_end(elf);
    close(fd);
    free(path);
}

static void ask_file(struct asking *asking, const char *what, uint64_t address)
{
    struct symbols_place place = {1, asking->time, address + asking->bias};

    if (strcmp(what, "functions") == 0) {
        symbols_file_functions(asking->file, print_function, NULL);
    } else if (strcmp(what, "sources") == 0) {
        symbols_file_source_ranges(asking->file, print_source, NULL);
    } else if (strcmp(what, "variables") == 0) {
        symbols_file_variables(asking->file, print_variable, NULL);
    } else if (strcmp(what, "code") == 0) {
        print_code(asking->symbols, &place);
    } else if (strcmp(what, "data") == 0) {
        print_data(asking->symbols, &place);
    } else if (strcmp(what, "owner") == 0) {
        print_owner(asking->symbols, &place);
    } else if (strcmp(what, "time") == 0) {
        asking->time = address;
    } else {
        die("unknown question");
    }
}

static void print_place(struct symbols *symbols,
                        const struct symbols_place *asked)
{
    struct trace_place place;
    char text[TRACE_PLACE_TEXT];

    if (trace_place_describe(symbols, asked, &place) != 0) {
        die("out of memory");
    }
    printf("%s (%s)\n", trace_place_text(&place, text),
           trace_place_region(&place));
}

/* Is @vaddr NULL, where each instruction was the first time, by its number. */
static void print_accesses(struct asking *asking, const uint64_t *vaddr)
{
    bool *is_known = calloc(memtrace_summary(asking->reader)->n_insns + 1,
                            sizeof(*is_known));
    struct memtrace_cursor *cursor = NULL;
    struct memtrace_batch batch;

    if (!is_known || memtrace_cursor_open_time(asking->reader, &cursor) != 0) {
        die("out of memory");
    }
    while (memtrace_cursor_next(cursor, &batch) == 1) {
        uint64_t pid = memtrace_thread(asking->reader, batch.thread)->pid;

        for (size_t i = 0; i < batch.n_accesses; i++) {
            const struct memtrace_access *access = &batch.accesses[i];
            const struct memtrace_insn *insn =
                memtrace_insn(asking->reader, access->insn);
            struct symbols_place place = {pid, access->time, access->vaddr};

            if (vaddr && *vaddr == access->vaddr) {
                printf("T%u %c ", batch.thread,
                       access->flags & MEMTRACE_STORE ? 'W' : 'R');
                print_place(asking->symbols, &place);
            } else if (!vaddr && insn && !is_known[access->insn]) {
                is_known[access->insn] = true;
                place.vaddr = insn->pc;
                print_code(asking->symbols, &place);
            }
        }
    }
    memtrace_cursor_close(cursor);
    free(is_known);
}

static void ask_trace(struct asking *asking, const char *what, uint64_t vaddr)
{
    struct symbols_place place = {
        .pid = memtrace_thread(asking->reader, 0)->pid,
        .time = memtrace_summary(asking->reader)->end_time,
        .vaddr = vaddr,
    };

    if (strcmp(what, "accesses") == 0) {
        print_accesses(asking, &vaddr);
    } else if (strcmp(what, "codes") == 0) {
        print_accesses(asking, NULL);
    } else if (strcmp(what, "place") == 0) {
        print_place(asking->symbols, &place);
    } else {
        die("unknown question");
    }
}

static void read_options(struct asking *asking, int argc, char **argv)
{
    int option;

    while ((option = getopt(argc, argv, "d:s:")) != -1) {
        if (option == 'd') {
            asking->debug_dir = optarg;
            asking->config.debug_dirs = &asking->debug_dir;
            asking->config.n_debug_dirs = 1;
        } else if (option == 's') {
            asking->config.sysroot = optarg;
        } else {
            exit(2);
        }
    }
}

int main(int argc, char **argv)
{
    struct asking asking = {.path = argc > 2 ? argv[2] : "", .time = 1};
    char what[32];
    char line[1024];
    const char *problem;
    bool is_trace = argc > 1 && strcmp(argv[1], "trace") == 0;

    elf_version(EV_CURRENT);
    read_options(&asking, argc - 2, argv + 2);
    if (is_trace && (memtrace_open(asking.path, &asking.reader) != 0 ||
                     trace_symbols_new(asking.reader, &asking.config,
                                       &asking.symbols) != 0)) {
        die("cannot read the trace");
    }
    if (!is_trace) {
        if (symbols_file_open(asking.path, &asking.config, &asking.file) != 0 ||
            symbols_new(&asking.config, &asking.symbols) != 0) {
            die("cannot open the file");
        }
        load(&asking, asking.path);
    }
    while (fgets(line, sizeof(line), stdin)) {
        uint64_t address = 0;

        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "load ", 5) == 0) {
            load(&asking, line + 5);
            continue;
        }
        if (sscanf(line, "%31s %" SCNx64, what, &address) < 1) {
            continue;
        }
        if (is_trace) {
            ask_trace(&asking, what, address);
        } else {
            ask_file(&asking, what, address);
        }
    }
    for (size_t i = 0; (problem = symbols_problem_at(asking.symbols, i)) != 0;
         i++) {
        printf("problem: %s\n", problem);
    }
    symbols_free(asking.symbols);
    symbols_file_close(asking.file);
    memtrace_close(asking.reader);
    return 0;
}
