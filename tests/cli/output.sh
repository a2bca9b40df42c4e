#!/bin/bash
# Output that cannot be written: a closed pipe is no failure and says nothing;
# a full disk and a closed stdout are failures and say so in one line.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/cli/session.bash"

# So much that it cannot all be in the pipe when its reader leaves.
"$MAKE_TRACE" large.data <<END
insn 1 0x401000
thread 1 1 - 1 2
block 0 1
fill 1000000 0x4000000000 1
END
make_trace sample sample.data

# shellcheck disable=SC2086 # options are words
for options in "" --format=csv --format=json --pc --events; do
    "$MEMTRACE" dump $options large.data 2>errors.txt | head -n 2 >lines.txt &&
        statuses=("${PIPESTATUS[@]}")
    equal "exit status of dump $options | head" 0 "${statuses[0]}"
    equal "lines of dump $options | head" 2 "$(wc -l <lines.txt)"
    [ ! -s errors.txt ] || fail "dump $options | head: $(cat errors.txt)"
done
equal "lines of all" 1000000 "$("$MEMTRACE" dump large.data | wc -l)"

# one_line WHAT STATUS: stderr has one line, the status is 1.
one_line() {
    equal "exit status of $1" 1 "$2"
    equal "lines on stderr of $1" 1 "$(wc -l <errors.txt)"
    has errors.txt '^memtrace: standard output: '
}

for command in "dump large.data" "dump sample.data" "info sample.data" \
    "info --format=json sample.data" --help --version "dump --help" help; do
    # shellcheck disable=SC2086
    status_of "$MEMTRACE" $command >/dev/full 2>errors.txt
    one_line "$command >/dev/full" "$status"
    # shellcheck disable=SC2086
    status_of "$MEMTRACE" $command >&- 2>errors.txt
    one_line "$command >&-" "$status"
done
echo "ok output"
