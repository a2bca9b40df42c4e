# With regions=all a trace of a deterministic guest is, access by access, what
# the oracle prints, whatever libc does.  Both runs get the same arguments and
# no environment but the same, so that their stacks are the same.
. "$TEST_ROOT/tests/lib.sh"

# Of these QEMU has a CPU called max, of the others it takes its own choice.
declare -A cpus=([x86_64]=max [i386]=max [aarch64]=max [arm]=max [s390x]=max)

# zeroing ARCH PROGRAM: where it has instructions of which memtrace works out
# what QEMU shows to no plugin.
zeroing() {
    [ "$1" != aarch64 ] || aarch64-linux-gnu-objdump -d "$2" |
        sed -n 's/^ *\([0-9a-f]*\):.*\tdc\tg\?zva,.*/\1/p' |
        while read -r pc; do printf 'pc=0x%016x\n' "0x$pc"; done
}

compare() {
    local arch=$1 name=$2 cpu=${cpus[$1]-}
    local options=out=$PWD/oracle.txt,exclusive=$arch
    local environment=("PATH=$PATH" "ORACLE_API=$(plugin_api "$arch")")
    shift 2
    : >hidden.txt
    # AT_RANDOM and with it stack guards: the same numbers for both.
    env -i "${environment[@]}" "$(qemu "$arch")" -seed 1 ${cpu:+-cpu "$cpu"} \
        -plugin "$ORACLE,$options" "$@" </dev/null \
        >oracle.said 2>oracle.err
    env -i "${environment[@]}" "$MEMTRACE" record -o "$name.data" --force \
        --qemu "$(qemu "$arch")" ${cpu:+--cpu "$cpu"} --regions=all -- "$@" </dev/null \
        >memtrace.said 2>memtrace.err
    same "$name: output of the guest" oracle.said memtrace.said
    zeroing "$arch" "$1" >zeroing.txt
    accesses "$name.data" --thread 0 --pc |
        awk 'FILENAME == "zeroing.txt" { hidden[$1] = 1; next }
            $4 in hidden { print >"hidden.txt"; next }
            { print $1, $2, $3 }' zeroing.txt - >memtrace.txt
    same_accesses "$name: accesses" "$arch" oracle.txt memtrace.txt
    [ "$(wc -l <oracle.txt)" -gt "$minimum" ] || fail "$name: a short list"
    equal "$name: the summary's number" \
        $(($(wc -l <oracle.txt) + $(wc -l <hidden.txt))) \
        "$(n_traced memtrace.err)"
}

for arch in $TEST_GUESTS; do
    minimum=300
    compare "$arch" "$arch-accesses" "$(guest "$arch" accesses)"
    minimum=5000
    compare "$arch" "$arch-mappings" "$(guest "$arch" mappings)" quiet
    compare "$arch" "$arch-medley" "$(guest "$arch" medley)"
    minimum=1000
    compare "$arch" "$arch-loader" "$(guest "$arch" loader)" quiet
    compare "$arch" "$arch-exits" "$(guest "$arch" exits)" exit 0
done
