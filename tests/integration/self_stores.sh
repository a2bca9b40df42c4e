# Code that loads and then stores in its own page: QEMU runs such an instruction
# of x86 and s390x again, and its accesses are in the trace once.
. "$TEST_ROOT/tests/lib.sh"

# one ARCH KIND ROUNDS: the other kind is not recorded.
one() {
    record "$1" t.data --force -q --kind="${2%:*}" -- \
        "$(guest "$1" selfstores)" "$3" >out
    "$MEMTRACE" dump -i t.data --address="$(
        awk '$1 == "range" { print $2 "-" $3 }' out
    )" >list
    equal "$1 $3 ${2%:*} alone" "$(sed -n "s/^${2#*:} //p" out)" \
        "$(wc -l <list)"
}

# once ARCH ROUNDS OPTIONS...: as many loads and stores as the guest made, alone
# and with another thread.
once() {
    local other
    for other in '' thread; do
        once_with "$other" "$@"
    done
}

once_with() {
    local other=$1 arch=$2 rounds=$3 range kind
    shift 3
    record "$arch" t.data --force -q "$@" -- "$(guest "$arch" selfstores)" \
        "$rounds" ${other:+"$other"} >out
    range=$(awk '$1 == "range" { print $2 "-" $3 }' out)
    for kind in read:loads write:stores; do
        "$MEMTRACE" dump -i t.data --kind="${kind%:*}" --address="$range" --pc \
            >list
        equal "$arch $rounds $other $*: ${kind#*:}" \
            "$(sed -n "s/^${kind#*:} //p" out)" "$(wc -l <list)"
    done
}

for arch in $(of_guests x86_64 i386 s390x aarch64); do
    once "$arch" 1
    once "$arch" 2000
    once "$arch" 200 --stamp=1
    once "$arch" 20 --region=mmap
    one "$arch" read:loads 20
    one "$arch" write:stores 20
    [[ $(qemu_version "$arch") = [1-9][0-9]* ]] || continue
    once "$arch" 20 --values
done
