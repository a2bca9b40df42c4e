# `memtrace races -- PROGRAM` that a signal ends: the program, QEMU and what
# records end first, and nothing is left in TMPDIR.
. "$TEST_ROOT/tests/lib.sh"

needs_guest x86_64
mkdir temporary
# memtrace gets SIGTERM as late as it can without having a handler for it.
cat >early.c <<'END'
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

int sigaction(int number, const struct sigaction *new, struct sigaction *old)
{
    int (*really)(int, const struct sigaction *, struct sigaction *) =
        (int (*)(int, const struct sigaction *, struct sigaction *))dlsym(
            RTLD_NEXT, "sigaction");

    if (number == SIGTERM && new &&
        strcmp(program_invocation_short_name, "memtrace") == 0) {
        raise(SIGTERM);
    }
    return really(number, new, old);
}
END
gcc -D_GNU_SOURCE -shared -fPIC -o early.so early.c
mkfifo rules
python3 - "$MEMTRACE" "$(qemu x86_64)" "$(guest x86_64 exits)" \
    "$PWD/temporary" "$PWD/rules" "$PWD/early.so" >said 2>err <<'END' || {
import os, signal, subprocess, sys

memtrace, qemu, guest, folder, rules, early = sys.argv[1:]


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
        if has_session(races.pid):
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

# One that comes while the program starts ends it as well.
record = subprocess.Popen(
    [memtrace, "record", "--output", "t.data", "--qemu", qemu, "--", guest],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    env=dict(os.environ, LD_PRELOAD=early), start_new_session=True)
ended(record, 128 + signal.SIGTERM)

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
