# shellcheck shell=bash
# lib.sh: what the test scripts share.  A script starts with
#
#   . "$TEST_ROOT/tests/lib.sh"
#
# and runs in an empty directory of its own.  Its environment: TEST_ROOT, the
# source; TEST_BUILD, the objects; MEMTRACE and PLUGIN, the two products;
# QEMU_x86_64 and the like, where another QEMU is to be tested.

set -Eeuo pipefail # E: the trap below holds in functions too

# shellcheck disable=SC2034 # for the scripts
ARCHES=${ARCHES:-x86_64 aarch64}
STATIC_ARCHES=${STATIC_ARCHES-i386 arm riscv64 ppc64le s390x mips64el}
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

# cross_cc ARCH: the compiler for it.
cross_cc() {
    case $1 in
    i386) echo i686-linux-gnu-gcc ;;
    arm) echo arm-linux-gnueabihf-gcc ;;
    ppc64le) echo powerpc64le-linux-gnu-gcc ;;
    mips64el) echo mips64el-linux-gnuabi64-gcc ;;
    *) echo "$1-linux-gnu-gcc" ;;
    esac
}

# variants ARCH: how those guests are linked of which there are several.
variants() {
    case " $ARCHES " in
    *" $1 "*) printf '%s\n' '' -static-pie -pie ;;
    *) echo ;;
    esac
}

# sysroot ARCH: of the dynamic guests that the tests build; empty: none needed.
sysroot() {
    case $1 in
    "$(uname -m)") ;;
    *) echo "/usr/$1-linux-gnu" ;;
    esac
}

# qemu ARCH: the emulator.
qemu() {
    local variable=QEMU_$1
    echo "${!variable:-qemu-$1}"
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

# n_traced FILE: N of the line "memtrace: N memory accesses traced" in it.
n_traced() {
    sed -n 's/^memtrace: \([0-9]*\) memory accesses traced$/\1/p' "$1"
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
