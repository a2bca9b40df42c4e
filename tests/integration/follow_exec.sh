# record --follow-exec: what the program executes is in the trace, and finds
# what execve hands on as it does without QEMU.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/counting.bash"

# Bash sets _ to what it starts.
run() {
    env -u _ "$@"
}

# both ARGS...: execs prints the same and ends the same way under QEMU, where
# the kernel runs what is executed, and recorded.
n_pairs=0
both() {
    status_of run "$qemu" "$program" "$@" >plain.out 2>plain.err
    echo "$status" >plain.status
    status_of run "$MEMTRACE" record -q --force -o t.data --qemu "$qemu" \
        --follow-exec -- "$program" "$@" >followed.out 2>followed.err
    echo "$status" >followed.status
    # QEMU turns the order of the environment round.
    sort -o plain.out plain.out
    sort -o followed.out followed.out
    same "$*: stdout" plain.out followed.out
    same "$*: stderr" plain.err followed.err
    same "$*: status" plain.status followed.status
    n_pairs=$((n_pairs + 1))
}

# n_programs: how many came by execve, as the trace has it.
n_programs() {
    "$MEMTRACE" dump --events -i t.data |
        grep -c 'process-start .*cause=exec' || true
}

# executed N ARGS...: as above, and so many programs were.
executed() {
    local n=$1
    shift
    both "$@"
    equal "$*: programs" "$n" "$(n_programs)"
    "$MEMTRACE" info -i t.data >info
    ! grep -q 'not shown by QEMU: execve' info || fail "$*: not followed"
}

# counted TO HOW: a program that counts its stores, executed by another.
counted() {
    local to=$1 how=$2 n last
    new_counter
    status_of "$MEMTRACE" record -q --force -o t.data --qemu "$qemu" \
        --follow-exec -- "$program" "$how" "$(guest "$to" counts)" counter \
        exit 3000 >out 2>err
    equal "$arch $how $to: status" 5 "$status"
    equal "$arch $how $to: messages" "" "$(cat err)"
    last=$("$MEMTRACE" info -i t.data | awk '$1 ~ /^T[0-9]/ { t = $1 }
        END { print substr(t, 2) }')
    n=$("$MEMTRACE" dump -i t.data --kind=write --thread="$last" \
        --address="$(printf '0x%x+4' "$(number 1)")" | wc -l)
    equal "$arch $how $to: stores" "$(number 0)" "$n"
    n_counted=$((n_counted + n))
}

printf '#!%s say  two words \n' "$(guest x86_64 execs)" >script
printf '#!%s/script\n' "$PWD" >nested
printf 'no program\n' >text
printf '#! \n' >empty
printf '#!/nosuch\n' >orphan
cp script unexecutable
chmod +x script nested text empty orphan
: >nothing
chmod +x nothing

needs_guest x86_64
arch=x86_64
qemu=$(command -v "$(qemu x86_64)")
program=$(guest x86_64 execs)
manners=$(guest x86_64 manners)
executed 1 plain "$program" say and more
executed 2 plain "$program" plain "$program" say
executed 1 environment "$program" say
executed 1 name "$program" "another name" say
executed 1 name "$program" "" say
executed 1 signals "$manners" signals
executed 1 descriptors "$manners" descriptors
executed 1 plain "$manners" close
executed 1 plain "$manners" wait
executed 1 plain "$manners" timers
executed 1 plain "$manners" limits
executed 1 plain "$manners" groups
executed 1 plain "$manners" threads
executed 1 plain "$manners" folders /
executed 1 thread "$program" say
executed 3 child "$program" say
executed 1 descriptor "$program" say
executed 1 descriptor-path "$program" say
executed 1 folder "$program" say
# What no path leads to: memory, a file that was removed; and from there on.
executed 1 memory "$program" say
executed 1 removed "$program" say
executed 1 memory-path "$program" say
executed 1 memory-open "$program" say
executed 2 memory "$program" memory "$program" say
executed 1 memory-open ./script a b
executed 1 memory "$manners" groups
executed 1 memory "$manners" limits
executed 1 plain ./script a b
executed 1 plain ./nested a b
executed 1 plain /bin/sh -c 'echo $0 $1; exit 3' x y
both fail ./nosuch ./text ./empty ./orphan ./unexecutable ./nothing . /dev/null
equal "failed: programs" 0 "$(n_programs)"
"$MEMTRACE" info -i t.data >info
! grep -q 'not shown by QEMU: execve' info || fail "failed calls are counted"

# Itself: plain QEMU would execute QEMU.
status_of "$MEMTRACE" record -q --force -o t.data --qemu "$qemu" \
    --follow-exec -- "$program" name /proc/self/exe again say >out 2>err
equal "itself: status" 5 "$status"
has out '^argument 0: again$'
has out '^argument 1: say$'
status_of "$MEMTRACE" record -q --force -o t.data --qemu "$qemu" --follow-exec -- \
    "$program" memory "$program" name /proc/self/exe again say >out 2>err
equal "itself from memory: status" 5 "$status"
equal "itself from memory: programs" 2 "$(n_programs)"
has out '^argument 0: again$'
"$MEMTRACE" info -i t.data >info
has info '^ *T2 .* memfd:copy$'

# Without the option, or where it cannot be followed, it is said.
status_of "$MEMTRACE" record --force -o t.data --qemu "$qemu" -- "$program" plain \
    "$program" say >out 2>err
has err '^memtrace: 1 execve executed, their accesses are not in this trace: --follow-exec records them$'
"$MEMTRACE" info -i t.data >info
has info 'not shown by QEMU: execve: 1$'

# A script that is gone when its interpreter starts.
status_of "$MEMTRACE" record --force -o t.data --qemu "$qemu" --follow-exec -- \
    "$program" memory-path ./script >out 2>err
equal "a script in memory: status" 5 "$status"
has err '^memtrace: 1 execve executed, .*: --follow-exec could not follow$'

# From each architecture to each.
n_counted=0
for arch in $(of_guests x86_64 aarch64 i386 riscv64 s390x); do
    qemu=$(command -v "$(qemu "$arch")")
    program=$(guest "$arch" execs)
    # The counter is read in this machine's byte order.
    for to in $(of_guests x86_64 aarch64 i386 riscv64); do
        counted "$to" plain
        counted "$to" memory
        [ "$to" != "$arch" ] || counted "$to" thread
    done
done
echo "promise: execve is followed: $n_pairs programs saw what they see" \
    "without QEMU, $n_counted stores of programs of other architectures" \
    "are in the trace"
