#!/bin/bash
# Help of every command in the table: to stdout, exit status 0, one text
# whichever way it is asked for.
. "$TEST_ROOT/tests/lib.sh"

"$MEMTRACE" --help >overview.txt 2>errors.txt
"$MEMTRACE" -h | cmp - overview.txt
"$MEMTRACE" help | cmp - overview.txt
[ ! -s errors.txt ] || fail "help wrote to stderr"
commands=$(sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' overview.txt)
list=" ${commands//$'\n'/ } "
for command in record info dump help; do
    [[ $list == *" $command "* ]] ||
        fail "$command is not in the list of commands"
done
[[ $list != *" recorder "* ]] ||
    fail "recorder is in the list of commands"
for command in $commands; do
    "$MEMTRACE" "$command" --help >help.txt 2>errors.txt
    [ ! -s errors.txt ] || fail "help of $command wrote to stderr"
    head -n 1 help.txt | grep -q "^Usage: memtrace $command " ||
        fail "help of $command does not start with its usage"
    "$MEMTRACE" "$command" -h | cmp - help.txt
    "$MEMTRACE" help "$command" | cmp - help.txt
    if grep -n '.\{81,\}' help.txt overview.txt; then
        fail "help of $command is wider than 80 columns"
    fi
done
echo "ok help"
