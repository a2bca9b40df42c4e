/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest_rows.h - the guest architectures, a row each, in the order in which
 * they are listed to the user: GUEST(name, fields of struct guest...).
 *
 * Who includes it says what a row becomes.  Each has plugin/arch/NAME.c and
 * numbers/NAME_numbers.c besides, and a line of guests/list for the scripts.
 * lint/guests holds the values against the kernel's headers.
 */

/* What most have. */
#define CLONE_TLS_WORD                                                         \
    {                                                                          \
        .flags = 0, .stack = 1, .tls = 3, .word = 4                            \
    }
#define LINUX_FLAGS .map_anonymous = 0x20, .sigchld = 17

/* clang-format off */
GUEST(aarch64,
    .bits = 64,
    .elf_machine = EM_AARCH64,
    LINUX_FLAGS,
    .stat_bytes = 128, .sigaction_bytes = 32, .epoll_event_bytes = 16,
    .clone = CLONE_TLS_WORD,
    .tls = {.header_bytes = 16},
    /*
     * libc copies by what the CPU has.  QEMU shows SVE since 9.0; no QEMU shows
     * MOPS, and SME ends it: neoverse-n2 is the most that has neither.
     */
    .cpus = {{"max,sve=off", .until_version = 9},
             {"neoverse-n2", .until_version = GUEST_CPU_FOR_ALL}},
    .scans = scans_aarch64)

GUEST(arm,
    .bits = 32,
    .elf_machine = EM_ARM,
    LINUX_FLAGS,
    .stat_bytes = 104, .sigaction_bytes = 20, .epoll_event_bytes = 16,
    .has_marked_code = true, /* functions of T32 */
    .clone = CLONE_TLS_WORD,
    .tls = {.header_bytes = 8})

GUEST(i386,
    .bits = 32,
    .elf_machine = EM_386,
    .has_mmap_in_memory = true, /* who can, uses mmap2 */
    LINUX_FLAGS,
    .stat_bytes = 96, .sigaction_bytes = 20, .epoll_event_bytes = 12,
    .clone = {.flags = 0, .stack = 1, .tls = 3, .word = 4,
              .has_tls_behind = true},
    .tls = {.is_below = true},
    .scans = scans_x86)

GUEST(mips64el, /* n64 */
    .bits = 64,
    .elf_machine = EM_MIPS,
    .map_anonymous = 0x800, .sigchld = 18,
    .stat_bytes = 104, .sigaction_bytes = 32, .epoll_event_bytes = 16,
    .has_wide_ioctl_direction = true,
    .clone = CLONE_TLS_WORD,
    .tls = {.bias_bytes = 0x7000})

GUEST(ppc64le,
    .bits = 64,
    .elf_machine = EM_PPC64,
    LINUX_FLAGS,
    .stat_bytes = 144, .sigaction_bytes = 32, .epoll_event_bytes = 16,
    .has_wide_ioctl_direction = true,
    .clone = CLONE_TLS_WORD,
    .tls = {.bias_bytes = 0x7000})

GUEST(riscv64,
    .bits = 64,
    .elf_machine = EM_RISCV,
    LINUX_FLAGS,
    .stat_bytes = 128, .sigaction_bytes = 24, .epoll_event_bytes = 16,
    .clone = CLONE_TLS_WORD)

GUEST(s390x,
    .bits = 64,
    .is_big_endian = true,
    .elf_machine = EM_S390,
    .has_mmap_in_memory = true,
    LINUX_FLAGS,
    .stat_bytes = 144, .sigaction_bytes = 32, .epoll_event_bytes = 16,
    .clone = {.stack = 0, .flags = 1, .word = 3, .tls = 4},
    .tls = {.is_below = true})

GUEST(x86_64,
    .bits = 64,
    .elf_machine = EM_X86_64,
    LINUX_FLAGS,
    .stat_bytes = 144, .sigaction_bytes = 32, .epoll_event_bytes = 12,
    .clone = {.flags = 0, .stack = 1, .word = 3, .tls = 4},
    .tls = {.is_below = true},
    .scans = scans_x86)
/* clang-format on */

#undef CLONE_TLS_WORD
#undef LINUX_FLAGS
