# The numbers in guests/numbers are those of the kernel's headers of each
# architecture, and no call that those headers have was left out: each is a row
# of call_rows.h, or one of other_calls with a reason.
. "$TEST_ROOT/tests/lib.sh"

guests=$TEST_ROOT/guests

sed -n 's/^CALL(\([a-z0-9_]*\),.*/\1/p' "$guests/call_rows.h" | sort >rows
[ "$(wc -l <rows)" -gt 150 ] || fail "no rows in call_rows.h"

# Without the reasons, which are in brackets, and the lines of some guests.
awk '
    /^#/ { next }
    /^\[/ { in_reason = 1 }
    !in_reason && /^ / { for (i = 1; i <= NF; i++) print $i }
    /\]$/ { in_reason = 0 }' "$guests/other_calls" | sort >others
[ "$(wc -l <others)" -gt 150 ] || fail "no calls in other_calls"
sort rows others | uniq -d >twice
[ ! -s twice ] || fail "listed twice: $(tr '\n' ' ' <twice)"

# left_out ARCH: of rows, what that architecture has something else by.
left_out() {
    sed -n "s/^$1: //p" "$guests/other_calls" | tr ' ' '\n' | sort
}

# numbers_of ARCH: "number name" lines, what the tables share included.
numbers_of() {
    "$(cross_cc "$1")" -E -P -DGUEST_NUMBERS_H -I"$guests" \
        "$guests/numbers/$1_numbers.c" |
        grep -o 'NR([0-9]*, [a-z0-9_]*)' | sed 's/NR(\(.*\), \(.*\))/\1 \2/'
}

program_of() {
    local arch=$1 call number
    echo '#include <asm/unistd.h>'
    numbers_of "$arch" >numbers
    [ "$(wc -l <numbers)" -gt 10 ] || fail "no numbers of $arch"
    while read -r number call; do
        echo "_Static_assert(__NR_$call == $number, \"$call\");"
    done <numbers
    cut -d' ' -f2 numbers | sort >has
    left_out "$arch" >out
    comm -12 has out | grep . && fail "$arch: it is left out, too"
    sort has out | comm -23 rows - | while read -r call; do
        printf '#ifdef __NR_%s\n#error no %s\n#endif\n' "$call" "$call"
    done
    while read -r call; do
        printf '#ifndef __NR_%s\n#error %s is no call\n#endif\n' "$call" "$call"
    done <out
}

: >headers
for arch in $(all_guests); do
    program_of "$arch" >"$arch.c"
    "$(cross_cc "$arch")" -fsyntax-only "$arch.c" ||
        fail "$arch: not as the kernel's headers say"
    echo '#include <asm/unistd.h>' | "$(cross_cc "$arch")" -E -dM - |
        sed -n 's/^#define __NR_\([a-z_0-9]*\) .*/\1/p' >>headers
done
sort -u headers -o headers
sort rows others | comm -13 - headers >new
[ ! -s new ] || fail "neither in call_rows.h nor in other_calls:" \
    "$(tr '\n' ' ' <new)"
sort rows others | comm -23 - headers >gone
[ ! -s gone ] || fail "in no header of any guest: $(tr '\n' ' ' <gone)"

# As the tool would write them.
"$TEST_ROOT/tools/call-numbers" "$PWD/written"
diff -r "$guests/numbers" written ||
    fail "guests/numbers is not what tools/call-numbers writes"
