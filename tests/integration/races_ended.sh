# `memtrace races -- PROGRAM` that a signal ends: the program, QEMU and what
# records end first, and nothing is left in TMPDIR.
. "$TEST_ROOT/tests/lib.sh"

needs_guest x86_64
mkdir temporary
mkfifo rules
python3 - "$MEMTRACE" "$(qemu x86_64)" "$(guest x86_64 exits)" \
    "$PWD/temporary" "$PWD/rules" >said 2>err <<'END' || {
import os, signal, subprocess, sys

memtrace, qemu, guest, folder, rules = sys.argv[1:]


def start(*options):
    return subprocess.Popen(
        [memtrace, "races", "--qemu", qemu, *options, "--", guest],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env=dict(os.environ, TMPDIR=folder), start_new_session=True)


def has_session(session):
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.getsid(int(pid)) == session:
                return True
        except ProcessLookupError:
            pass
    return False


def ended(races, status):
    try:
        assert races.wait() == status, races.returncode
        assert os.listdir(folder) == [], os.listdir(folder)
        assert not has_session(races.pid), "it has left processes"
    except AssertionError:
        os.killpg(races.pid, signal.SIGKILL)
        raise


for number in signal.SIGTERM, signal.SIGHUP:
    races = start()
    races.stdout.readline()  # the guest runs, until its input ends
    races.send_signal(number)
    ended(races, -number)

# An interrupt ends the program alone: its races are told of.
races = start()
races.stdout.readline()
races.send_signal(signal.SIGINT)
ended(races, 0)

# What is recorded by then is removed too: it waits for the other end of a pipe.
for number in signal.SIGTERM, signal.SIGINT:
    races = start("--suppressions", rules)
    races.stdin.close()
    with open(rules, "w"):
        assert len(os.listdir(folder)) == 1
        races.send_signal(number)
        ended(races, -number)

# What nohup ignores stays ignored.
signal.signal(signal.SIGHUP, signal.SIG_IGN)
races = start()
races.stdout.readline()
races.send_signal(signal.SIGHUP)
races.stdin.close()
ended(races, 0)
END
    cat said err
    fail "ended by signals"
}
