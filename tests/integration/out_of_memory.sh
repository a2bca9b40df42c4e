# Memory, or a call of the system, fails inside QEMU: the guest goes on as if
# nothing were recorded, one line says that recording has stopped, and so does
# the trace.  In a plugin for tests a call fails, one after another of each kind.
. "$TEST_ROOT/tests/lib.sh"

needs_guest x86_64
cp "$MEMTRACE" memtrace
cp "$TEST_BUILD/tests/failing/qemu-memtrace.so" .
cache=$(qemu_cache)
guests=$TEST_BUILD/tests/guests/x86_64

# What a guest says, but for where things are.
said() {
    sed -e '/^maps$/,$d' -e '/^range/d' -e 's/0x[0-9a-f]*//g'
}

# run NAME N[+]: the guest's output, messages and status with that failure.
run() {
    rm -f failed t.data
    status_of env MEMTRACE_TEST_FAILS="$1:$2" \
        MEMTRACE_TEST_FAILED="$PWD/failed" \
        ./memtrace record -q -o t.data --qemu "$qemu" "${options[@]}" -- \
        "${program[@]}" >out 2>err
}

n_told() {
    grep -c '^memtrace: ' err || true
}

# undisturbed: the guest did what it does by itself.
undisturbed() {
    said <out >out.said
    same "$what: output" plain.said out.said
    equal "$what: status" "$plain_status" "$status"
}

# told REASON: on stderr, once, and in the trace.
told() {
    grep -v "^memtrace: .*; the program goes on without being recorded$" \
        err >other || true
    same "$what: other lines" plain.err other
    equal "$what: lines that tell" 1 "$(n_told)"
    has err "^memtrace: ($1);"
    ./memtrace info -i t.data >info || fail "$what: info"
    has info "stopped early: ($1)$"
    n_stops=$((n_stops + 1))
}

# stops_all NAME REASON: all calls of that name fail.
stops_all() {
    what="$qemu ${program[0]##*/} ${options[*]}: all $1"
    run "$1" 1+
    undisturbed
    [ -e failed ] || fail "$what: it is never called"
    told "$2"
}

# stops NAME REASON: each call of that name fails once, until there is no more.
stops() {
    local n=0 hits=0
    while n=$((n + step)); do
        what="$qemu ${program[0]##*/} ${options[*]}: $1 $n"
        run "$1" "$n"
        undisturbed
        [ -e failed ] || break
        hits=$((hits + 1))
        told "$2"
    done
    equal "$what: lines where none failed" 0 "$(n_told)"
    [ $hits -gt 0 ] || fail "$what: it is never called"
}

# follows NAME: where it fails the program is not followed, which is said, or the
# recording has stopped before.
follows() {
    local n=0 hits=0
    while n=$((n + 1)); do
        what="$qemu ${program[0]##*/} ${options[*]}: $1 $n"
        run "$1" "$n"
        undisturbed
        ./memtrace info -i t.data >info || fail "$what: info"
        [ -e failed ] || break
        if [ "$(n_told)" != 0 ]; then
            told '.*'
        else
            has info 'not shown by QEMU: execve'
            hits=$((hits + 1))
        fi
    done
    ! grep -q execve info || fail "$what: not followed"
    [ $hits -gt 2 ] || fail "$what: it is followed in any case"
}

# bears NAME: it may fail, and nothing is lost.
bears() {
    what="$qemu ${program[0]##*/} ${options[*]}: $1"
    run "$1" 1+
    undisturbed
    [ -e failed ] || fail "$what: it is never called"
    same "$what: messages" plain.err err
    ./memtrace info -i t.data >info || fail "$what: info"
    ! grep -q 'stopped early' info || fail "$what: $(grep early info)"
}

# guest PROGRAM ARGS...: the one to run now.
guest_of() {
    program=("$guests/$1" "${@:2}")
    status_of "$qemu" "${program[@]}" >plain.out 2>plain.err
    plain_status=$status
    said <plain.out >plain.said
}

memory="QEMU is out of memory"
mappings="the list of QEMU's mappings cannot be read"
n_stops=0
qemus=("$(qemu x86_64)")
if [ -z "${MEMTRACE_TEST_QEMU-}" ]; then
    [ -x "$cache/qemu-11.1/bin/qemu-x86_64" ] ||
        skip_unless_ci "no QEMU 11.1: tools/build-qemu 11.1 x86_64 builds it"
    qemus+=("$cache/qemu-11.1/bin/qemu-x86_64")
fi
for qemu in "${qemus[@]}"; do
    step=1
    options=()
    guest_of mappings
    stops memory "$memory|$mappings: Cannot allocate memory"
    stops open "$mappings: Too many open files|.*program.*"
    stops read "$mappings: Input/output error|.*program.*"
    stops_all stat "the program is not found among QEMU's mappings"
    stops_all memmem "the program's stack is not found among QEMU's mappings"
    stops elf_begin ".*ELF file.*"
    stops gelf_getphdr ".*ELF file.*"
    stops shmctl "the size of attached shared memory cannot be read: .*"
    bears readlink
    stops_all memory "$memory|$mappings: Cannot allocate memory"

    # Each of these allocations is in unit/plugin_*; here some of them.
    step=3
    guest_of spots-pie "$guests/spots_library.so" more
    options=(--function 'load_*')
    stops memory "$memory|$mappings: Cannot allocate memory"
    step=1
    stops readlink "the name of a mapped file cannot be read: .*"
    step=3
    options=(--symbol in_data)
    stops memory "$memory|$mappings: Cannot allocate memory"

    guest_of kinds
    options=(--region "heap,stack")
    stops memory "$memory|$mappings: Cannot allocate memory"

    guest_of kernel
    options=(--syscalls)
    # Thousands of them: one of so many.
    step=29
    stops process_vm_readv "the guest's memory cannot be read: .*"
    step=1

    guest_of execs once "$guests/exits" exit 3
    options=(--follow-exec)
    follows memory
done
echo "promise: what fails inside QEMU ends the recording, not the program:" \
    "$n_stops failures"
