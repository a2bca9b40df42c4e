# Code that is made at run time has the names that its perf map or its jitdump
# file gives it: a map's last word, or what held when the code ran.
. "$TEST_ROOT/tests/lib.sh"

# named ARCH HOW FILE: the functions of the stores to the guest's cells, with
# how many each made; the files are gone when the trace is read.
named() {
    local range
    TMPDIR=$PWD record "$1" t.data --force -q -- "$(guest "$1" jit)" "$2" 3 \
        "$3" >out
    rm perf-*.map jit-*.dump 2>/dev/null || true
    range=$(awk '$1 == "range" { print $2 "-" $3 }' out)
    "$MEMTRACE" report --by function --format=csv -i t.data --kind=write \
        --address="$range" >table 2>err
    [ ! -s err ] || fail "$1 $2 $3: $(cat err)"
    has table '^function,module,'
    "$MEMTRACE" dump -i t.data --kind=write --address="$range" --symbols |
        sed -n 's/.* function=\(routine [0-9]*\).*/\1/p' | sort | uniq -c |
        sed 's/^ *//'
}

three='64 routine 0
64 routine 1
64 routine 2'
for arch in $(of_guests x86_64 aarch64); do
    equal "$arch: places of their own" "$three" "$(named "$arch" new map)"
    equal "$arch: report" 3 "$(grep -c '^routine [0-2],\[jit\],64,' table)"
    "$MEMTRACE" info --meta -i t.data >info
    has info '^  code\.[0-9]* = 3 ranges of code$'
    equal "$arch: the last word" '192 routine 2' "$(named "$arch" same map)"
    equal "$arch: in time" "$three" "$(named "$arch" same dump)"
    equal "$arch: at places, in time" "$three" "$(named "$arch" new dump)"
    # Without a file there are none.
    equal "$arch: no names" '' "$(named "$arch" new none)"
done
