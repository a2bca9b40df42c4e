# What a program can tell of its surroundings is the same with and without
# memtrace: descriptors, children, signals, timers, limits, folders, groups.
. "$TEST_ROOT/tests/lib.sh"

# with PLAIN|RECORDED SNIPPET: runs it in a folder of its own.  It uses
# "${run[@]}" for what a program is run with.
with() {
    local how=$1
    rm -rf here trace.data
    mkdir here
    run=("$(qemu "$arch")")
    if [ "$how" = recorded ]; then
        run=("$MEMTRACE" record -q --force -o "$PWD/trace.data" --qemu
            "${run[0]}" --)
    fi
    status_of eval "(cd here; $2) >$how.out 2>$how.err"
    echo "$status" >"$how.status"
    # What bash says of a signal that ended a program of its own.
    sed -i '/lib\.sh: line [0-9]*: /d' "$how.err"
}

# both SNIPPET: output, messages and status are the same.
n_pairs=0
both() {
    with plain "$1"
    with recorded "$1"
    same "$arch: $1: stdout" plain.out recorded.out
    same "$arch: $1: stderr" plain.err recorded.err
    same "$arch: $1: status" plain.status recorded.status
    [ "${2-}" = unrecorded ] ||
        "$MEMTRACE" dump -i trace.data | tail -n 1 | grep -q '^T' ||
        fail "$arch: $1: nothing was recorded"
    n_pairs=$((n_pairs + 1))
}

# await FILE PATTERN: till a line of the file matches.
await() {
    until grep -q "$2" "$1" 2>/dev/null; do
        sleep 0.02
    done
}

# interrupted SIGNAL TO N: the program gets N signals, as a terminal would
# send them to the group, or sent to what was started alone.
interrupted() {
    local signal=$1 to=$2 n=$3 pid
    rm -f said
    set -m # a group of its own
    "${run[@]}" "$program" interrupt "$n" >said &
    pid=$!
    set +m
    await said '^ready$'
    if [ "$to" = group ]; then
        kill "-$signal" -- "-$pid"
    else
        kill "-$signal" "$pid"
    fi
    status_of wait "$pid"
    cat said
    return "$status"
}

# at_terminal BEFORE ARGS: the program at a terminal, as a shell's command.
at_terminal() {
    script -qefc "$1$(printf '%q ' "${run[@]}" "$program")$2" /dev/null |
        tr -d '\r'
}

# typed_interrupt N: the program is interrupted by Ctrl-C, after it has asked
# for N of them.
typed_interrupt() {
    local n=$1 pid
    rm -f said keys
    mkfifo keys
    exec 7<>keys
    set -m # or else it would ignore the interrupt
    script -qefc "$(printf '%q ' "${run[@]}" "$program")interrupt $n" \
        /dev/null <keys >said &
    pid=$!
    set +m
    await said '^ready'
    printf '\003' >&7
    status_of wait "$pid"
    exec 7>&-
    tr -d '\r' <said
    return "$status"
}

for arch in $(of_guests x86_64 aarch64); do
    program=$(guest "$arch" manners)
    # shellcheck disable=SC2016 # expanded by eval
    {
        run_it='"${run[@]}" "$program"'
    }
    both "$run_it descriptors"
    both "$run_it descriptors 7</dev/null 9>/dev/null 200</dev/null"
    both "$run_it close"
    both "$run_it close 3</dev/null 5</dev/null"
    both "$run_it open"
    both "ulimit -n 64; $run_it open"
    both "$run_it wait"
    both "$run_it signals"
    both "trap '' HUP USR2 INT PIPE TERM QUIT XFSZ; $run_it signals"
    both "$run_it timers"
    both "$run_it limits"
    both "ulimit -Sn 200; ulimit -Sf 1024; $run_it limits"
    # A limit that leaves room for what the plugin maps.
    both "ulimit -Sv 100000000; $run_it limits"
    both "$run_it folders /"
    both "$run_it folders /nosuch"
    both "$run_it groups"
    both "at_terminal '' groups | grep foreground"
    both "at_terminal 'set -m; ' 'groups & wait \$!' | grep foreground"
    both "typed_interrupt 0"
    both "typed_interrupt 1"
    both "$run_it threads"
    both "seq 10000 | $run_it copy | cat"
    both "seq 100000 | $run_it copy | head -n 3; echo \"\${PIPESTATUS[@]}\""
    both "$run_it copy <&-"
    both "$run_it copy >&-"
    both "$run_it copy 2>&-"
    for closed in '<&-' '>&-' '2>&-' '<&- >&-' '>&- 2>&-' '<&- >&- 2>&-'; do
        both "$run_it elsewhere file $closed; cat file"
    done
    both "interrupted INT group 0"
    both "interrupted INT group 1"
    both "interrupted TERM group 0"
    both "interrupted TERM first 0"
    both "interrupted TERM first 1"
    both "interrupted HUP first 0"
done
echo "promise: $n_pairs pairs of runs, with and without memtrace, are the same"
