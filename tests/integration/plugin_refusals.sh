# What cannot work stops QEMU before the guest runs, with a line that says it.
. "$TEST_ROOT/tests/lib.sh"

cp "$MEMTRACE" memtrace
cp "$PLUGIN" qemu-memtrace.so

# refuses OPTIONS PATTERN
refuses() {
    status_of "$qemu" -plugin "./qemu-memtrace.so,$1" -- "$program" \
        >said 2>err
    [ "$status" -ne 0 ] || fail "$arch $1: exit status 0"
    [ "$status" -lt 128 ] || fail "$arch $1: status $status"
    [ ! -s said ] || fail "$arch $1: the guest ran: $(head -n 1 said)"
    has err "^memtrace: .*$2"
    equal "$arch $1: lines that say so" 1 "$(grep '^memtrace' err |
        grep -vc 'valid options')"
    ! grep -q '^T[0-9]\|accesses traced' err || fail "$arch $1: it traced"
}

mkdir dir
echo 'no ELF file' >text
: >empty
head -c 40 "$(command -v "$(qemu x86_64)")" >short

for arch in $TEST_GUESTS; do
    qemu=$(qemu "$arch")
    program=$(guest "$arch" exits)
    other=x86_64
    [ "$arch" != x86_64 ] || other=aarch64

    refuses bogus=1 "unknown plugin option 'bogus'"
    has err 'regions=' # what is valid is listed
    has err 'overflow='
    refuses bogus "'bogus'"
    refuses regions=some "'?regions'?"
    refuses stamp=0 "'?stamp'?"
    refuses stamp=-1 "'?stamp'?"
    refuses stamp=1x "'?stamp'?"
    refuses dense=-1 "'?dense'?"
    refuses dense=1x "'?dense'?"
    refuses dense=1048577 "'?dense'?"
    refuses buffer=lots "'?buffer'?"
    refuses buffer=0 "'?buffer'?"
    refuses buffer=99999999999999999999 "'?buffer'?"
    refuses overflow=maybe "'?overflow'?"
    refuses noread=maybe "'?noread'?"
    refuses function= "'?function'?"
    refuses function=a,,b,function=,module=c "'?function'?"
    refuses skip=some "skip.*some"
    refuses limit=0 "limit"
    refuses thread=2-1 "thread.*2-1"
    refuses address=here "address.*here"
    refuses sample=1/10 "sample.*1/10"
    refuses sample=10ms/1ms "sample.*10ms/1ms"
    refuses symbol=!a "symbol"
    refuses region=heap,,stak "region.*stak"
    refuses elf=nosuch 'nosuch'
    refuses elf=dir 'dir'
    refuses elf=text 'text'
    refuses elf=empty 'empty'
    refuses elf=short 'short'
    refuses "elf=$(guest "$other" exits)" "$other|architecture"
    refuses out=nosuchdir/trace.data 'nosuchdir/trace.data'
    refuses text=nosuchdir/trace.txt 'nosuchdir/trace.txt'
    refuses arg=file=nosuchdir/trace.txt 'nosuchdir/trace.txt'
    refuses out=dir 'dir'
    refuses text=dir 'dir'
    refuses out=a.data,text=b.txt 'out.*text'
done
