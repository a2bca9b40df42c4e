# A guest gets a CPU of which QEMU shows all that libc uses; another one by
# --cpu, and then what is not shown is said.
. "$TEST_ROOT/tests/lib.sh"

cp "$MEMTRACE" memtrace
cp "$PLUGIN" qemu-memtrace.so
cache=$(qemu_cache)
needs_guest aarch64
features=$(guest aarch64 features)

# races_of QEMU [OPTION...]: of the guest, which has none.
races_of() {
    local status=0
    ./memtrace races -o features.data --force --qemu "$@" -- "$features" \
        >said 2>err || status=$?
    equal "$*: status ($(cat said err))" 0 $status
    has said '^400$'
    has said '^0 data races'
}

# copied: how many stores the trace has to what is copied.
copied() {
    ./memtrace dump -i features.data --symbols --kind write |
        grep -c 'data=to[.+ ]\|data=to$' || :
}

# By default: all is there.
check() {
    races_of "$1"
    has said '^has$'
    ! grep -q 'mops\|sve' err || fail "$1: not shown: $(cat err)"
    equal "$1: stores of copies" 3200 "$(copied)"
}

found=
for version in 10.0 11.1; do
    [ -x "$cache/qemu-$version/bin/qemu-aarch64" ] || continue
    found=yes
    check "$version"
    races_of "$version" --cpu max
    has said '^has.* mops'
    equal "$version, max: stores of copies" 0 "$(copied)"
    has err '1,200 mops'
    ./memtrace races -i features.data -f json >json
    has json '"unseen":\[{"by":"mops","executed":1200,"is_part":false}'
    ./memtrace report -i features.data --by thread >said 2>err
    has err '1,200 mops'
    ./memtrace report -i features.data --by thread -f json >json 2>err
    has json '"unseen":\[{"by":"mops","executed":1200,"is_part":false}'
done
if qemu-aarch64 --version | grep -q 'version [78]\.'; then
    check qemu-aarch64
fi
[ -n "$found" ] || skip_unless_ci "no QEMU whose CPUs have MOPS"
