# memtrace record: what it takes and refuses, and that how it records changes
# nothing in what it records.
. "$TEST_ROOT/tests/lib.sh"

first=${TEST_GUESTS%% *}
exits=$(guest "$first" exits)

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
refuses 2 'dense' --dense=some -- "$exits"
refuses 2 'dense' --dense=1048577 -- "$exits"
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
printf '#!/bin/sh\necho "usage: qemu [options] program"\n' >old-qemu
chmod +x old-qemu
refuses 1 './old-qemu .*without plugins' --qemu ./old-qemu -- "$exits"
if [ "$(uname -m)" != aarch64 ]; then
    refuses 1 'sysroot' -- "$(guest aarch64 loader-pie)"
    refuses 1 'dir' --sysroot dir -- "$(guest aarch64 loader-pie)"
fi

# Where that on PATH has no plugins, or none is there: the newest that
# tools/build-qemu built.
real=$(command -v "$(qemu "$first")")
mkdir no-plugins nothing
cp old-qemu "no-plugins/qemu-$first"
# has_built VERSION PROGRAM
has_built() {
    mkdir -p "cache/qemu-$1/bin"
    cp "$2" "cache/qemu-$1/bin/qemu-$first"
}
# with_path FOLDER ARGS...: record, where nothing else is on PATH.
with_path() {
    local folder=$1
    shift
    PATH=$PWD/$folder "$MEMTRACE" record --force "$@"
}
export QEMU_MEMTRACE_CACHE=$PWD/cache
for folder in no-plugins nothing; do
    status_of with_path $folder "$exits" exit 0 >out 2>err
    equal "PATH=$folder: status" 1 "$status"
    has err '^memtrace: .*tools/build-qemu'
    [ ! -s out ] || fail "PATH=$folder: something ran"
done
has_built 9.9 old-qemu
has_built 12.0 old-qemu # newest, but has none either
printf '#!/bin/sh\nexec %q "$@"\n' "$real" >new-qemu
chmod +x new-qemu
has_built 11.10 new-qemu
has_built 11.9 new-qemu
for folder in no-plugins nothing; do
    with_path $folder -o found.data "$exits" exit 0 >out 2>err
    "$MEMTRACE" info -i found.data >info
    has info "^QEMU .*/cache/qemu-11\.10/bin/qemu-$first\$"
done
# By its version, whatever is on PATH.
"$MEMTRACE" record -o chosen.data --qemu 11.10 "$exits" exit 0 >out 2>err
"$MEMTRACE" info -i chosen.data >info
has info '^QEMU .*/cache/qemu-11\.10/bin/'
refuses 1 'tools/build-qemu 11\.8 ' --qemu 11.8 -- "$exits"
refuses 1 'qemu-12\.0.*without plugins' --qemu 12.0 -- "$exits"
# That on PATH comes first.
"$MEMTRACE" record -o path.data "$exits" exit 0 >out 2>err
"$MEMTRACE" info -i path.data >info
! grep -q '/cache/' info || fail "the QEMU on PATH was left aside"
unset QEMU_MEMTRACE_CACHE
XDG_CACHE_HOME=$PWD/xdg
mkdir xdg
mv cache xdg/qemu-memtrace
export XDG_CACHE_HOME
with_path nothing -o xdg.data "$exits" exit 0 >out 2>err
(
    unset XDG_CACHE_HOME
    mkdir .cache
    mv xdg/qemu-memtrace .cache/
    HOME=$PWD with_path nothing -o home.data "$exits" exit 0 >out 2>err
)
unset XDG_CACHE_HOME

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

# A QEMU that does not come as far as the program replaces nothing either.
cp memtrace.data before
status_of "$MEMTRACE" record --force --cpu nosuch "$exits" exit 3 >out 2>err
equal "QEMU fails: status" 1 "$status"
cmp before memtrace.data || fail "QEMU fails: a trace that is there was changed"
equal "QEMU fails: files" memtrace.data "$(echo memtrace.data*)"

# How it ended is said, and little that is not shown is not.
status_of "$MEMTRACE" record --force "$exits" segv >out 2>err
equal "signal: status" 139 "$status"
has err '^memtrace: signal 11 \(Segmentation fault\) ended the program$'
equal "signal: lines" 3 "$(grep -c '^memtrace: ' err)"

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
    [ "$total" -gt 90000 ] || fail "$arch: only $total accesses"
    for options in --stamp=1 --stamp=100000 --dense=5000 --buffer=256K \
        --workers=1 --workers=5 '--stamp=7 --buffer=300K --workers=3'; do
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
