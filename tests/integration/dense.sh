# With --dense a thread's first accesses after a system call are each stamped,
# those of a loop that waits too, and all others only every --stamp accesses.
. "$TEST_ROOT/tests/lib.sh"

# times NAME: how many accesses to what the guest calls so have one time, for
# each time in their order.  A clock that is slow may not tell two apart.
times() {
    "$MEMTRACE" dump -i trace.data --stamps \
        --address "$(sed -n "s/^$1 //p" said)" |
        awk '{ print $NF }' | uniq -c | awk '{ print $1 }'
}

# check WHAT NAME DENSE: of its 1000 accesses about DENSE have a time of their
# own, or 64 more where a chunk has just begun, which does not tell yet whether
# the thread waits; others have one for each 50, or that of a new chunk.
check() {
    times "$2" >counts
    equal "$1 $2: accesses" 1000 "$(awk '{ n += $1 } END { print n }' counts)"
    awk -v dense="$3" '
        $1 < 10 && !n_sparse { n_dense += $1; next }
        { n_sparse += $1; n_times++; wrong += $1 > 50 }
        END {
            most = dense ? dense + 80 : 20 # a short run may be first or next
            exit n_dense < dense - 60 || n_dense > most || wrong ||
                n_times > n_sparse / 50 + 4
        }
    ' counts || fail "$1 $2: runs of one time: $(tr '\n' ' ' <counts)"
}

# check_flag WHAT LEAST MOST: as many times do the loads of the loop have.
check_flag() {
    times flag >counts
    [ "$(wc -l <counts)" -ge "$2" ] && [ "$(wc -l <counts)" -le "$3" ] ||
        fail "$1 flag: runs of one time: $(tr '\n' ' ' <counts)"
}

for arch in $TEST_GUESTS; do
    program=$(guest "$arch" stamps)
    record "$arch" trace.data --force --stamp=50 --dense=300 -- "$program" \
        >said 2>err
    check "$arch dense" first 300
    check "$arch dense" second 300
    check_flag "$arch dense" 200 1000
    "$MEMTRACE" info -i trace.data >info
    has info '^Stamps +every 50 accesses, each of 300 at a start'

    record "$arch" trace.data --force --stamp=50 -- "$program" >said 2>err
    check "$arch plain" first 0
    check_flag "$arch plain" 20 24
    "$MEMTRACE" info -i trace.data >info
    has info '^Stamps +every 50 accesses$'

    # The plugin by itself.
    "$(qemu "$arch")" -plugin \
        "$PLUGIN,out=trace.data,stamp=50,dense=300" -- "$program" >said 2>err
    check "$arch plugin" second 300
    "$MEMTRACE" info --meta -i trace.data >info
    has info '^ *record.dense = 300$'
done
