#!/bin/bash
# Traces that are cut, not ended properly, or damaged at any place: a line that
# says so, the right exit status, and all that is sound is read.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/cli/session.bash"

# Reads it by every command: neither crashes nor says nothing about a failure.
: >all.json
read_all() {
    local command
    for command in "dump" "dump --order=thread --events" "info --check" \
        "info --format=json --mappings=all"; do
        # shellcheck disable=SC2086
        status_of "$MEMTRACE" $command "$1" >out.txt 2>errors.txt
        [ "$status" -le 1 ] || fail "$command of $2: exit status $status"
        if [ "$status" -eq 1 ]; then
            equal "lines on stderr ($command, $2)" 1 "$(wc -l <errors.txt)"
            has errors.txt "^memtrace: $1: "
        fi
        if [[ $command == *json* ]]; then
            cat out.txt >>all.json
        fi
    done
}

make_trace sample sample.data
(cat "$TEST_ROOT/tests/cli/sample.trace"; echo incomplete) |
    "$MAKE_TRACE" incomplete.data
status_of "$MEMTRACE" dump incomplete.data >lines.txt 2>errors.txt
equal "exit status of an incomplete trace" 0 "$status"
equal "lines of an incomplete trace" 9 "$(wc -l <lines.txt)"
equal "lines on stderr" 1 "$(wc -l <errors.txt)"
has errors.txt '^memtrace: incomplete.data: incomplete: '
status_of "$MEMTRACE" info incomplete.data >lines.txt 2>errors.txt
equal "exit status of info of an incomplete trace" 0 "$status"
has lines.txt '^  incomplete: '

# Three blocks of a thread, the middle one damaged.
cat >blocks.txt <<END
insn 1 0x401000
thread 1 1 - 1 2
block 0 1
fill 524288 0x4000000000 1
fill 524288 0x4000100000 1
fill 524288 0x4000200000 1
END
"$MAKE_TRACE" blocks.data <blocks.txt
size=$(stat -c %s blocks.data)
cp blocks.data middle.data
printf '\377\376\375\374' |
    dd of=middle.data bs=1 seek=$((size / 2)) conv=notrunc status=none
! cmp -s blocks.data middle.data || fail "nothing was damaged"
status_of "$MEMTRACE" dump middle.data >lines.txt 2>errors.txt
equal "exit status of a damaged trace" 1 "$status"
equal "lines of a damaged trace" $((2 * 524288)) "$(wc -l <lines.txt)"
equal "lines on stderr" 1 "$(wc -l <errors.txt)"
has errors.txt '^memtrace: middle.data: damaged: 1 block \('
# Damage stays damage where the recording did not end properly either.
(cat blocks.txt; echo incomplete) | "$MAKE_TRACE" both.data
printf '\377\376\375\374' |
    dd of=both.data bs=1 seek=$((size / 2)) conv=notrunc status=none
status_of "$MEMTRACE" dump both.data >/dev/null 2>errors.txt
equal "exit status of a damaged and incomplete trace" 1 "$status"
status_of "$MEMTRACE" info --check middle.data >lines.txt 2>errors.txt
equal "exit status of info --check" 1 "$status"
has lines.txt '^  damaged: 1 block,'
equal "exit status of info --check of a sound trace" 0 \
    "$("$MEMTRACE" info --check blocks.data >/dev/null; echo $?)"

# Bytes of a small trace damaged in turn, and cut there: some of them, in make
# torture all.  The units trace_damage and trace_cut look at each bit.
size=$(stat -c %s sample.data)
step=41
[ "${TEST_WHOLE-}" != 1 ] || step=1
for ((at = 0; at < size; at += step)); do
    cp sample.data flipped.data
    byte=$(od -An -tu1 -j "$at" -N 1 sample.data)
    # shellcheck disable=SC2059
    printf "\\x$(printf %02x $((byte ^ 0x55)))" |
        dd of=flipped.data bs=1 seek="$at" conv=notrunc status=none
    read_all flipped.data "a trace with byte $at changed"
    head -c "$at" sample.data >cut.data
    read_all cut.data "a trace cut at $at"
    # That the end is missing is no failure.
    status_of "$MEMTRACE" info cut.data >out.txt 2>errors.txt
    equal "exit status of info of a trace cut at $at" \
        $((at < 32 ? 1 : 0)) "$status"
    ! grep -q '^  damaged: ' out.txt || fail "a cut at $at is damage"
done
head -c $((size / 2)) blocks.data >cut.data
status_of "$MEMTRACE" info cut.data >lines.txt 2>errors.txt
equal "exit status of info of a trace cut in a block" 0 "$status"
equal "lines on stderr" 0 "$(wc -l <errors.txt)"
has lines.txt '^  incomplete: '
has lines.txt '^  cut off: [0-9,]* bytes of a block at the end$'
# The block of the first thread is not in what is left: the others are read.
"$MEMTRACE" info "$TEST_ROOT/tests/traces/cut.data" >lines.txt
! grep -q '^ *T0 ' lines.txt || fail "the first thread is there"
"$MEMTRACE" dump "$TEST_ROOT/tests/traces/cut.data" 2>/dev/null |
    sort >by_time.txt
"$MEMTRACE" dump --order=thread "$TEST_ROOT/tests/traces/cut.data" 2>/dev/null |
    sort >by_thread.txt
same "accesses in either order" by_time.txt by_thread.txt
# A JSON object of each that could be opened, one after another.
python3 - <<'END'
import json
text = open('all.json', encoding='utf-8').read().strip()
count, at = 0, 0
while at < len(text):
    _, end = json.JSONDecoder().raw_decode(text, at)
    at = end + len(text[end:]) - len(text[end:].lstrip())
    count += 1
assert count > 20, count
END
echo "ok damage"
