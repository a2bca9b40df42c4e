# The numbers in plugin/arch are those of the kernel's headers of each
# architecture, as are the size of an address, the byte order, MAP_ANONYMOUS
# and the sizes of structures; and no call that those headers have was left
# out, but for those that are made otherwise than by their name.
. "$TEST_ROOT/tests/lib.sh"

calls='mmap mmap2 munmap mprotect pkey_mprotect brk mremap shmat shmdt ipc clone
    clone3 fork vfork execve execveat exit exit_group futex futex_time64 read
    pread64 recv write pwrite64 readv preadv preadv2 writev pwritev pwritev2
    send sendto recvfrom sendmsg recvmsg socketcall bind connect accept
    accept4 getsockname getpeername setsockopt getsockopt socketpair pipe
    pipe2 poll ppoll ppoll_time64 select _newselect pselect6 pselect6_time64
    epoll_ctl epoll_wait epoll_pwait clock_gettime clock_getres
    clock_gettime64 clock_getres_time64 clock_settime clock_settime64
    gettimeofday time nanosleep clock_nanosleep clock_nanosleep_time64
    getitimer setitimer times open creat access unlink mkdir rmdir chdir chmod
    chown lchown chown32 lchown32 truncate truncate64 openat openat2 faccessat
    faccessat2 unlinkat mkdirat fchmodat fchownat rename link symlink renameat
    renameat2 linkat symlinkat readlink readlinkat stat lstat fstat stat64
    lstat64 fstat64 newfstatat fstatat64 statx getcwd getrandom getdents
    getdents64 ioctl rt_sigaction rt_sigprocmask rt_sigpending rt_sigsuspend
    rt_sigtimedwait rt_sigtimedwait_time64 sigaltstack waitpid wait4 getrlimit
    ugetrlimit setrlimit prlimit64 getrusage sysinfo uname sched_getaffinity
    sched_setaffinity _llseek getcpu'

# Calls of that name which take or fill in something older or other.
left_out() {
    case $1 in
    i386) echo select stat lstat fstat getrlimit ;;
    arm) echo select stat lstat fstat getrlimit ;;
    ppc64le) echo select getrlimit ;;
    mips64el) echo pipe ;; # returns in two registers
    esac
}

# field FILE FIELD: what .FIELD is there; empty where it is not.
field() {
    sed -n "s/^    \\.$2 = \\(.*\\),\$/\\1/p" "$1"
}

program_of() {
    local file=$1 order=LITTLE anonymous call
    local arch=$2
    [ "$(field "$file" is_big_endian)" != true ] || order=BIG
    anonymous=$(field "$file" map_anonymous)
    echo '#include <sys/mman.h>'
    echo '#include <asm/unistd.h>'
    echo '#include <asm/stat.h>'
    echo '#include <linux/eventpoll.h>'
    # Rows that several tables share are in a file of their own.
    "$(cross_cc "$arch")" -E -P -I"$TEST_ROOT/plugin/arch" \
        -I"$TEST_ROOT/channel" "$file" | tr -d '\n' | sed 's/}/}\n/g' |
        sed -n 's/^.*{\([0-9]*\), GUEST_CALL_[A-Z0-9_]*, "\(.*\)"}$/\2 \1/p' \
            >numbers
    [ "$(wc -l <numbers)" -gt 10 ] || fail "no table in $file"
    while read -r call number; do
        echo "_Static_assert(__NR_$call == $number, \"$call\");"
    done <numbers
    for call in $calls; do
        [[ " $(left_out "$arch") " != *" $call "* ]] || continue
        grep -q "^$call " numbers ||
            printf '#ifdef __NR_%s\n#error no %s\n#endif\n' "$call" "$call"
    done
    echo "_Static_assert(__SIZEOF_POINTER__ * 8 == $(field "$file" bits)," \
        '"bits");'
    echo "_Static_assert(__BYTE_ORDER__ == __ORDER_${order}_ENDIAN__," \
        '"order");'
    echo '#ifdef __NR_fstat64'
    echo '#define stat stat64'
    echo '#endif'
    echo "_Static_assert(sizeof(struct stat) == $(field "$file" stat_bytes)," \
        '"stat");'
    echo "_Static_assert(sizeof(struct epoll_event) ==" \
        "$(field "$file" epoll_event_bytes), \"epoll_event\");"
    echo "_Static_assert(MAP_ANONYMOUS == ${anonymous:-0x20}, \"anonymous\");"
}

n=0
for file in "$TEST_ROOT"/plugin/arch/*.c; do
    arch=$(field "$file" name | tr -d '"')
    [ -n "$arch" ] || continue # shared code, no table
    program_of "$file" "$arch" >"$arch.c"
    "$(cross_cc "$arch")" -D_GNU_SOURCE -fsyntax-only "$arch.c" ||
        fail "$arch: not as the kernel's headers say"
    n=$((n + 1))
done
equal 'architectures in guest_arch.c' "$n" \
    "$(grep -c '^    &guest_arch_' "$TEST_ROOT/plugin/arch/guest_arch.c")"
