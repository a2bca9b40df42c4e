# shellcheck shell=bash
# lib.sh: what the test scripts share.  A script starts with
#
#   . "$TEST_ROOT/tests/lib.sh"
#
# and runs in an empty directory of its own.  Its environment: TEST_ROOT, the
# source; TEST_BUILD, the objects; MEMTRACE and PLUGIN, the two products;
# TEST_GUESTS, the guest architectures to test; PATH has the QEMU to test first.

set -Eeuo pipefail # E: the trap below holds in functions too

ORACLE=$TEST_BUILD/tests/oracle.so
HELPERS=$TEST_BUILD/tests/helpers

trap 'echo "line $LINENO of $0: status $?" >&2' ERR

# fail REASON: ends the test.
fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# skip REASON: ends it too, and says what is missing.
skip() {
    echo "$*"
    exit 77
}

# skip_unless_ci REASON: where MEMTRACE_TEST_ALL=1 nothing may be missing.
skip_unless_ci() {
    [ "${MEMTRACE_TEST_ALL-}" != 1 ] || fail "$*"
    skip "$*"
}

# has_clang: is there clang with the sanitizers and libFuzzer (libclang-rt-dev)?
has_clang() {
    local runtime
    runtime=libclang_rt.fuzzer-$(uname -m).a
    clang --print-search-dirs >/dev/null 2>&1 || return 1
    [ -e "$(clang --print-file-name="$runtime")" ] ||
        [ -e "$(clang --print-resource-dir)/lib/linux/$runtime" ]
}

# same WHAT EXPECTED ACTUAL: two files must be equal.
same() {
    if ! diff -u --label "expected: $1" "$2" --label "actual" "$3" >diff.txt
    then
        head -n 40 diff.txt >&2
        fail "$1: $(wc -l <"$2") lines expected, $(wc -l <"$3") found"
    fi
}

# equal WHAT EXPECTED ACTUAL: two words must be equal.
equal() {
    [ "$2" = "$3" ] || fail "$1: expected '$2', found '$3'"
}

# has FILE PATTERN: a line of the file must match the extended pattern.
has() {
    grep -Eq -- "$2" "$1" || {
        head -n 20 "$1" >&2
        fail "no line of $1 matches '$2'"
    }
}

# guest ARCH NAME: where that guest program is.
guest() {
    echo "$TEST_BUILD/tests/guests/$1/$2"
}

# all_guests: the guest architectures, a line each.
all_guests() {
    "$TEST_ROOT/tools/guests"
}

# cross_cc ARCH: the compiler for it.
cross_cc() {
    echo "$("$TEST_ROOT/tools/guests" "$1" compiler)-gcc"
}

# needs_guest ARCH: for tests of one architecture.
needs_guest() {
    [[ " $TEST_GUESTS " = *" $1 "* ]] || skip "$1 is not to be tested"
}

# of_guests ARCH...: those of them that are to be tested.
of_guests() {
    local arch
    for arch; do
        [[ " $TEST_GUESTS " != *" $arch "* ]] || echo "$arch"
    done
}

# other_guests ARCH...: those to be tested that are none of them.
other_guests() {
    local arch
    for arch in $TEST_GUESTS; do
        [[ " $* " = *" $arch "* ]] || echo "$arch"
    done
}

# variants ARCH PROGRAM: how that guest is linked, where in several ways.
variants() {
    local variant
    for variant in '' -static-pie -pie; do
        [ ! -e "$(guest "$1" "$2$variant")" ] || printf '%s\n' "$variant"
    done
}

# survives_threads ARCH: can that guest map over holes of its own while threads
# come and go?  QEMU 10.0 and later put a page of tables for each i386 thread
# into such a hole, and the guest dies, with memtrace or without.
survives_threads() {
    case "$(qemu_version "$1") $1" in
    1*\ i386) return 1 ;;
    esac
}

# sysroot ARCH: of the dynamic guests that the tests build; empty: none needed.
sysroot() {
    local compiler
    [ "$1" = "$(uname -m)" ] || {
        compiler=$(cross_cc "$1")
        echo "/usr/${compiler%-gcc}"
    }
}

# qemu ARCH: the emulator.
qemu() {
    echo "qemu-$1"
}

# without_luck ARCH: of accesses on stdin, pages above the image get numbers in
# the order in which they are accessed.  Since 8.1 QEMU gives guests of 64 bits
# the stack and mappings that the kernel happens to give it.
without_luck() {
    case "$(qemu_version "$1") $1" in
    7\ * | *\ i386 | *\ arm) cat ;;
    *)
        awk '{
            for (i = 1; i < NF && $i !~ /^0x/; i++) { }
            page = substr($i, 1, 15)
            if (page ~ /^0x/ && page >= "0x0000000100000") {
                if (!(page in number)) number[page] = ++n
                $i = "page-" number[page] "+" substr($i, 16)
            }
            print
        }'
        ;;
    esac
}

# same_accesses WHAT ARCH EXPECTED ACTUAL: of two runs.
same_accesses() {
    without_luck "$2" <"$3" >"$3.numbered"
    without_luck "$2" <"$4" >"$4.numbered"
    same "$1" "$3.numbered" "$4.numbered"
}

# qemu_cache: where tools/build-qemu puts what it builds.
qemu_cache() {
    local cache=${XDG_CACHE_HOME:-${HOME-}/.cache}/qemu-memtrace
    echo "${QEMU_MEMTRACE_CACHE:-$cache}"
}

# qemu_version ARCH: "major minor".
qemu_version() {
    "$(qemu "$1")" --version |
        sed -n 's/.* version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p'
}

# plugin_api ARCH: the newest version of the plugin API that it takes.
plugin_api() {
    case $(qemu_version "$1") in
    7\ *) echo 1 ;;
    10\ 0) echo 4 ;;
    10\ *) echo 5 ;;
    11\ 0) echo 6 ;;
    *) echo 7 ;;
    esac
}

# plain ARCH [QEMU OPTIONS] PROGRAM ARGS...: runs a guest without memtrace.
plain() {
    local arch=$1 dir
    shift
    dir=$(sysroot "$arch")
    "$(qemu "$arch")" ${dir:+-L "$dir"} "$@"
}

# status_of COMMAND...: runs it; $status is its exit status.
status_of() {
    status=0
    "$@" || status=$?
}

# record ARCH FILE [RECORD OPTIONS] -- PROGRAM ARGS...: into a trace.
record() {
    local arch=$1 file=$2 dir
    shift 2
    dir=$(sysroot "$arch")
    "$MEMTRACE" record -o "$file" --qemu "$(qemu "$arch")" \
        ${dir:+--sysroot "$dir"} "$@"
}

# accesses FILE [DUMP OPTIONS]: "R 0x... n" lines, the thread left out.
accesses() {
    local file=$1
    shift
    "$MEMTRACE" dump -i "$file" "$@" | sed 's/^T[0-9]* //'
}

# between BEGIN END: of lines on stdin, those between stores to two markers.
between() {
    awk -v begin="$1" -v end="$2" '
        $1 == "W" && $2 == end && inside { found = 1; inside = 0 }
        inside { print }
        $1 == "W" && $2 == begin && !found { inside = 1 }
        END { if (!found) print "no store to both markers" }'
}

# in_ranges FILE: of lines on stdin, those whose address is in a range of
# FILE, which has "range 0x... 0x..." lines of 16 digits each.
in_ranges() {
    awk '
        BEGIN { n = 0 }
        NR == FNR {
            if ($1 == "range") {
                low[n] = $2 ""
                high[n++] = $3 ""
            }
            next
        }
        {
            for (i = 0; i < n; i++) {
                if ($2 "" >= low[i] && $2 "" < high[i]) {
                    print
                    next
                }
            }
        }' "$1" -
}

# read_accounts FILE "WHO..." "CODE=NAME...": what instructions access, as the
# guests of lackey/ and manual/ say it in section .accounts, which FILE has:
# "PC WHO KIND ADDRESS SIZE" lines.
read_accounts() {
    od -An -v -w32 -t x8 "$1" | awk -v whos="$2" -v kinds="$3" '
        function value(hex,    i, n) {
            for (i = 1; i <= length(hex); i++) {
                n = n * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
            }
            return n
        }
        BEGIN {
            split(whos, who, " ")
            n_kinds = split(kinds, named, " ")
            for (i = 1; i <= n_kinds; i++) {
                split(named[i], part, "=")
                kind[part[1]] = part[2]
            }
        }
        NF == 4 {
            print $1, who[value($2) + 1], kind[substr($3, 15)], $4,
                value(substr($3, 1, 14))
        }'
}

# in_eights: an access of more than 8 bytes becomes several of 8, since QEMU
# before 10.0 makes such parts of it and later ones do not.  A fourth field is
# kept.
in_eights() {
    awk '
        function plus_8(hex,    i, digit) {
            for (i = 18; i > 2; i--) {
                digit = index("0123456789abcdef", substr(hex, i, 1)) - 1
                digit += (i == 18) ? 8 : 1
                hex = substr(hex, 1, i - 1) \
                    substr("0123456789abcdef", digit % 16 + 1, 1) \
                    substr(hex, i + 1)
                if (digit < 16) {
                    break
                }
            }
            return hex
        }
        {
            while ($3 > 8) {
                print $1, $2, 8 (NF > 3 ? " " $4 : "")
                $2 = plus_8($2)
                $3 -= 8
            }
            print
        }'
}

# memory WHO FILE: MiB, as guests print it (say_memory_of_all).
memory() {
    echo $(($(sed -n "s/^memory $1 //p" "$2") / 1024))
}

# n_traced FILE: N of the line "memtrace: N memory accesses traced" in it.
n_traced() {
    sed -n 's/^memtrace: \([0-9]*\) memory access\(es\)* traced$/\1/p' "$1"
}

# source_files PATTERN: files of the project by name, from its root.
source_files() {
    if [ -e .git ]; then
        git -c safe.directory='*' ls-files -co --exclude-standard -- "$1"
    else
        find . -path ./build -prune -o -type f -name "$1" -printf '%P\n'
    fi | while read -r file; do
        [ ! -f "$file" ] || echo "$file"
    done
}
