# aarch64's instructions access what the architecture's manual says:
# tests/guests/manual.  Where a QEMU is known to show it otherwise the guest
# says so beside the instruction, and that must then be so.
. "$TEST_ROOT/tests/lib.sh"
needs_guest aarch64

tools=$(cross_cc aarch64)
tools=${tools%gcc}
qemu=$(qemu aarch64)
version=$("$qemu" --version |
    sed -n 's/.* version \([0-9]*\)\.\([0-9]*\).*/\1 * 100 + \2/p')
if [ $((version)) -lt 900 ]; then
    we=qemu_7
elif [ $((version)) -lt 1101 ]; then
    we=qemu_10
else
    we=qemu_11
fi

symbol() {
    "${tools}nm" "$1" | awk -v name="$2" '$3 == name { print $1 }'
}

# accounts_of GUEST: "PC WHO KIND ADDRESS SIZE"; KIND of what is counted is a
# name.
accounts_of() {
    "${tools}objcopy" -O binary -j .accounts "$1" \
        accounts.bin
    read_accounts accounts.bin \
        'manual qemu qemu_7 qemu_10 qemu_11 counted counted_7 counted_10 counted_11' \
        '52=R 57=W 2d=none 01=dc-zva 02=sve 03=mops 04=part.sve'
}

# expected_of ACCOUNTS: what this QEMU must show; of the manual where it has
# no lines of its own.
expected_of() {
    awk -v we="$we" '
        $2 == we || $2 == "qemu" {
            if (!($1 in own)) {
                text[$1] = ""
            }
            own[$1] = 1
        }
        $2 == we || $2 == "qemu" || ($2 == "manual" && !($1 in own)) {
            if (!($1 in seen)) {
                seen[$1] = 1
                order[n++] = $1
            }
            if ($3 != "none") {
                text[$1] = text[$1] $3 " 0x" $4 " " $5 " " $1 "\n"
            }
        }
        END {
            for (i = 0; i < n; i++) {
                printf "%s", text[order[i]]
            }
        }' "$1"
}

# actual_of TRACE GUEST: the accesses between the stores to the markers.
actual_of() {
    "$MEMTRACE" dump -i "$1" --format=csv | awk -F , \
        -v begin="0x$(symbol "$2" begin_marker)" \
        -v end="0x$(symbol "$2" end_marker)" '
        $2 == "W" && $3 == end { inside = 0 }
        inside { print $2, $3, $4, substr($5, 3) }
        $2 == "W" && $3 == begin { inside = 1 }'
}

# counts_of ACCOUNTS: how many instructions must be counted as unseen.
counts_of() {
    awk -v we="${we#qemu_}" '
        $2 == "counted" || $2 == "counted_" we { n[$3]++ }
        END { for (name in n) print n[name], name }' "$1" | sort
}

n=0
for program in "$TEST_BUILD"/tests/guests/manual/*; do
    name=${program##*/}
    accounts_of "$program" >"$name.accounts"
    # MOPS came with QEMU 8.2.
    [ "$name $we" != 'mops qemu_7' ] || continue
    record aarch64 "$name.data" --regions=all \
        --cpu max,sve-default-vector-length=16 -- "$program" 2>"$name.err"
    expected_of "$name.accounts" | in_eights >"$name.expected"
    actual_of "$name.data" "$program" | in_eights >"$name.actual"
    same "$name: accesses" "$name.expected" "$name.actual"
    counts_of "$name.accounts" >"$name.counts"
    "$MEMTRACE" info -i "$name.data" | sed -n '
        s/^  shown in part by QEMU: \(.*\): \([0-9]*\)$/\2 part.\1/p
        s/^  not shown by QEMU: \(.*\): \([0-9]*\)$/\2 \1/p' |
        sort >"$name.counted"
    same "$name: counts of what is unseen" "$name.counts" "$name.counted"
    n=$((n + $(wc -l <"$name.expected")))
done
[ $n -gt 900 ] || fail "only $n accesses"
