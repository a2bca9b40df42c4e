# What was loaded and stored, as a guest says it: with values=on each access has
# its value, on QEMU that tells them; on others it is refused.
. "$TEST_ROOT/tests/lib.sh"

cp "$MEMTRACE" memtrace
cp "$PLUGIN" qemu-memtrace.so
cache=$(qemu_cache)

# compare WHAT TEXT SAID: lines with values in the guest's range.
compare() {
    sed 's/^T[0-9]* //' "$2" | in_ranges "$3" >actual
    grep '^[RW] ' "$3" >expected
    [ "$(wc -l <expected)" -gt 1000 ] || fail "$1: a short list"
    same "$1" expected actual
}

# check QEMU PROGRAM: all ways to values.
check() {
    local name=${1#"$cache"/} threads low high
    rm -f ./*.data
    for threads in '' two; do
        # shellcheck disable=SC2086 # no word or one
        ./memtrace record -o values.data --force --values --qemu "$1" -- \
            "$2" $threads >said 2>err || fail "$name: status $?: $(cat err)"
        ./memtrace dump -i values.data --values >text
        compare "$name $threads" text said
    done
    # A thread by itself, filtered.
    read -r _ low high <<<"$(grep '^range' said)"
    ./memtrace dump -i values.data --values --order=thread \
        --address "$low-$high" >text
    compare "$name: filtered" text said
    # Without the option of dump as ever.
    ./memtrace dump -i values.data >plain
    ./memtrace dump -i values.data --values | sed 's/ = .*//' >text
    same "$name: dump without --values" plain text
    ./memtrace info -i values.data >info
    has info '^Values '
    # CSV and JSON.
    ./memtrace dump -i values.data --values --format=csv |
        awk -F , 'NR > 1 {
            print "T" $1, $2, $3, $4, "= " ($8 == "" ? "?" : $8) }' >text
    compare "$name: CSV" text said
    ./memtrace dump -i values.data --values --format=json |
        sed -E 's/.*"kind":"(.)","address":"(0x[0-9a-f]*)","size":([0-9]*),.*"value":"?([0-9a-fx]*|null)"?}/T0 \1 \2 \3 = \4/
            s/null$/?/' >text
    compare "$name: JSON" text said
    # By hand, as text and as a trace.
    "$1" -plugin ./qemu-memtrace.so,values=on,text=live.text -- "$2" \
        >said 2>err || fail "$name: text: status $?: $(cat err)"
    compare "$name: text" live.text said
    "$1" -plugin ./qemu-memtrace.so,values=on,out=hand.data -- "$2" \
        >said 2>err || fail "$name: by hand: status $?: $(cat err)"
    ./memtrace dump -i hand.data --values >text
    compare "$name: by hand" text said
    # Small buffers, many stamps: values stay with their accesses.
    "$1" -plugin ./qemu-memtrace.so,values=on,out=tight.data,buffer=256K,stamp=1 \
        -- "$2" two >said 2>err || fail "$name: tight: status $?: $(cat err)"
    ./memtrace dump -i tight.data --values >text
    compare "$name: small buffer" text said
    "$1" -plugin ./qemu-memtrace.so,values=on,noread,text=live.text -- "$2" \
        >said 2>err || fail "$name: noread: status $?: $(cat err)"
    sed -i '/^R /d' said
    sed 's/^T[0-9]* //' live.text | in_ranges said >actual
    grep '^W ' said >expected
    same "$name: noread" expected actual
}

# refused QEMU ARCH: it tells no values.
refused() {
    status_of "$1" -plugin ./qemu-memtrace.so,values=on -- \
        "$(guest "$2" values)" >said 2>err
    equal "$1: status" 1 "$status"
    equal "$1: lines" 1 "$(wc -l <err)"
    has err '^memtrace: values=on needs QEMU 10.0 .*tools/build-qemu'
    echo keep >keep.data
    status_of ./memtrace record --force -o keep.data --values --qemu "$1" -- \
        "$(guest "$2" values)" >>said 2>err
    equal "record with $1: status" 1 "$status"
    equal "record with $1: lines" 1 "$(wc -l <err)"
    has err '^memtrace: --values needs QEMU 10.0 .*tools/build-qemu'
    equal "what was there" keep "$(cat keep.data)"
    [ ! -s said ] || fail "$1: the guest ran"
}

tested=
for arch in x86_64 aarch64 s390x ppc64le; do
    path=$(command -v "$(qemu "$arch")") || path=
    old=$([ -z "$path" ] || "$path" --version | sed -n '1s/.*version //p')
    case $old in
    [789].*) refused "$path" "$arch" ;;
    esac
    for version in 10.0 10.2 11.0 11.1; do
        # Those between have nothing of their own but their place in the order.
        case $version/$arch in
        10.0/* | 11.1/* | */x86_64) ;;
        *) continue ;;
        esac
        path=$cache/qemu-$version/bin/qemu-$arch
        if [ -x "$path" ]; then
            check "$path" "$(guest "$arch" values)"
            tested="$tested $version/$arch"
        fi
    done
done

# Without values in the trace dump says so.
./memtrace record -o none.data --qemu "$(qemu x86_64)" -- \
    "$(guest x86_64 values)" >said 2>err
status_of ./memtrace dump -i none.data --values >text 2>err
equal "dump --values: status" 1 "$status"
has err '^memtrace: none.data: the trace has no values: record with --values$'
[ ! -s text ] || fail "dump --values printed accesses without values"
./memtrace info -i none.data >info
! grep -q '^Values' info || fail "info: values without the option"

[ -n "$tested" ] ||
    skip "no QEMU of 10.0 or later is built (tools/build-qemu builds one)"
echo "values on$tested"
