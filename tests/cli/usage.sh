#!/bin/bash
# Usage errors: one line on stderr, exit status 2.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/cli/session.bash"

make_trace sample sample.data
session usage
echo "ok usage"
