# shellcheck shell=bash
# counting.bash: the guest counts.c, which counts its stores in a file, for
# the tests that compare its count with the trace.  $arch is the guest's.

for arch in $(of_guests x86_64 aarch64); do
    [ -x "$(guest "$arch" counts)" ] || fail "counts is not built: make check-build"
done

# new_counter: the file, all zero.
new_counter() {
    head -c 4096 /dev/zero >counter
}

# number N: the N-th number of the file: 0 the count, 1 the variable's address,
# 2 the first process, 3 the last, 4 how many ended well.
number() {
    od -An -t u8 -j $((8 * $1)) -N 8 counter | tr -d ' '
}

# await_count N: till it has counted so far.
await_count() {
    until [ "$(number 0)" -ge "$1" ]; do
        sleep 0.02
    done
}

# counting HOW [ARGS...]: records it into t.data; the array options is record's.
options=()
counting() {
    exec_options=("${options[@]+"${options[@]}"}")
    "$MEMTRACE" record -q --force -o t.data --qemu "$(qemu "$arch")" \
        "${exec_options[@]+"${exec_options[@]}"}" -- \
        "$(guest "$arch" counts)" counter "$@"
}

# n_stored: how many stores to the variable are in the trace.
n_stored() {
    "$MEMTRACE" dump -i t.data --kind=write \
        --address="$(printf '0x%x+4' "$(number 1)")" | wc -l
}

# all_counted WHAT SLACK: at least as many as counted, and up to SLACK more.
all_counted() {
    local n counted
    counted=$(number 0)
    n=$(n_stored)
    if [ "$counted" -eq 0 ] || [ "$n" -lt "$counted" ] ||
        [ "$n" -gt $((counted + $2)) ]; then
        fail "$1: $counted stores counted, $n in the trace"
    fi
}
