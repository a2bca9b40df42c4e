# Valgrind's lackey and we report the same accesses, in order, of instructions
# of every kind: tests/guests/lackey.  Where one of the two is known to differ
# from the manual the guest says so beside the instruction.
. "$TEST_ROOT/tests/lib.sh"
needs_guest x86_64

[ "$(uname -m)" = x86_64 ] || skip "lackey runs x86_64 guests on such a host"
command -v valgrind >/dev/null || skip "there is no valgrind"
grep -qw avx2 /proc/cpuinfo || skip "lackey runs AVX2 on processors that have it"

# accounts_of GUEST: what is known to differ, "PC WHO KIND ADDRESS SIZE".
# Two differences are known wherever they stand, since compilers make them
# too.  A bit test of a register accesses no memory; Valgrind writes the
# register below the stack and tests it there.  Loads and stores of 80 bits are
# not shown by QEMU since 9.1, nor compared there.
accounts_of() {
    objdump -d --no-show-raw-insn "$1" | awk '
        function pc(label) {
            return substr("0000000000000000", length(label)) \
                substr(label, 1, length(label) - 1)
        }
        $2 ~ /^bt[src]?$/ && $3 ~ /^%[a-z0-9]+,%/ {
            print pc($1), "lackey", "spill", 0, 0
        }
        $2 ~ /^(fldt|fstpt)$/ { print pc($1), "qemu_9", "silent", 0, 0 }'
    : >accounts.bin
    objcopy -O binary -j .accounts "$1" accounts.bin 2>objcopy.err
    read_accounts accounts.bin 'manual lackey qemu qemu_7 qemu_9 qemu_10' \
        '52=R 57=W 2d=none 42=bulk'
}

# between_pc BEGIN END: as between, of lines with a program counter.
between_pc() {
    awk -v begin="$1" -v end="$2" '
        $2 == "W" && $3 == end && inside { found = 1; inside = 0 }
        inside { print }
        $2 == "W" && $3 == begin && !found { inside = 1 }
        END { if (!found) print "no store to both markers" }'
}

# Without optimisation of several instructions at once, which drops loads
# whose value nothing needs.
by_lackey() {
    valgrind --tool=lackey --trace-mem=yes --basic-counts=no \
        --vex-iropt-level=0 --vex-guest-max-insns=1 \
        --log-file=lackey.log "$@" >lackey.said
    awk '
        function hex(text) {
            return substr("0000000000000000", 1, 16 - length(text)) text
        }
        /^I  / {
            split($2, part, ",")
            pc = hex(part[1])
            print pc, "I"
        }
        /^ [LSM] / {
            split($2, part, ",")
            if ($1 != "S") print pc, "R", hex(part[1]), part[2]
            if ($1 != "L") print pc, "W", hex(part[1]), part[2]
        }' lackey.log
}

by_memtrace() {
    "$MEMTRACE" record -o trace.data --force --regions=all \
        --qemu "$(qemu x86_64)" -- "$@" >memtrace.said 2>memtrace.err
    "$MEMTRACE" dump -i trace.data --format=csv | awk -F , '
        NR > 1 {
            print substr($5, 3), $2, substr($3, 3), $4
        }'
}

symbol() {
    nm "$1" | awk -v name="$2" '$3 == name { print $1 }'
}

case $(qemu_version x86_64) in
[78]\ * | 9\ 0) we=' qemu qemu_7 ' ;;
9\ * | 10\ [01]) we=' qemu qemu_9 qemu_10 ' ;;
*) we=' qemu qemu_9 ' ;;
esac

# normalise WHO GUEST: of lines on stdin.
normalise() {
    local name=${2##*/}
    between_pc "$(symbol "$2" begin_marker)" "$(symbol "$2" end_marker)" |
        awk -v who="$1" -v image_end="$(symbol "$2" _end)" \
            -f "$TEST_ROOT/tests/integration/normalise.awk" \
            "$name.accounts" -
}

# compare NAME MINIMUM: also, no account may be other than what happened.
compare() {
    same "$1: accesses" "$1.expected" "$1.actual"
    ! grep '^!' "$1.actual" || fail "$1: a difference other than the known"
    [ "$(wc -l <"$1.expected")" -gt "$2" ] || fail "$1: a short list"
}

# The same variants of libc's functions: QEMU and Valgrind are not the same
# processor, but both have what x86_64 started with.
features=-AVX2_Usable,-AVX2,-AVX,-AVX_Fast_Unaligned_Load,-ERMS,-FSRM,-SSE4_2
features=$features,-SSE4_1,-SSSE3,-BMI1,-BMI2,-LZCNT,-MOVBE,-POPCNT,-XSAVE
features=$features,-XSAVEC,-FMA,-FMA4,-Fast_Unaligned_Copy,-Fast_Unaligned_Load
export GLIBC_TUNABLES=glibc.cpu.hwcaps=$features
GLIBC_TUNABLES=$GLIBC_TUNABLES:glibc.cpu.x86_non_temporal_threshold=0xc0000
GLIBC_TUNABLES=$GLIBC_TUNABLES:glibc.cpu.x86_rep_movsb_threshold=0x1000
GLIBC_TUNABLES=$GLIBC_TUNABLES:glibc.cpu.x86_rep_stosb_threshold=0x1000

guests=$TEST_BUILD/tests/guests/lackey
n=0
for program in "$guests"/*; do
    name=${program##*/}
    # of this QEMU, not of others
    accounts_of "$program" | awk -v sides="manual lackey$we" '
        index(" " sides " ", " " $2 " ")' >"$name.accounts"
    [ "$name" != manual ] || continue
    by_lackey "$program" | normalise ' lackey ' "$program" >"$name.expected"
    by_memtrace "$program" | normalise "$we" "$program" >"$name.actual"
    same "$name: output" lackey.said memtrace.said
    "$MEMTRACE" info -i trace.data >"$name.info"
    compare "$name" 25
    n=$((n + 1))
done
[ $n -ge 10 ] || fail "$n guests"

# What is not shown, or in part, is counted: each such instruction of this
# guest is executed once.
n_insns() {
    objdump -d --no-show-raw-insn "$guests/x87" | awk '{ print $2 }' |
        grep -cxE "$1"
}
case $we in
*qemu_7*)
    cat >counts <<END
shown in part by QEMU: x87: $(n_insns 'fldenv|frstor')
shown in part by QEMU: fxsave: $(n_insns 'fxsave.*|fxrstor.*')
END
    ;;
*)
    cat >counts <<END
not shown by QEMU: x87: $(n_insns 'f(ldt|stpt|bld|bstp|nstenv|nsave|ldenv|rstor)')
not shown by QEMU: fxsave: $(n_insns 'fxsave.*|fxrstor.*')
END
    ;;
esac
sed -n 's/^ *\(\(not shown\|shown in part\) by QEMU: .*\)/\1/p' x87.info >counted
same 'x87: counts of what is not shown' counts counted

# What Valgrind does not know: the accounts, and nothing of other instructions.
by_memtrace "$guests/manual" | normalise "$we" "$guests/manual" |
    awk 'NR == FNR { known[$1] = 1; next } $1 in known || /^!/' \
        manual.accounts - >manual.actual
awk '$2 == "manual" && $3 != "bulk" { print $1, $3, $4, $5 }' \
    manual.accounts >manual.lines
awk -v who=' manual ' -f "$TEST_ROOT/tests/integration/normalise.awk" \
    manual.accounts manual.lines >manual.expected
compare manual 50
