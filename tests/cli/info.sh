#!/bin/bash
# What info prints, of a trace that has everything and of an empty one.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/cli/session.bash"

make_trace sample sample.data
"$MAKE_TRACE" bare.data </dev/null
session info
echo "ok info"
