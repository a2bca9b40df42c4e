# Every option of the plugin, in every spelling in which QEMU delivers it.
. "$TEST_ROOT/tests/lib.sh"

cp "$MEMTRACE" memtrace
cp "$PLUGIN" qemu-memtrace.so

# run OPTIONS: the guest with the plugin; said, err; QEMU's own warnings about
# short spellings are left out of err.
run() {
    rm -f said err
    "$qemu" -plugin "./qemu-memtrace.so$1" -- "$program" >said 2>err.all ||
        fail "$arch $1: status $?: $(tail -n 2 err.all)"
    grep -v "^qemu-$arch: warning\|^Please use" err.all >err || true
    same "$arch $1: output of the guest" plain said
    n=$(n_traced err)
}

kinds() {
    grep '^T' "$1" | cut -d ' ' -f 2 | sort -u | tr -d '\n'
}

# How an option is spelt is the same for all guests: plugin and QEMU's part that
# reads it are; the first guest has all spellings.
reads='noread noread=on noread=yes noread=true read=off read=no'
writes='nowrite nowrite=on write=off nowrite=true write=false'
defaults='noread=off nowrite=off read=on,write=on regions=rw stamp=1 stamp=1000
    dense=0 dense=1000 dense=1048576 buffer=1M buffer=262144 buffer=1G
    overflow=wait syscalls=off'
for arch in $TEST_GUESTS; do
    qemu=$(qemu "$arch")
    program=$(guest "$arch" accesses)
    "$qemu" "$program" >plain

    run ''
    total=$n
    grep '^T' err >expected
    loads=$(grep -c ' R ' expected)
    stores=$(grep -c ' W ' expected)

    # Text into a file; nothing but our own lines on stderr.
    for option in arg=file=text.txt text=text.txt; do
        rm -f text.txt
        run ",$option"
        same_accesses "$arch $option" "$arch" expected text.txt
        equal "$arch $option: total" "$total" "$n"
        equal "$arch $option: kinds on stderr" '' "$(kinds err)"
    done

    # A trace, with the guest's process number in its name or not.
    rm -f ./*.data
    run ",out=trace.data"
    "$MEMTRACE" dump -i trace.data >actual
    same_accesses "$arch out=" "$arch" expected actual
    run ",out=trace-%p.data"
    set -- trace-*.data
    [[ $# = 1 && $1 =~ ^trace-[0-9]+\.data$ ]] || fail "$arch %p: $*"
    "$MEMTRACE" dump -i "$1" >actual
    same_accesses "$arch out= with %p" "$arch" expected actual

    for option in $reads; do
        run ",$option"
        equal "$arch $option: kinds" W "$(kinds err)"
        equal "$arch $option: total" "$stores" "$n"
    done
    for option in $writes; do
        run ",$option"
        equal "$arch $option: kinds" R "$(kinds err)"
        equal "$arch $option: total" "$loads" "$n"
    done
    for option in $defaults; do
        run ",$option"
        grep '^T' err >actual
        same_accesses "$arch $option" "$arch" expected actual
    done

    # A part of the accesses.
    run ',limit=12'
    equal "$arch limit=: total" 12 "$n"
    run ",skip=$((total - 5))"
    grep '^T' err >actual
    tail -n 5 expected >last
    same_accesses "$arch skip=" "$arch" last actual
    run ',thread=7'
    equal "$arch thread=: total" 0 "$n"
    run ',module=nosuch'
    equal "$arch module=: total" 0 "$n"
    has err "^memtrace: --module: no module 'nosuch'"
    run ",module=${program##*/}"
    equal "$arch module=: total" "$total" "$n"
    run ",module=nosuch,module=acc*,module=!accessories"
    equal "$arch module= three times: total" "$total" "$n"

    run ",noread,nowrite"
    equal "$arch noread,nowrite: total" 0 "$n"
    run ",regions=all"
    [ "$n" -gt "$total" ] || fail "$arch regions=all: $n of $total"
    grep '^T' err | cut -d ' ' -f 3 >all
    grep -q "^0x0*$(nm "$program" | sed -n 's/^0*\(.*\) r constant$/\1/p')\$" \
        all || fail "$arch regions=all: no load of read-only memory"
    # What is dropped is counted; here there is room for all.
    run ",overflow=drop"
    equal "$arch overflow=drop: total" "$total" "$n"
    # All at once.
    rm -f trace.data
    run ",out=trace.data,regions=all,stamp=3,dense=2,buffer=2M,overflow=wait,noread"
    equal "$arch all at once: kinds" W \
        "$("$MEMTRACE" dump -i trace.data | cut -d ' ' -f 2 | sort -u)"
    # The recorder was told, and the trace tells.
    "$MEMTRACE" info --mappings=none -i trace.data >info
    has info '^Regions  *all$'
    has info '^Kinds  *w$'
    has info '^Stamps  *every 3 accesses, each of 2 at a start'
    reads=noread
    writes=write=off
    defaults='stamp=1 dense=1000 buffer=262144'
done
