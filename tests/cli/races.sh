#!/bin/bash
# What races prints, in each format, and what it refuses.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/cli/session.bash"

make_trace races races.data
make_trace sample sample.data
make_trace kernel kernel.data
session races
echo "ok races"
