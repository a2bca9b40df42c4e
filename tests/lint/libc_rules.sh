# The rules of whose code is whose keep up with libc: of the objects in its
# archive that a rule has functions of, and of those that these call and that have
# data of their own, each function is in a rule, or is known not to need one.
#
# MEMTRACE_TEST_LIBCS names more archives; what tools/make-sysroot unpacked in
# build/sysroot is looked at as well.
. "$TEST_ROOT/tests/lib.sh"

# known: what is in no rule for a reason, OBJECT FUNCTION, with a shell's *.
known=()
while read -r object function; do
    [[ $object = '#'* || -z $object ]] || known+=("$object $function")
done <<'END'
# What they fill or read is their caller's.
iovsprintf *vsprintf*
iovsscanf *vsscanf
obprintf *obstack_*
sprintf *sprintf
sscanf *sscanf
vsnprintf *vsnprintf*
vswprintf *vswprintf*
vasprintf *vasprintf*
getrandom *getrandom
ifaddrs *
check_pf *
freelocale freelocale
setlocale *
wait wait
forkpty forkpty
affinity *
close close
vfprintf *
mmap *mmap*
mremap *mremap
munmap *munmap
mbrtowc *
mbsrtowcs *
wcrtomb *
localtime *localtime*
hsearch *
syslog *
ieee128-* *
argp-help *
error *
obstack *
# Names that a program may well have, of a few instructions.
*  cleanup
*  dummy*
*  unlock
*  freecache
*  free_res
*  free_mem
sem_routines *
mktime *
aio *
lio_listio *
pthread_create start
pthread_key_create nodtor
pthread_once undo
timer_create *
synccall handler
clone clone_start
clone error
atexit call
__stdio_exit close_file
ext fpurge
__syscall_cp sccp
sigaction *sigaction
libc_sigaction __restore*
getdents64 *getdents*
vfwprintf pop_arg
# Before main(), or at the end of the process.
__libc_start_main *
exit _fini
quick_exit quick_exit
__init_tls *
__stack_chk_fail *
hwcapinfo *
init-first __libc_init_first
libc_fatal __libc_fatal
ctype-info __ctype_*
# Of the loader, locales, names of hosts and users: locks of their own.
dl-* *
dlerror *
findlocale *
loadarchive *
finddomain *
gconv_* *
idna *
lc-ctype *
libc_dlerror_result *
loadmsgcat *
wcsmbsload *
nss_* *
nsswitch *
mq_notify *
tzfile *
tzset *
__tz *
newlocale *
clock_gettime *
membarrier *
nscd_* *
res-close *
END

is_known() {
    local one

    for one in "${known[@]}"; do
        # Patterns.
        # shellcheck disable=SC2053
        if [[ $1 = ${one% *} && $2 = ${one#* } ]]; then
            return 0
        fi
    done
    return 1
}

# not_in_rules ARCHIVE: OBJECT FUNCTION, a line each.
not_in_rules() {
    nm -A "$1" 2>/dev/null | sed 's|^[^:]*:||; s|:| |' >symbols
    awk '
        NF == 4 && $3 ~ /^[tTwWi]$/ && $4 !~ /^([$.]|__x86\.)/ {
            sub(/\.l?o$/, ".o", $1)
            print $1, $4, $3 == "t" ? "local" : ""
        }' symbols | sort -u | "$HELPERS/ask_rules" >owners
    [ "$(wc -l <owners)" -gt 1000 ] || fail "$1: no functions"
    awk '
        NR == FNR {
            defines[$2] = $1
            if ($3 == "internal" && $4 != "libc/freemem") {
                is_listed[$1] = 1
            } else if ($3 == "user") {
                others[$1] = others[$1] " " $2
            }
            next
        }
        { sub(/\.l?o$/, ".o", $1) }
        $(NF - 1) ~ /^[bdBDC]$/ { has_data[$1] = 1 }
        $(NF - 1) ~ /^[Uw]$/ && is_listed[$1] && !is_listed[defines[$NF]] {
            is_called[defines[$NF]] = 1
        }
        END {
            for (object in others) {
                if (is_listed[object] ||
                    is_called[object] && has_data[object]) {
                    n = split(others[object], functions, " ")
                    for (i = 1; i <= n; i++) {
                        print object, functions[i]
                    }
                }
            }
        }' owners symbols | sort
}

n=0
: >all_new
archives() {
    local arch compiler

    for arch in $("$TEST_ROOT/tools/guests"); do
        compiler=$("$TEST_ROOT/tools/guests" "$arch" compiler)-gcc
        "$compiler" -print-file-name=libc.a 2>/dev/null || true
    done
}

for archive in $(archives) "$TEST_BUILD"/sysroot/*/usr/lib/*/libc.a \
    ${MEMTRACE_TEST_LIBCS-}; do
    [ -e "$archive" ] || continue
    not_in_rules "$archive" >found
    while read -r object function; do
        is_known "${object%.o}" "${function%%.*}" ||
            echo "$object $function"
    done <found >new
    sed "s|^|$archive: in no rule: |" new >>all_new
    echo "$archive: $(wc -l <owners) functions, $(wc -l <found) known to be in" \
        "no rule"
    n=$((n + 1))
done
if [ -s all_new ]; then
    cat all_new >&2
    fail "$(wc -l <all_new) functions are in no rule"
fi
[ $n -ge 1 ] || skip "there is no archive of libc"
