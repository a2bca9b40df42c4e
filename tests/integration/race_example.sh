# The example of the README: its race is found, and nothing else, in every run.
. "$TEST_ROOT/tests/lib.sh"

for arch in $(of_guests x86_64 aarch64); do
    for run in 1 2 3; do
        status=0
        "$MEMTRACE" races -o race.data --force -f json --qemu "$(qemu "$arch")" \
            -- "$(guest "$arch" race)" >said 2>err || status=$?
        equal "$arch, run $run: status" 1 $status
        sed '1,/^without/d' said | grep -o '"variable":"[^"]*"' >found || :
        equal "$arch, run $run: races" '"variable":"counted_racily"' \
            "$(cat found)"
    done
    # As people read it.
    status_of "$MEMTRACE" races -i race.data >text 2>err
    equal "$arch, as text: status" 1 "$status"
    has text '^Data race on counted_racily, seen [0-9]+ times?$'
    has text '^  (Read|Write) of size 4 by T[12]: count  race\.c:[0-9]*$'
    has text '^  Previous (read|write) of size 4 by T[12]: count  race\.c:[0-9]*$'
    has text '^  Location: global counted_racily at 0x[0-9a-f]*  race\.c:[0-9]*$'
    # How it is recorded: as races does, or as the option says.
    "$MEMTRACE" info --meta -i race.data >info
    has info '^ *record\.stamp = 64$'
    has info '^ *record\.dense = [1-9]'
    status_of "$MEMTRACE" races -o race.data --force --stamp 3 \
        --qemu "$(qemu "$arch")" -- "$(guest "$arch" race)" >said 2>err
    equal "$arch, --stamp: status" 1 "$status"
    "$MEMTRACE" info --meta -i race.data >info
    has info '^ *record\.stamp = 3$'
    ! grep -q 'record\.dense' info || fail "$arch, --stamp: dense as well"
    # A trace that is not to be kept is in TMPDIR while it is read, and goes.
    rm -rf temporary
    mkdir temporary
    status_of env TMPDIR="$PWD/temporary" "$MEMTRACE" races -f json \
        --qemu "$(qemu "$arch")" -- "$(guest "$arch" race)" >said 2>err
    equal "$arch, not kept: status" 1 "$status"
    has said '^\{"trace":"'"$PWD"'/temporary/memtrace-[^"]*","races":'
    equal "$arch, not kept: files left" '' "$(ls temporary)"
    # An interrupt from the terminal ends the program, and is no end of races.
    python3 - "$MEMTRACE" "$(qemu "$arch")" "$(guest "$arch" exits)" \
        "$PWD/temporary" >said 2>err <<'END' || fail "$arch, interrupted"
import os, signal, subprocess, sys

memtrace, qemu, guest, folder = sys.argv[1:]
races = subprocess.Popen(
    [memtrace, "races", "--qemu", qemu, "--", guest], stdin=subprocess.PIPE,
    stdout=subprocess.PIPE, env=dict(os.environ, TMPDIR=folder),
    start_new_session=True)
races.stdout.readline()  # the guest runs, until its input ends
os.killpg(races.pid, signal.SIGINT)
rest = races.stdout.read().decode()
assert races.wait() == 0, races.returncode
assert rest.endswith("\n") and "0 data races" in rest, rest
assert os.listdir(folder) == [], os.listdir(folder)
END
    # One that cannot be made is no finding.
    status_of env TMPDIR="$PWD/nowhere" "$MEMTRACE" races \
        --qemu "$(qemu "$arch")" -- "$(guest "$arch" race)" >said 2>err
    equal "$arch, nowhere: status" 2 "$status"
    has err '^memtrace: .*/nowhere/.*: No such file or directory$'
done
