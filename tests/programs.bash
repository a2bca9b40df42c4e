# shellcheck shell=bash
# programs.bash: real programs end to end, for one architecture.
#
#   check_programs ARCH ROOT    ROOT is where usr/bin is; empty: the system's

# find_program NAME: sets $program.
find_program() {
    program=$root/usr/bin/$1
    [ -e "$program" ] || program=$root/bin/$1
    [ -e "$program" ] || skip "no $1 for $arch: ./bootstrap setup gets it"
}

# check NAME THREADS ARGS...: stdin is the file in; compares with plain QEMU.
check() {
    local name=$1 n_threads=$2 n lines threads
    shift 2
    local trace=$name.data
    find_program "$name"
    status_of "$(qemu "$arch")" ${root:+-L "$root"} "$program" "$@" <in \
        >plain.out 2>plain.err
    local plain_status=$status
    status_of "$MEMTRACE" record --force -o "$trace" \
        --qemu "$(qemu "$arch")" ${root:+--sysroot "$root"} -- \
        "$program" "$@" <in >out 2>err
    equal "$name $*: status" "$plain_status" "$status"
    cmp plain.out out || fail "$name $*: its output is not the same"
    # Its stderr is followed by our summary.
    head -c "$(stat -c %s plain.err)" err >guest.err
    same "$name $*: stderr" plain.err guest.err

    n=$(n_traced err)
    [ "$n" -gt 20000 ] || fail "$name $*: only $n accesses"
    "$MEMTRACE" info -i "$trace" >info
    equal "$name $*: accesses by info" "$n" \
        "$(awk '$1 == "Accesses" { gsub(",", ""); print $2 }' info)"
    equal "$name $*: lost" 0 "$(awk '$1 == "Lost" { print $2 }' info)"
    lines=$("$MEMTRACE" dump -i "$trace" | wc -l)
    equal "$name $*: lines of dump" "$n" "$lines"
    threads=$(awk '$1 == "Threads" && NF == 2 { print $2 }' info)
    [ "$threads" -ge "$n_threads" ] ||
        fail "$name $*: $threads threads, at least $n_threads expected"
    "$HELPERS/replay" check "$trace" >replay.out ||
        fail "$name $*: $(tail -n 3 replay.out)"
    echo "$name: $n accesses, $threads threads"
    rm -f "$trace"
}

check_programs() {
    arch=$1
    root=$2

    seq 1 30000 | sed 's/^/line /' >in
    check gzip 1 -9c
    check gzip 1 -dc # not what gzip wrote: it says so and exits 1
    gzip -c in >in.gz
    check gzip 1 -dc in.gz
    # Blocks, so that there is work for two.
    check xz 2 -T2 -0 --block-size=65536 -c
    xz -T2 -0 --block-size=65536 -c in >in.xz
    check xz 1 -T2 -dc in.xz
    seq 1 140000 | sed 's/$/ line/' >many # fewer it sorts in one thread
    check sort 2 --parallel=2 -S 64M many
    check sort 1 --parallel=2 -k2,2n -r
    check sqlite3 1 -batch :memory: 'create table t(a integer primary key, b);
        with recursive c(x) as
            (values (1) union all select x + 1 from c where x < 2000)
            insert into t select x, x * x % 17 from c;
        create index i on t(b);
        select b, count(*), sum(a) from t group by b order by 2, 1;'
    check sqlite3 1 -batch :memory: 'select nosuch;'
    check python3 1 -S -E -c '
import sys
words = {}
for i, line in enumerate(sys.stdin):
    words.setdefault(int(line.split()[1]) % 13, []).append(i)
print({k: sum(v) for k, v in words.items()})
sys.exit(7)'
    if "$(qemu "$arch")" ${root:+-L "$root"} "$root/usr/bin/python3" -S -E \
        -c 'import threading' 2>threading.err; then
        check python3 3 -S -E -c '
import threading
results = []
def work(n):
    results.append(sum(i * i for i in range(n)))
threads = [threading.Thread(target=work, args=(2000,)) for _ in range(2)]
for t in threads: t.start()
for t in threads: t.join()
print(sorted(results))'
    else
        check python3 2 -S -E -c '
import _thread, sys
locks = [_thread.allocate_lock() for _ in range(2)]
results = []
def work(lock, n):
    results.append(sum(i * i for i in range(n)))
    lock.release()
for lock in locks:
    lock.acquire()
    _thread.start_new_thread(work, (lock, 2000))
for lock in locks:
    lock.acquire()
print(sorted(results))'
    fi
}
