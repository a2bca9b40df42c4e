#!/bin/bash
# Valgrind's lackey reports accesses for instructions that have none.
#
# `bt`, `bts` and `btr` of a register by a register access no memory.  Valgrind
# writes the register to the guest's stack, below the red zone, and tests it there;
# lackey reports that as the program's.  It also reports one load too many for
# `lock inc`: a load, and then a modification.
#
# Needs gcc.  Version: Valgrind 3.19.0 (Debian 12).  Fails if that changes.
set -euo pipefail
export LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/packages.bash"

unpack bookworm valgrind=1:3.19.0-1
cat >"$work/bits.S" <<'END'
    .globl _start
_start:
    bt %rcx, %rax
    bts %rcx, %rax
    btr %rcx, %rax
    lock incl word(%rip)
    mov $60, %eax
    xor %edi, %edi
    syscall
    .data
word:
    .long 1
END
gcc -nostdlib -static -o "$work/bits" "$work/bits.S"
VALGRIND_LIB=$work/tree/usr/libexec/valgrind \
    "$work/tree/usr/bin/valgrind.bin" --tool=lackey --trace-mem=yes \
    "$work/bits" >"$work/trace" 2>&1
# Kinds and sizes of each instruction's accesses: L load, S store, M both.
awk '
    $1 == "I" { n++ }
    n >= 1 && n <= 4 && $1 ~ /^[LSM]$/ {
        sub(/.*,/, "", $2)
        said[n] = said[n] " " $1 $2
    }
    END { for (i = 1; i <= 4; i++) print substr(said[i], 2) }' \
    "$work/trace" >"$work/said"
expect 'bt %rcx, %rax (nothing)' 'S8 L1' "$(sed -n 1p "$work/said")"
expect 'bts %rcx, %rax (nothing)' 'S8 M1 L8' "$(sed -n 2p "$work/said")"
expect 'btr %rcx, %rax (nothing)' 'S8 M1 L8' "$(sed -n 3p "$work/said")"
expect 'lock incl word (M4)' 'L4 M4' "$(sed -n 4p "$work/said")"
