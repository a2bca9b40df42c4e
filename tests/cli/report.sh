#!/bin/bash
# What report prints: tables, formats, filters; what dump names; the pager.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/cli/session.bash"

make_trace sample sample.data
make_trace kernel kernel.data
session report

# on_terminal COMMAND: what a terminal gets, of which script(1) is one.
on_terminal() {
    script -qec "$1" /dev/null </dev/null | tr -d '\r'
}

export TERM=xterm MEMTRACE_PAGER='sed "s/^/paged: /"'
command="$MEMTRACE report --by thread sample.data"
on_terminal "$command 2>/dev/null" >screen
has screen '^paged: .\[1mThreads'
NO_COLOR=1 on_terminal "$command 2>/dev/null" >screen
has screen '^paged: Threads'
unset MEMTRACE_PAGER
PAGER='cat' on_terminal "$command 2>/dev/null" >screen
has screen '^.\[1mThreads'
"$MEMTRACE" report --by thread sample.data 2>/dev/null >screen
has screen '^Threads'
# A pager that does not read on is no failure, one that cannot be run neither.
MEMTRACE_PAGER=true on_terminal "$command; echo status \$?" >screen
has screen '^status 0'
MEMTRACE_PAGER=/nowhere on_terminal "$command; echo status \$?" >screen
has screen '^status 0'
echo "ok report"
