# The system calls of which guests/other_calls says that QEMU does not make them
# answer ENOSYS: what they would order needs no row in call_rows.h.
. "$TEST_ROOT/tests/lib.sh"

# The first reason of that file, without its words.
awk '
    /^\[QEMU does not make them/ { is_it = in_reason = 1 }
    is_it && /^$/ { exit }
    is_it && !in_reason { for (i = 1; i <= NF; i++) print $i }
    /\]$/ { in_reason = 0 }' "$TEST_ROOT/guests/other_calls" >calls
[ "$(wc -l <calls)" -gt 80 ] || fail "no such calls in other_calls"

{
    cat <<'EOF'
#define _GNU_SOURCE
#include <asm/unistd.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>
/* Where one is made after all, by arguments that nothing can be done with. */
#define TRY(name) do {                                                \
    if (syscall(__NR_##name, -1L, -1L, -1L, -1L, -1L, -1L) != -1 ||   \
        errno != ENOSYS) {                                            \
        puts(#name);                                                  \
    }                                                                 \
} while (0)
int main(void)
{
EOF
    while read -r name; do
        printf '#ifdef __NR_%s\nTRY(%s);\n#endif\n' "$name" "$name"
    done <calls
    echo 'puts("all"); return 0; }'
} >calls.c

echo all >expected
for arch in $TEST_GUESTS; do
    "$(cross_cc "$arch")" -static -o "calls-$arch" calls.c
    plain "$arch" "./calls-$arch" >made 2>err
    same "$arch: calls that are made" expected made
done
