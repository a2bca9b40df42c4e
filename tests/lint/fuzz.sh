# Each reader of bytes with its corpus, and with some thousand inputs that
# libFuzzer makes of it: always the same ones.  `make fuzz` goes on from there.
. "$TEST_ROOT/tests/lib.sh"

has_clang || skip "there is no clang, or no libclang-rt-dev"
make -s -j2 -C "$TEST_ROOT" BUILD="$TEST_BUILD" asan-build
# As many as take some seconds each.
n_inputs=0
for target in channel:3000 columns:6000 digest:6000 elf:15000 filter:40000 \
    jit_code:20000 names:20000 options:15000 races:1500 reader:5000 \
    reports:1200 entries:20000 tables:40000 \
    suppressions:20000 symbols:2000; do
    n_inputs=$((n_inputs + ${target#*:}))
    BUILD=$TEST_BUILD "$TEST_ROOT/fuzz/run" -n "${target#*:}" "${target%:*}" ||
        fail "${target%:*} has broken something"
done
# One that was forgotten above would never run.
for file in "$TEST_ROOT"/fuzz/fuzz_*.c; do
    target=${file##*/fuzz_}
    grep -q "\\b${target%.c}:[0-9]" "$0" || fail "$target is not in $0"
    [ -d "$TEST_ROOT/fuzz/corpus/${target%.c}" ] || fail "$target: no corpus"
done
size=$(du -sb "$TEST_ROOT/fuzz/corpus" | cut -f 1)
[ "$size" -lt 200000 ] || fail "the corpus has $size bytes"
echo "promise: $n_inputs inputs of chance to all readers of bytes broke nothing"
