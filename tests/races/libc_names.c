// libc_names.c: functions of the program whose names start as libc's own do, or
// are those of functions that libc has for itself.  Of a static program without
// source lines nothing but the whole name tells whose they are.  Racy: each of
// them has a variable of its own, which both threads store to.
//
// not: musl
// build: -g0
// plain: none
// racy: race pthread_pool_add_n *-*
// racy: race sem_tree_walk_n *-*
// racy: race thrd_count_up_n *-*
// racy: race mtx_table_grow_n *-*
// racy: race cnd_list_push_n *-*
// racy: race tss_slot_take_n *-*
// racy: race call_once_more_n *-*
// racy: race clone_tree_n *-*
// racy: race futex_stats_add_n *-*
// racy: race allocate_stack_of_cards_n *-*
// racy: race create_thread_pool_n *-*
// racy: race advise_stack_ranges_n *-*
// racy: race lll_push_n *-*
// racy: race get_cached_page_n *-*
// racy: race setxid_count_n *-*
// racy: race timer_helper_threads_n *-*
// racy: race timer_sigev_threads_n *-*
// racy: race aio_cancelled_n *-*
// racy: race aio_errors_n *-*
// racy: race aio_fsyncs_n *-*
// racy: race aio_inits_n *-*
// racy: race aio_reads_n *-*
// racy: race aio_returns_n *-*
// racy: race aio_suspended_n *-*
// racy: race aio_writes_n *-*
// racy: race lio_listios_n *-*
// racy: race do_aio_misc_waits_n *-*
// racy: race handle_fildes_ios_n *-*
// racy: race unwind_path_n *-*
// racy: race do_futex_waits_n *-*
// racy: race clear_once_controls_n *-*
// racy: race sigcancel_handlers_n *-*
// racy: race malloc_count_n *-*
// racy: race free_list_add_n *-*
// racy: race calloc_zeroed_n *-*
// racy: race realloc_table_n *-*
// racy: race sysmalloc_count_n *-*
// racy: race systrim_count_n *-*
// racy: race arena_push_n *-*
// racy: race ptmalloc_stats_n *-*
// racy: race tcache_hit_n *-*
// racy: race munmap_chunks_n *-*
// racy: race unlink_chunks_n *-*
// racy: race new_heap_node_n *-*
// racy: race heap_insert_n *-*
// racy: race detach_arenas_n *-*
// racy: race mremap_chunks_n *-*
// racy: race reused_arenas_n *-*
// racy: race get_free_list_head_n *-*
// racy: race posix_memaligned_n *-*
// racy: race memalign_up_n *-*
// racy: race aligned_allocs_n *-*
// racy: race alloc_perturbed_n *-*
// racy: race checked_requests_n *-*
// racy: race alloc_new_heaps_n *-*
// racy: race valloc_pages_n *-*
// racy: race pvalloc_pages_n *-*
// racy: race mallinfo_add_n *-*
// racy: race int_mallinfos_n *-*
// racy: race mallopts_n *-*
// racy: race printf_lines_n *-*
// racy: race fprintf_count_n *-*
// racy: race vprintf_count_n *-*
// racy: race vfprintf_count_n *-*
// racy: race puts_sold_n *-*
// racy: race fputs_count_n *-*
// racy: race putc_count_n *-*
// racy: race fputc_count_n *-*
// racy: race putchar_count_n *-*
// racy: race fwrite_count_n *-*
// racy: race fread_count_n *-*
// racy: race fgets_count_n *-*
// racy: race fgetc_count_n *-*
// racy: race getcount_n *-*
// racy: race fopen_files_n *-*
// racy: race fclose_files_n *-*
// racy: race fflush_count_n *-*
// racy: race fseek_count_n *-*
// racy: race ftell_count_n *-*
// racy: race setvbuf_count_n *-*
// racy: race new_do_writes_n *-*
// racy: race buffered_vfprintfs_n *-*
// racy: race flockfiles_n *-*
// racy: race funlockfiles_n *-*
// racy: race ungetc_count_n *-*
// racy: race getdelims_n *-*
// racy: race getline_count_n *-*
// racy: race perror_count_n *-*
// racy: race fileno_max_n *-*
// racy: race Xprintf_count_n *-*
// racy: race fdopen_count_n *-*
// racy: race dprintf_count_n *-*
// racy: race vdprintf_count_n *-*
// racy: race open_memstreams_n *-*
// racy: race save_for_backups_n *-*
// racy: race save_for_wbackups_n *-*
// racy: race decide_maybe_mmaps_n *-*
// racy: race mmap_remap_checks_n *-*
// racy: race flush_cleanups_n *-*
// racy: race adjust_wide_datas_n *-*
// racy: race fputws_count_n *-*
// racy: race fgetws_count_n *-*
// racy: race ungetwc_count_n *-*
// racy: race exit_door_n *-*
// racy: race atexit_count_n *-*
// racy: race at_quick_exits_n *-*
// racy: race abort_transaction_n *-*
// racy: race raise_price_n *-*
// racy: race fork_road_n *-*
// racy: race elf_machine_count_n *-*
// racy: race omp_score_n *-*
// racy: race get_cached_stack_n *-*
// racy: race systrim_n *-*
// racy: race munmap_chunk_n *-*
// racy: race new_do_write_n *-*
// racy: race alloc_slot_n *-*
// racy: race get_meta_n *-*
// racy: race cancel_handler_n *-*
// racy: race setxid_error_n *-*
// racy: race create_thread_n *-*
// racy: race start_thread_n *-*
// racy: race allocate_stack_n *-*
// racy: race new_heap_n *-*
// racy: race heap_trim_n *-*
// racy: race arena_get2_n *-*
// racy: race tcache_put_n *-*
// racy: race unlink_chunk_n *-*
// racy: race do_futex_wait_n *-*
// racy: race save_for_backup_n *-*
// racy: race handle_fildes_io_n *-*
// racy: race clear_once_control_n *-*
// racy: race futex_wake_n *-*
// racy: race strategy_n *-*
// racy: race string_count_n *-*
// racy: race wcs_total_n *-*
// racy: race memchr_count_n *-*
// racy: race memrchr_count_n *-*
// racy: race rawmemchr_count_n *-*
// racy: race memcmp_count_n *-*
// racy: race wmemchr_count_n *-*
// racy: race wmemcmp_count_n *-*
// racy: race bcmp_count_n *-*
#include "together.h"

// clang-format off
// By each start of a name that libc has.
#define LIKE(X)                                                                \
    X(pthread_pool_add) X(sem_tree_walk) X(thrd_count_up) X(mtx_table_grow)    \
    X(cnd_list_push) X(tss_slot_take) X(call_once_more) X(clone_tree)          \
    X(futex_stats_add) X(allocate_stack_of_cards) X(create_thread_pool)        \
    X(advise_stack_ranges) X(lll_push) X(get_cached_page) X(setxid_count)      \
    X(timer_helper_threads) X(timer_sigev_threads) X(aio_cancelled)            \
    X(aio_errors) X(aio_fsyncs) X(aio_inits) X(aio_reads) X(aio_returns)       \
    X(aio_suspended) X(aio_writes) X(lio_listios) X(do_aio_misc_waits)         \
    X(handle_fildes_ios) X(unwind_path) X(do_futex_waits)                      \
    X(clear_once_controls) X(sigcancel_handlers) X(malloc_count)               \
    X(free_list_add) X(calloc_zeroed) X(realloc_table) X(sysmalloc_count)      \
    X(systrim_count) X(arena_push) X(ptmalloc_stats) X(tcache_hit)             \
    X(munmap_chunks) X(unlink_chunks) X(new_heap_node) X(heap_insert)          \
    X(detach_arenas) X(mremap_chunks) X(reused_arenas) X(get_free_list_head)   \
    X(posix_memaligned) X(memalign_up) X(aligned_allocs) X(alloc_perturbed)    \
    X(checked_requests) X(alloc_new_heaps) X(valloc_pages) X(pvalloc_pages)    \
    X(mallinfo_add) X(int_mallinfos) X(mallopts) X(printf_lines)               \
    X(fprintf_count) X(vprintf_count) X(vfprintf_count) X(puts_sold)           \
    X(fputs_count) X(putc_count) X(fputc_count) X(putchar_count)               \
    X(fwrite_count) X(fread_count) X(fgets_count) X(fgetc_count) X(getcount)   \
    X(fopen_files) X(fclose_files) X(fflush_count) X(fseek_count)              \
    X(ftell_count) X(setvbuf_count) X(new_do_writes) X(buffered_vfprintfs)     \
    X(flockfiles) X(funlockfiles) X(ungetc_count) X(getdelims)                 \
    X(getline_count) X(perror_count) X(fileno_max) X(Xprintf_count)            \
    X(fdopen_count) X(dprintf_count) X(vdprintf_count) X(open_memstreams)      \
    X(save_for_backups) X(save_for_wbackups) X(decide_maybe_mmaps)             \
    X(mmap_remap_checks) X(flush_cleanups) X(adjust_wide_datas)                \
    X(fputws_count) X(fgetws_count) X(ungetwc_count) X(exit_door)              \
    X(atexit_count) X(at_quick_exits) X(abort_transaction) X(raise_price)      \
    X(fork_road) X(elf_machine_count) X(omp_score)
// As they are, seen from the whole program.
#define SAME(X)                                                                \
    X(get_cached_stack) X(systrim) X(munmap_chunk) X(new_do_write)             \
    X(alloc_slot) X(get_meta) X(cancel_handler) X(setxid_error)
// And seen from this file alone.
#define HERE(X)                                                                \
    X(create_thread) X(start_thread) X(allocate_stack) X(new_heap)             \
    X(heap_trim) X(arena_get2) X(tcache_put) X(unlink_chunk) X(do_futex_wait)  \
    X(save_for_backup) X(handle_fildes_io) X(clear_once_control)               \
    X(futex_wake)
// These look for something: they load a word.
#define LOOK(X)                                                                \
    X(strategy) X(string_count) X(wcs_total) X(memchr_count) X(memrchr_count)  \
    X(rawmemchr_count) X(memcmp_count) X(wmemchr_count) X(wmemcmp_count)       \
    X(bcmp_count)
// clang-format on

#define NOINLINE __attribute__((noinline))

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void enter(void)
{
#ifndef RACY
    pthread_mutex_lock(&mutex);
#endif
}

static void leave(void)
{
#ifndef RACY
    pthread_mutex_unlock(&mutex);
#endif
}

#define DEFINE(storage, name)                                                  \
    long name##_n;                                                             \
    storage NOINLINE void name(void)                                           \
    {                                                                          \
        name##_n = 3 * name##_n + 1;                                           \
    }
#define DEFINE_GLOBAL(name)                                                    \
    void name(void);                                                           \
    DEFINE(, name)
#define DEFINE_HERE(name) DEFINE(static, name)
#define DEFINE_LOOK(name)                                                      \
    long name##_n;                                                             \
    long name(void);                                                           \
    NOINLINE long name(void)                                                   \
    {                                                                          \
        return name##_n;                                                       \
    }
LIKE(DEFINE_GLOBAL)
SAME(DEFINE_GLOBAL)
HERE(DEFINE_HERE)
LOOK(DEFINE_LOOK)

long seen;

#define CALL(name) name();
#define SUM(name) seen += name();
#define STORE(name) name##_n = 1;

static void one(void)
{
    enter();
    LIKE(CALL)
    SAME(CALL)
    HERE(CALL)
    LOOK(SUM)
    leave();
}

static void other(void)
{
    enter();
    LIKE(CALL)
    SAME(CALL)
    HERE(CALL)
    LOOK(STORE)
    leave();
}

int main(void)
{
    together(one, other);
    return 0;
}
