# What QEMU shows otherwise than the manual has it is not in the trace; what it
# does not show is counted.
. "$TEST_ROOT/tests/lib.sh"

# check ARCH COUNTED: what of the guest's function is counted.
check() {
    record "$1" unshown.data --force --regions=all --function unshown \
        -- "$(guest "$1" unshown)" >said 2>err || fail "$1: $(cat err)"
    grep '^W' said >expected
    accesses unshown.data | sed 's/^T[0-9]* //' | in_ranges said >actual
    same "$1: accesses" expected actual
    sed -n 's/^memtrace: \(.*\) executed, their .*/\1/p' err >counted
    equal "$1: counted" "$2" "$(cat counted)"
}

for arch in $(of_guests s390x ppc64le); do
    case $arch in
    s390x) check s390x '3 mvc' ;;
    ppc64le) check ppc64le '' ;;
    esac
done
