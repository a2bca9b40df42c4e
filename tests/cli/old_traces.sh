#!/bin/bash
# Traces that earlier builds recorded are read as they were then: those in
# tests/traces, one for each version of the format and for each thing that a
# trace can hold.  See the README.md there.
. "$TEST_ROOT/tests/lib.sh"

# Where only the words of the commands have changed: UPDATE=1, and read the
# difference.
traces=$TEST_ROOT/tests/traces

# printed FILE: what is in it, by every way that reads it: the first accesses as
# text, all of them as a sum.
printed() {
    local values=
    "$MEMTRACE" info --format=json "$1" || echo "status $?"
    ! "$MEMTRACE" info --meta "$1" | grep -q 'record.values *on' ||
        values=--values
    "$MEMTRACE" dump --events --stamps --pc $values --limit 200 "$1" ||
        echo "status $?"
    { "$MEMTRACE" dump --order=thread --format=csv "$1" ||
        echo "status $?"; } | cksum
    "$TEST_BUILD/tests/cli/print_trace" "$1" || echo "status $?"
}

n=0
for trace in "$traces"/*.data; do
    name=$(basename "$trace" .data)
    cp "$trace" .
    printed "$name.data" >"$name.txt" 2>"$name.messages" ||
        fail "$name: $(cat "$name.messages")"
    cat "$name.messages" >>"$name.txt"
    [ -z "${UPDATE-}" ] || cp "$name.txt" "$traces/$name.txt"
    same "$name" "$traces/$name.txt" "$name.txt"
    od -An -t u4 -j 8 -N 4 "$trace" | tr -d ' ' >>versions
    n=$((n + 1))
done
[ "$n" -gt 10 ] || fail "only $n traces"

# Each version that the format has had, and each kind of event.
version=$(sed -n 's/^#define FORMAT_VERSION //p' "$TEST_ROOT/trace/format.h")
for ((i = 1; i <= version; i++)); do
    has versions "^$i$"
done
# Nothing has recorded a SIGNAL yet.
sed -n 's/^ *MEMTRACE_EVENT_\([A-Z_]*\) = \([0-9]*\),.*/\1 \2/p' \
    "$TEST_ROOT/trace/memtrace.h" | grep -v '^NONE \|^SIGNAL ' >types
[ "$(wc -l <types)" -gt 10 ] || fail "no list of the events"
while read -r event type; do
    grep -qh "^event type $type: " ./*.txt || fail "no trace has an event $event"
done <types
echo "ok old_traces"
