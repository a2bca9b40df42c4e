# shellcheck shell=bash
# jit.bash: the guest jit.c, which makes code over and over, recorded: every
# store by that code is in the trace.

# made_code ARCH HOW ROUNDS: $n stores, $insns instructions; $recorder MiB, and
# $more that QEMU has than without the plugin.
made_code() {
    local arch=$1 how=$2 rounds=$3
    plain "$arch" "$(guest "$arch" jit)" "$how" "$rounds" >plain.out
    record "$arch" t.data --force -q -- "$(guest "$arch" jit)" "$how" \
        "$rounds" >out
    equal "$arch $how: stores made" "$(grep ^stores plain.out)" \
        "$(grep ^stores out)"
    n=$("$MEMTRACE" dump -i t.data --kind=write --address="$(
        awk '$1 == "range" { print $2 "-" $3 }' out
    )" | wc -l)
    equal "$arch $how: stores" "$(sed -n 's/^stores //p' out)" "$n"
    insns=$("$MEMTRACE" info --format=json -i t.data |
        sed -n '1s/.*"insns":\([0-9]*\).*/\1/p')
    recorder=$(memory recorder out)
    # shellcheck disable=SC2034 # the caller's
    more=$(($(memory qemu out) - $(memory qemu plain.out)))
}
