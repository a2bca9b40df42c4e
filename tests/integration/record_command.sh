# memtrace record: what it takes and refuses, and that how it records changes
# nothing in what it records.
. "$TEST_ROOT/tests/lib.sh"

exits=$(guest x86_64 exits)

# refuses STATUS PATTERN ARGS...: the guest does not run, no trace is left.
refuses() {
    local expected=$1 pattern=$2
    shift 2
    status_of "$MEMTRACE" record "$@" >out 2>err
    equal "record $*: status" "$expected" "$status"
    has err "^memtrace: .*$pattern"
    [ ! -s out ] || fail "record $*: something ran: $(head -n 1 out)"
    [ "$expected" = 2 ] || equal "record $*: lines" 1 "$(wc -l <err)"
    [ ! -e memtrace.data ] || fail "record $*: left a trace behind"
}

refuses 2 'program'
refuses 2 'nosuch' --nosuch -- "$exits"
refuses 2 'regions' --regions=some -- "$exits"
refuses 2 'stamp' --stamp=0 -- "$exits"
refuses 2 'buffer' --buffer=much -- "$exits"
refuses 1 './nosuch' -- ./nosuch
refuses 1 'nosuch-on-path' nosuch-on-path
mkdir dir
refuses 1 'dir' -- ./dir
echo 'plain text' >text
chmod +x text
refuses 1 './text' -- ./text
head -c 30 "$exits" >short
chmod +x short
refuses 1 './short' -- ./short
# A machine that nobody has: e_machine is at byte 18.
cp "$exits" foreign
printf '\376\312' | dd of=foreign bs=1 seek=18 conv=notrunc status=none
refuses 1 './foreign' -- ./foreign
refuses 1 'nosuchdir/x.data' -o nosuchdir/x.data -- "$exits"
refuses 1 './nosuch-qemu' --qemu ./nosuch-qemu -- "$exits"
printf '#!/bin/sh\necho "usage: qemu-x86_64 [options] program"\n' >old-qemu
chmod +x old-qemu
refuses 1 './old-qemu .*without plugins' --qemu ./old-qemu -- "$exits"
if [ "$(uname -m)" != aarch64 ]; then
    refuses 1 'sysroot' -- "$(guest aarch64 loader-pie)"
    refuses 1 'dir' --sysroot dir -- "$(guest aarch64 loader-pie)"
fi

# memtrace.data by default, never replaced without --force.
"$MEMTRACE" record "$exits" exit 0 >out 2>err
has out '^argument 0: '
has err '^memtrace: [0-9]+ memory accesses traced$'
cp memtrace.data before
status_of "$MEMTRACE" record "$exits" exit 3 >out 2>err
equal "a trace that is there: status" 1 "$status"
has err 'memtrace\.data'
[ ! -s out ] || fail "a trace that is there: the guest ran"
cmp before memtrace.data || fail "a trace that is there was changed"
status_of "$MEMTRACE" record --force "$exits" exit 3 >out 2>err
equal "with --force: status" 3 "$status"
"$MEMTRACE" info >info
equal "info of the default file" "$(n_traced err)" \
    "$(awk '$1 == "Accesses" { gsub(",", ""); print $2 }' info)"

# From PATH; argument 0 is as it was given.
for arch in $TEST_GUESTS; do
    PATH=$(dirname "$(guest "$arch" exits)"):$PATH \
        "$MEMTRACE" record --force exits exit 0 >out 2>err
    has out '^argument 0: exits$'
done

# -q says nothing of its own.
"$MEMTRACE" record -q --force "$exits" >out 2>err
equal "stderr with -q" 'on stderr' "$(cat err)"

# A closed pipe is no failure of dump.
status_of bash -c "set -o pipefail; '$MEMTRACE' dump 2>err | head -n 3 >out"
equal "dump into head: status" 0 "$status"
equal "dump into head: lines" 3 "$(wc -l <out)"
[ ! -s err ] || fail "dump into head: $(cat err)"

# Deterministic, so that each way of recording gives the same accesses.
for arch in $TEST_GUESTS; do
    medley=$(guest "$arch" medley)
    record "$arch" trace.data --force -- "$medley" >plain 2>err
    total=$(n_traced err)
    accesses trace.data >expected
    [ "$total" -gt 100000 ] || fail "$arch: only $total accesses"
    for options in --stamp=1 --stamp=100000 --buffer=256K --workers=1 \
        --workers=5 '--stamp=7 --buffer=300K --workers=3'; do
        # shellcheck disable=SC2086 # several options
        record "$arch" trace.data --force $options -- "$medley" >out 2>err
        accesses trace.data >actual
        same_accesses "$arch $options" "$arch" expected actual
        same "$arch $options: output" plain out
    done
    for kind in read write; do
        letter=R
        [ $kind = read ] || letter=W
        record "$arch" trace.data --force --kind=$kind -- "$medley" >out 2>err
        grep "^$letter" expected >expected.kind
        accesses trace.data >actual
        same_accesses "$arch --kind=$kind" "$arch" expected.kind actual
    done
    # However much is dropped: it is counted.
    record "$arch" trace.data --force --overflow=drop --buffer=256K -- \
        "$medley" >out 2>err
    "$MEMTRACE" info -i trace.data >info
    lost=$(awk '$1 == "Lost" { gsub(",", ""); print $2 }' info)
    equal "$arch: traced and dropped" "$total" $(($(n_traced err) + lost))
    [ "$lost" = 0 ] || has err "^memtrace: $lost memory accesses dropped"
done
