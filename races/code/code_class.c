/* SPDX-License-Identifier: GPL-2.0-or-later */
/* code_class.c - see code_class.h. */
#include "code_class.h"

#include <string.h>

#include "go_code.h"

static const char *const loaders[] = {"ld-", "ld.so", "ld64.so", NULL};
/* musl's dynamic loader is its libc. */
static const char *const libcs[] = {"libc.so", "libc-", "libpthread", "ld-musl",
                                    NULL};
static const char *const runtimes[] = {
    "libgomp", "libomp", "libtsan", "libgnarl", NULL,
};

/* In malloc()'s place, with relaxed atomics that are plain instructions. */
static const char *const allocators[] = {
    "libjemalloc",
    "libtcmalloc",
    "libmimalloc",
    NULL,
};

/* Functions by how they start, of what a static program has of libc. */
static const char *const runtime_functions[] = {
    "gomp_",
    "GOMP_",
    "omp_",
    "__kmp",
    /* Ada's tasks, which look at themselves after they have unlocked */
    "system__tasking__",
    "system__task_primitives__",
    NULL,
};

static const char *const loader_functions[] = {
    "_dl_", "__tls_", "__libc_setup_tls", "elf_machine_", NULL,
};

static const char *const internal_functions[] = {
    /* threads */
    "pthread_",
    "__pthread_",
    "__nptl_",
    "__libc_single",
    "start_thread",
    "__lll_",
    "___pthread_",
    "__new_sem_",
    "sem_",
    "__old_sem_",
    "thrd_",
    "mtx_",
    "cnd_",
    "call_once",
    "tss_",
    "clone",
    "__clone",
    "__futex_",
    "allocate_stack",
    "create_thread",
    "advise_stack_range",
    "__deallocate",
    "__free_tcb",
    "__condvar_",
    "__wait_lookup",
    "futex_",
    "lll_",
    "__unwind_",
    "__do_cancel",
    "__libc_thread",
    "get_cached_",
    "setxid_",
    "timer_helper_thread",
    "timer_sigev_thread",
    "__timer_",
    /* asynchronous I/O, by threads of its own */
    "__aio_",
    "aio_cancel",
    "aio_error",
    "aio_fsync",
    "aio_init",
    "aio_read",
    "aio_return",
    "aio_suspend",
    "aio_write",
    "lio_listio",
    "do_aio_misc_wait",
    "handle_fildes_io",
    "__make_stacks",
    "__reclaim_stacks",
    "unwind_",
    "__sem_",
    "___sem_",
    "do_futex_wait",
    "__thrd_",
    "__mtx_",
    "___mtx_",
    "__cnd_",
    "___cnd_",
    "clear_once_control",
    "sigcancel_handler",
    /* memory */
    "malloc",
    "free",
    "calloc",
    "realloc",
    "__libc_free",
    "__libc_calloc",
    "__libc_realloc",
    "_int_",
    "sysmalloc",
    "systrim",
    "arena_",
    "ptmalloc",
    "tcache_",
    "munmap_chunk",
    "unlink_chunk",
    "new_heap",
    "__default_morecore",
    "heap_",
    "detach_arena",
    "mremap_chunk",
    "__malloc",
    "reused_arena",
    "get_free_list",
    "posix_memalign",
    "memalign",
    "aligned_alloc",
    "__libc_memalign",
    "alloc_perturb",
    "checked_request",
    "alloc_new_heap",
    "__calloc",
    "__free",
    "__realloc",
    "__memalign",
    "_mid_memalign",
    "__posix_memalign",
    "valloc",
    "__valloc",
    "pvalloc",
    "__pvalloc",
    "mallinfo",
    "__mallinfo",
    "int_mallinfo",
    "mallopt",
    "__mallopt",
    "__libc_mall",
    "__libc_valloc",
    "__libc_pvalloc",
    /* stdio */
    "_IO_",
    "__GI__IO_",
    "printf",
    "fprintf",
    "vprintf",
    "vfprintf",
    "__vfprintf",
    "__printf",
    "__fprintf",
    "puts",
    "fputs",
    "putc",
    "fputc",
    "putchar",
    "fwrite",
    "fread",
    "fgets",
    "fgetc",
    "getc",
    "fopen",
    "fclose",
    "fflush",
    "fseek",
    "ftell",
    "setvbuf",
    "new_do_write",
    "buffered_vfprintf",
    "__overflow",
    "__underflow",
    "__uflow",
    "flockfile",
    "funlockfile",
    "__fsetlocking",
    "ungetc",
    "getdelim",
    "getline",
    "perror",
    "fileno",
    "Xprintf_",
    "__printf_buffer",
    "__libc_message",
    "__new_fopen",
    "__new_fclose",
    "__new_fdopen",
    "__fopen_",
    "__fflush_",
    "__fgets_",
    "__fputs_",
    "__fread_",
    "__getdelim",
    "fdopen",
    "dprintf",
    "vdprintf",
    "__vdprintf",
    "open_memstream",
    "__open_memstream",
    "__new_popen",
    "save_for_backup",
    "save_for_wbackup",
    "decide_maybe_mmap",
    "mmap_remap_check",
    "_flushlbf",
    "flush_cleanup",
    "adjust_wide_data",
    "__woverflow",
    "__wuflow",
    "__wunderflow",
    "fputws",
    "fgetws",
    "ungetwc",
    /* the end */
    "exit",
    "__run_exit",
    "_exit",
    "__libc_start",
    "__libc_exit",
    "atexit",
    "__cxa_atexit",
    "__cxa_finalize",
    "__libc_atexit",
    "__call_tls",
    "__cxa_thread_atexit",
    "__new_exitfn",
    "__internal_atexit",
    "__cxa_at_quick",
    "at_quick_exit",
    "__unregister_atfork",
    "abort",
    "raise",
    "__libc_fork",
    "fork",
    "__fork",
    "_Fork",
    "__register_atfork",
    "__run_fork",
    "__run_prefork",
    "__run_postfork",
    "__libc_unwind",
    NULL,
};

/* musl's, which start as others' might; as a whole, but for what gcc adds. */
static const char *const musl_functions[] = {
    /* threads: the byte that says whether locks are needed has no lock */
    "__lock",
    "__unlock",
    "__wait",
    "__timedwait",
    "__timedwait_cp",
    "__testcancel",
    "__cancel",
    "cancel_handler",
    "__tl_lock",
    "__tl_unlock",
    "__tl_sync",
    "__vm_lock",
    "__vm_unlock",
    "__vm_wait",
    "__synccall",
    "__inhibit_ptc",
    "__acquire_ptc",
    "__release_ptc",
    "__private_cond_signal",
    "__unmapself",
    /* memory: free() looks at a group before it locks */
    "get_meta",
    "alloc_slot",
    "nontrivial_free",
    "default_malloc",
    /* stdio */
    "__lockfile",
    "__unlockfile",
    "__ofl_lock",
    "__ofl_unlock",
    "__ofl_add",
    "__fwritex",
    "__towrite",
    "__toread",
    "__stdio_write",
    "__stdio_read",
    "__stdout_write",
    "__funcs_on_exit",
    NULL,
};

/* Of these, in a section of their own: they say nothing of what is beside. */
static const char *const lone_functions[] = {"__libc_freeres", NULL};

/* Without the underscores before them. */
static const char *const scanners[] = {
    "str",     "wcs",     "memchr", "memrchr", "rawmemchr", "memcmp",
    "wmemchr", "wmemcmp", "bcmp",   "wcsn",    NULL,
};

static const char *const copiers[] = {
    "mem", "wmem", "bcopy", "bzero", "mempcpy", "explicit_bzero", NULL,
};

/* Folders of glibc's sources that have nothing of the program's in hand. */
static const char *const internal_folders[] = {
    "/malloc/",
    "/nptl/",
    "/libio/",
    "/stdio-common/",
    "/elf/",
    "/posix/",
    "/dlfcn/",
    "/sysdeps/unix/",
    "/csu/",
    "/sysdeps/pthread/",
    "/sysdeps/nptl/",
    "/rt/",
    NULL,
};

/* What C++ has for atomic accesses, which may be plain instructions. */
static const char *const atomic_sources[] = {
    "/bits/atomic_base.h",
    "/bits/atomic_wait.h",
    /* and Rust */
    "core/src/sync/atomic.rs",
    "libcore/sync/atomic.rs",
    NULL,
};

static bool lies_in(const char *path, const char *const *folders)
{
    for (size_t i = 0; folders[i]; i++) {
        if (strstr(path, folders[i])) {
            return true;
        }
    }
    return false;
}

/* glibc's own names for what it calls itself. */
static const char *plain_name(const char *function)
{
    static const char own[] = "__GI_";

    return strncmp(function, own, sizeof(own) - 1) != 0
               ? function
               : function + sizeof(own) - 1;
}

bool race_code_starts_with(const char *name, const char *const *starts)
{
    for (size_t i = 0; starts[i]; i++) {
        if (!strncmp(name, starts[i], strlen(starts[i]))) {
            return true;
        }
    }
    return false;
}

bool race_code_is_one_of(const char *text, const char *const *names)
{
    for (size_t i = 0; names[i]; i++) {
        if (!strcmp(text, names[i])) {
            return true;
        }
    }
    return false;
}

/* What works on strings, or else @other. */
static enum race_code string_kind(const char *function, enum race_code other)
{
    const char *name = function + strspn(function, "_");

    if (race_code_starts_with(name, scanners)) {
        return RACE_CODE_SCANNER;
    }
    return race_code_starts_with(name, copiers) ? RACE_CODE_COPIER : other;
}

/* gcc names a part of f() f.part.0. */
static bool is_part_of(const char *function, const char *const *names)
{
    size_t length = strcspn(function, ".");

    for (size_t i = 0; names[i]; i++) {
        if (strlen(names[i]) == length &&
            !strncmp(function, names[i], length)) {
            return true;
        }
    }
    return false;
}

static bool is_internal(const char *function)
{
    return race_code_starts_with(function, internal_functions) ||
           is_part_of(function, musl_functions);
}

static enum race_code libc_kind(const char *function,
                                const struct symbols_frame *frame)
{
    if (is_internal(function) ||
        (frame->source && lies_in(frame->source, internal_folders))) {
        return RACE_CODE_INTERNAL;
    }
    return string_kind(function, RACE_CODE_LIBC);
}

/* libstdc++'s std::atomic is <atomic>, which is no folder. */
static bool is_atomic(const struct symbols_frame *frame)
{
    const char *slash = strrchr(frame->source, '/');

    return lies_in(frame->source, atomic_sources) ||
           (slash && !strcmp(slash, "/atomic") &&
            strstr(frame->source, "/c++/"));
}

/*
 * A libc that is stripped has names for what it exports, no more.  What lies
 * beside malloc() or printf() is of the same source file.
 */
static enum race_code stripped_kind(const struct symbols_code *code)
{
    const char *const around[] = {code->before, code->after};

    for (int i = 0; i < 2; i++) {
        const char *name = around[i] ? plain_name(around[i]) : "";

        if (is_internal(name) && !race_code_starts_with(name, lone_functions)) {
            return RACE_CODE_INTERNAL;
        }
    }
    return RACE_CODE_LIBC;
}

enum race_code race_code_kind(const struct symbols_code *code)
{
    const struct symbols_frame *frame = code->n_frames ? code->frames : NULL;
    const char *function =
        plain_name(frame && frame->function ? frame->function : "");
    const char *slash = code->module ? strrchr(code->module, '/') : NULL;
    const char *module = slash ? slash + 1 : code->module ? code->module : "";

    if (race_code_starts_with(module, libcs)) {
        return *function ? libc_kind(function, frame) : stripped_kind(code);
    }
    if (race_code_starts_with(module, loaders)) {
        return RACE_CODE_LOADER;
    }
    if (race_code_starts_with(module, runtimes)) {
        return RACE_CODE_RUNTIME;
    }
    if (race_code_starts_with(module, allocators)) {
        return RACE_CODE_ALLOCATOR;
    }
    /* In a static program; what has source lines is the user's own. */
    if (frame && frame->source) {
        return is_atomic(frame) ? RACE_CODE_ATOMIC : race_go_kind(frame);
    }
    if (race_code_starts_with(function, loader_functions)) {
        return RACE_CODE_LOADER;
    }
    if (race_code_starts_with(function, runtime_functions)) {
        return RACE_CODE_RUNTIME;
    }
    /*
     * libc is another file: free_list() is the program's, only free() is that
     * of an allocator which takes libc's place.
     */
    if (code->needs_libraries) {
        return race_code_is_one_of(function, internal_functions)
                   ? RACE_CODE_INTERNAL
                   : RACE_CODE_USER;
    }
    if (is_internal(function)) {
        return RACE_CODE_INTERNAL;
    }
    return *function || !code->module ? string_kind(function, RACE_CODE_USER)
                                      : RACE_CODE_NAMELESS;
}
