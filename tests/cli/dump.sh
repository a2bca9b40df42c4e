#!/bin/bash
# What dump prints: orders, formats, filters, events.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/cli/session.bash"

make_trace sample sample.data
session dump
echo "ok dump"
