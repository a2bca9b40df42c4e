# Accesses that QEMU hides are in the trace where they can be worked out, as the
# guest says them; and counted where they cannot.  (Blocks zeroed by one that did not
# ask how large they are: tests/guests/manual/integers.S.)
. "$TEST_ROOT/tests/lib.sh"

cp "$MEMTRACE" memtrace
cp "$PLUGIN" qemu-memtrace.so
cache=$(qemu_cache)
needs_guest aarch64
zeros=$(guest aarch64 zeros)

# check VERSION CPU: blocks of the size that this CPU has.
check() {
    ./memtrace record -o zeros.data --force --qemu "$1" --cpu "$2" -- \
        "$zeros" >said 2>err || fail "$*: $(cat err)"
    grep '^W' said >expected
    [ "$(wc -l <expected)" -ge 32 ] || fail "$*: a short list"
    ./memtrace dump -i zeros.data | sed 's/^T[0-9]* //' |
        in_ranges said | grep '^W .* 16$' >actual
    same "$*" expected actual
    ! grep -q 'dc-zva' err || fail "$*: counted: $(cat err)"
    # Nothing but writable memory, and stores only where they are wanted.
    ./memtrace record -o loads.data --force --kind read --qemu "$1" -- \
        "$zeros" >said 2>err || fail "$*: $(cat err)"
    equal "$*: stores without stores" '' \
        "$(./memtrace dump -i loads.data --kind write --limit 1)"
}

found=
for version in 10.0 11.1; do
    [ -x "$cache/qemu-$version/bin/qemu-aarch64" ] || continue
    found=yes
    check "$version" max
    check "$version" cortex-a57
done

# Without registers all are counted.
if qemu-aarch64 --version | grep -q 'version [78]\.'; then
    ./memtrace record -o old.data --qemu qemu-aarch64 -- "$zeros" >said 2>err ||
        fail "an old QEMU: $(cat err)"
    ./memtrace info -i old.data >info
    has info 'not shown by QEMU: dc-zva: 8$'
fi
[ -n "$found" ] || skip_unless_ci "no QEMU that has registers"
