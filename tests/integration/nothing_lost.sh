# However a program ends, its trace has at least as many stores as it counted
# in a file before it ended; all of them where it ended well.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/counting.bash"

n_ends=0
n_compared=0
# ends STATUS SLACK HOW [ARGS...]: that is how it ends.
ends() {
    local expected=$1 slack=$2
    shift 2
    new_counter
    status_of counting "$@" 2>err
    equal "$arch $*: status" "$expected" "$status"
    all_counted "$arch $*" "$slack"
    n_ends=$((n_ends + 1))
    n_compared=$((n_compared + $(number 0)))
}

# forks N_ENDED HOW: that many processes end well, each is in the trace.
forks() {
    ends 5 0 "$2" 3000
    equal "$arch $2: processes" "$1" "$(number 4)"
}

# killed SIGNAL STATUS HOW COUNT: from outside, when it has counted so far.
killed() {
    local signal=$1 expected=$2 how=$3 count=$4 pid
    new_counter
    counting "$how" 2>err &
    pid=$!
    await_count "$count"
    kill "-$signal" "$(number 2)"
    status_of wait "$pid"
    equal "$arch $how, SIG$signal at $count: status" "$expected" "$status"
    all_counted "$arch $how, SIG$signal at $count" 4
    n_ends=$((n_ends + 1))
    n_compared=$((n_compared + $(number 0)))
}

for arch in $(of_guests x86_64 aarch64); do
    ends 5 0 exit 3000
    ends 4 0 thread 3000
    ends 134 0 abort 3000
    ends 139 0 segv 3000
    ends 139 0 stack 3000
    ends 134 100 memory 3000
    ends 137 0 signal 3000 9
    ends 143 0 signal 3000 15
    ends 130 0 signal 3000 2
    ends 3 0 exec 3000 # and what executes is not recorded
    forks 2 fork
    forks 1 vfork
    forks 201 children
    forks 3 thread-fork
    forks 2 outlive
    forks 3 daemon
    for count in 1 4321 200000; do
        killed KILL 137 for-ever $count
        killed TERM 143 threads-for-ever $count
        killed INT 130 for-ever $count
        killed KILL 137 threads-for-ever $count
    done
done
echo "promise: $n_ends ends of programs lost none of $n_compared stores"
