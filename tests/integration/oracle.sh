# With regions=all a trace of a deterministic guest is, access by access, what
# the oracle prints, whatever libc does.  Both runs get the same arguments and
# no environment but PATH, so that their stacks are the same.
. "$TEST_ROOT/tests/lib.sh"

compare() {
    local arch=$1 name=$2 options=out=$PWD/oracle.txt cpu
    shift 2
    [ "$arch" != aarch64 ] || options=$options,exclusive=on
    cpu=max
    # AT_RANDOM and with it stack guards: the same numbers for both.
    env -i PATH="$PATH" "$(qemu "$arch")" -seed 1 -cpu "$cpu" \
        -plugin "$ORACLE,$options" "$@" </dev/null \
        >oracle.said 2>oracle.err
    env -i PATH="$PATH" "$MEMTRACE" record -o "$name.data" --force \
        --qemu "$(qemu "$arch")" --cpu "$cpu" --regions=all -- "$@" </dev/null \
        >memtrace.said 2>memtrace.err
    same "$name: output of the guest" oracle.said memtrace.said
    accesses "$name.data" --thread 0 >memtrace.txt
    same "$name: accesses" oracle.txt memtrace.txt
    [ "$(wc -l <oracle.txt)" -gt "$minimum" ] || fail "$name: a short list"
    equal "$name: the summary's number" "$(wc -l <oracle.txt)" \
        "$(n_traced memtrace.err)"
}

for arch in $ARCHES; do
    minimum=300
    compare "$arch" "$arch-accesses" "$(guest "$arch" accesses)"
    minimum=5000
    compare "$arch" "$arch-mappings" "$(guest "$arch" mappings)" no-maps
    compare "$arch" "$arch-loader" "$(guest "$arch" loader)"
    compare "$arch" "$arch-medley" "$(guest "$arch" medley)"
    minimum=1000
    compare "$arch" "$arch-exits" "$(guest "$arch" exits)" exit 0
done
