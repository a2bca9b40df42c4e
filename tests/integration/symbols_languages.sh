#!/bin/bash
# Variables as their language counts and writes them: each program prints where
# things are, and what its source calls them.  Languages whose compiler is not
# there are named, and not tested.
. "$TEST_ROOT/tests/lib.sh"

ask=$HELPERS/ask_symbols
unset DEBUGINFOD_URLS
needs_guest x86_64
tested=

# has_compiler NAME LANGUAGE
has_compiler() {
    command -v "$1" >/dev/null && tested="$tested $2" && return
    echo "no $1: $2 is not tested"
    return 1
}

# same_names LANGUAGE: what ./program prints, "ADDRESS NAME", is what it has.
same_names() {
    plain x86_64 ./program | sed 's/^ *//' >said.txt
    [ "$(wc -l <said.txt)" -ge 3 ] || fail "$1: it says little"
    while read -r address _; do
        printf 'data %x\n' "$address"
    done <said.txt >questions.txt
    cut -d ' ' -f 2- said.txt >expected.txt
    "$ask" file program <questions.txt | sed 's/ size=.*//' >actual.txt
    # gfortran says at -O2 nothing of where a common block's variables are.
    if [[ "$1" = *-O2 ]]; then
        sed -i '/^blk/d' expected.txt actual.txt
    fi
    same "$1" expected.txt actual.txt
}

if has_compiler gfortran Fortran; then
    cat >program.f90 <<'EOF'
program p
  implicit none
  type r
    integer :: a
    integer :: b
  end type
  integer, save :: m(3,2), z(-1:4)
  type(r), save :: rs(5)
  character(len=8), save :: names(3)
  integer :: cx, cy(4)
  common /blk/ cx, cy
  call say(loc(m(3,2)), 'm(3,2)')
  call say(loc(m(1,2)), 'm(1,2)')
  call say(loc(z(-1)), 'z(-1)')
  call say(loc(rs(2)%b), 'rs(2)%b')
  call say(loc(names(2)), 'names(2)')
  call say(loc(cx), 'blk/cx')
  call say(loc(cy(2)), 'blk/cy(2)')
contains
  subroutine say(a, what)
    integer(8) :: a
    character(*) :: what
    print '(i0,1x,a)', a, what
  end subroutine
end program
EOF
    for flags in "-gdwarf-4 -O0" "-gdwarf-5 -O0" "-gdwarf-5 -O2"; do
        # shellcheck disable=SC2086 # several words
        gfortran $flags -static -o program program.f90
        same_names "Fortran $flags"
    done
fi
if has_compiler gnatmake Ada; then
    cat >pack.ads <<'EOF'
package Pack is
   type Grid is array (2 .. 4, 1 .. 3) of Integer;
   type Vec is array (Integer range <>) of Integer;
   type Color is (Red, Green, Blue);
   type Per is array (Color) of Integer;
   type Rec is record A : Integer; B : Vec (1 .. 4); end record;
   G : Grid;
   H : Vec (-2 .. 3);
   K : Per;
   R : Rec;
end Pack;
EOF
    cat >program.adb <<'EOF'
with Ada.Text_IO; use Ada.Text_IO;
with System.Storage_Elements; use System.Storage_Elements;
with Pack; use Pack;
procedure Program is
begin
   Put_Line (To_Integer (G (3, 2)'Address)'Image & " pack__g(3,2)");
   Put_Line (To_Integer (H (-1)'Address)'Image & " pack__h(-1)");
   Put_Line (To_Integer (R.B (3)'Address)'Image & " pack__r.b(3)");
   Put_Line (To_Integer (K (Green)'Address)'Image & " pack__k(green)");
end Program;
EOF
    gnatmake -g program.adb -cargs -fno-pie -largs -no-pie >build.txt 2>&1 ||
        fail "$(cat build.txt)"
    same_names Ada
fi
if has_compiler fpc Pascal; then
    cat >program.pas <<'EOF'
program p;
type rec = record a: longint; b: array[2..5] of longint; end;
     color = (red, green, blue);
var arr: array[1..4] of longint;
    two: array[0..2, 1..3] of longint;
    recs: array[-1..3] of rec;
    per: array[color] of longint;
begin
  writeln(ptruint(@arr[3]), ' arr[3]');
  writeln(ptruint(@two[1,2]), ' two[1][2]');
  writeln(ptruint(@recs[0].b[4]), ' recs[0].b[4]');
  writeln(ptruint(@per[green]), ' per[green]');
end.
EOF
    fpc -gw3 program.pas >build.txt 2>&1 || fail "$(cat build.txt)"
    same_names Pascal
fi
# As Go's linker does: the address of a variable as a block, in DWARF 4.
cat >program.c <<'EOF'
#include <stdio.h>
struct pair { int a, b; } table[4];
int main(void)
{
    printf("%lu table[0].a\n%lu table[2].b\n%lu table[3].a\n", (unsigned long)&table[0].a,
           (unsigned long)&table[2].b, (unsigned long)&table[3].a);
}
EOF
gcc -gdwarf-4 -S -o program.s program.c
sed -i '/debug_abbrev/,$ { /uleb128 0x2$/ { n; s/0x18$/0xa/ } }' program.s
gcc -no-pie -o program program.s
readelf --debug-dump=abbrev program >abbrev.txt
has abbrev.txt 'DW_AT_location +DW_FORM_block1'
same_names "a block for a location"
if has_compiler go Go; then
    cat >program.go <<'EOF'
package main

import "unsafe"

type pair struct{ a, b int32 }

var counter int64
var table [4]pair

func say(at unsafe.Pointer, name string) { println(uintptr(at), name) }

func main() {
	counter++
	table[2].b++
	say(unsafe.Pointer(&counter), "main.counter")
	say(unsafe.Pointer(&table[2].b), "main.table[2].b")
	say(unsafe.Pointer(&table[0].a), "main.table[0].a")
}
EOF
    HOME=$PWD GOCACHE=$PWD/cache GO111MODULE=off go build -o program program.go
    ./program 2>printed.txt
    plain() { cat printed.txt; }
    same_names Go
fi
[ -n "$tested" ] || skip_unless_ci "no compiler of Fortran, Ada or Pascal"
