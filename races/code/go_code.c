/* SPDX-License-Identifier: GPL-2.0-or-later */
/* go_code.c - see go_code.h. */
#include "go_code.h"

#include <string.h>

/* Each function looks at the limit of its stack, which this one sets. */
static const char stops[] = "runtime.preemptone";

/* Files of package runtime: marking looks at all memory as it is. */
static const char *const marking[] = {
    "mgcmark.go",
    "mgcwork.go",
    "mwbbuf.go",
    NULL,
};

/* Of these none has in hand what is the program's. */
static const char *const own[] = {
    "proc.go",           "preempt.go",   "runtime1.go",   "runtime2.go",
    "stack.go",          "symtab.go",    "lock_futex.go", "lfstack.go",
    "rwmutex.go",        "sema.go",      "chan.go",       "select.go",
    "time.go",           "netpoll.go",   "os_linux.go",   "netpoll_epoll.go",
    "signal_unix.go",    "sigqueue.go",  "trace.go",      "malloc.go",
    "mbitmap.go",        "mcache.go",    "mcentral.go",   "mfinal.go",
    "mfixalloc.go",      "mgc.go",       "mgcpacer.go",   "mgcscavenge.go",
    "mgcsweep.go",       "mheap.go",     "mpagealloc.go", "mpagecache.go",
    "mpallocbits.go",    "mspanset.go",  "mstats.go",     "mgclimit.go",
    "mprof.go",          "histogram.go", "cpuprof.go",    "traceback.go",
    "atomic_pointer.go", NULL,
};

enum race_code race_go_kind(const struct symbols_frame *frame)
{
    static const char package[] = "runtime.", folder[] = "/runtime/";
    const char *slash = frame->source ? strrchr(frame->source, '/') : NULL;
    size_t room = sizeof(folder) - 1;

    if (!slash || !frame->function ||
        strncmp(frame->function, package, sizeof(package) - 1) != 0 ||
        (size_t)(slash + 1 - frame->source) < room ||
        strncmp(slash + 1 - room, folder, room) != 0) {
        return RACE_CODE_USER;
    }
    if (!strcmp(frame->function, stops) ||
        race_code_is_one_of(slash + 1, marking)) {
        return RACE_CODE_LOADER;
    }
    return race_code_is_one_of(slash + 1, own) ? RACE_CODE_RUNTIME
                                               : RACE_CODE_USER;
}
