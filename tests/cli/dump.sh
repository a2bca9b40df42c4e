#!/bin/bash
# What dump prints: orders, formats, filters, events, what the kernel accessed,
# values.
. "$TEST_ROOT/tests/lib.sh"
. "$TEST_ROOT/tests/cli/session.bash"

make_trace sample sample.data
make_trace kernel kernel.data
make_trace values values.data
make_trace freed freed.data
session dump
session kernel
session values
echo "ok dump"
