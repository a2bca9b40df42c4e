# What is recorded is the user's own: traces are for nobody else to read, a
# link is not followed to another file, and nobody else reaches the memory
# between program and recorder.
. "$TEST_ROOT/tests/lib.sh"

arch=x86_64
needs_guest $arch
program=$(guest $arch manners)
umask 0

# refused OPTIONS...: nothing is recorded to where link leads.
refused() {
    status_of "$MEMTRACE" record -q "$@" -o link -- "$program" threads \
        >out 2>err
    equal "$*: status" 1 "$status"
    equal "$*: lines" 1 "$(wc -l <err)"
    has err '^memtrace: link exists'
}

status_of record $arch t.data -q -- "$program" threads >out
equal "mode of a trace" 600 "$(stat -c %a t.data)"
status_of plain $arch -plugin "$PLUGIN,out=h.data" "$program" threads >out
equal "mode of a trace by hand" 600 "$(stat -c %a h.data)"
status_of plain $arch -plugin "$PLUGIN,text=h.text" "$program" threads >out
equal "mode of text by hand" 600 "$(stat -c %a h.text)"

echo precious >victim
for target in victim nosuch; do
    ln -sfn $target link
    status_of "$MEMTRACE" record -q -o link -- "$program" threads >out 2>err
    equal "link to $target: status" 1 "$status"
    has err '^memtrace: link exists'
    refused --force
    plain $arch -plugin "$PLUGIN,out=link" "$program" threads >out 2>err || true
done
equal "what a link led to" precious "$(cat victim)"
[ ! -e nosuch ] || fail "a link was followed to a new file"

# While it records, nobody else sees the memory.
before=$(find /dev/shm -mindepth 1 | sort)
"$MEMTRACE" record -q --force -o t.data -- "$program" interrupt 0 >said &
recorder=$!
until grep -q '^ready' said; do
    sleep 0.02
done
equal "/dev/shm" "$before" "$(find /dev/shm -mindepth 1 | sort)"
if [ "$(id -u)" = 0 ]; then
    status_of setpriv --reuid=65534 --clear-groups --regid=65534 \
        sh -c "ls /proc/$recorder/fd /proc/$recorder/map_files" >out 2>err
    equal "descriptors, for another user: lines" 0 "$(wc -l <out)"
    has err 'Permission denied'
fi
kill -TERM "$recorder"
status_of wait "$recorder"
echo "promise: traces have mode 600, links are refused, the memory is private"
