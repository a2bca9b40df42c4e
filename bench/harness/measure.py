# SPDX-License-Identifier: GPL-2.0-or-later
"""One run of one command: time, CPU time and memory of its processes."""
import os
import re
import select
import signal
import time
from dataclasses import dataclass, field

POLL_S = 0.05
FIRST_POLL_S = 0.01
MIB = 1024


@dataclass
class Run:
    """What one run took.

    first_mib: peak resident memory of the process that was started: QEMU, or
               the recorder, whose resident memory includes the channel.
    child_mib: the same, largest of its descendants: QEMU under the recorder.
    Both are 0 for a run too short to be looked at.
    """
    wall_s: float = 0.0
    cpu_s: float = 0.0
    first_mib: float = 0.0
    child_mib: float = 0.0
    error: str = None
    accesses: int = None
    bytes: int = None
    reports: int = None
    peaks: dict = field(default_factory=dict, repr=False)


def peak_kib(pid):
    try:
        with open(f"/proc/{pid}/status", encoding="ascii",
                  errors="replace") as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1])
    except (OSError, ValueError):
        pass
    return 0


def children(pid):
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children",
                      encoding="ascii") as file:
                found += [int(child) for child in file.read().split()]
    except OSError:
        pass
    return found


def poll_memory(run, pid):
    """The latest value counts: it only grows, but starts anew at an exec."""
    pending = [pid]
    while pending:
        each = pending.pop()
        peak = peak_kib(each)
        if peak:
            run.peaks[each] = peak / MIB
        pending += children(each)


def wait(run, pid, timeout_s):
    """Wait for the process without spending its cores. Return: status."""
    deadline = time.monotonic() + timeout_s
    handle = os.pidfd_open(pid)
    try:
        pause_s = FIRST_POLL_S
        while not select.select([handle], [], [], pause_s)[0]:
            poll_memory(run, pid)
            pause_s = POLL_S
            if time.monotonic() > deadline:
                run.error = f"stopped after {timeout_s:.0f} s"
                os.killpg(pid, signal.SIGKILL)
                break
    finally:
        os.close(handle)
    _, status, usage = os.wait4(pid, 0)
    run.cpu_s = usage.ru_utime + usage.ru_stime
    return status


def telling_words(path):
    """Of what a failing command said, the line that tells most."""
    with open(path, "rb") as file:
        lines = file.read().decode(errors="replace").strip().splitlines()
    telling = [line for line in lines
               if re.search("assert|error|fail|cannot|fatal", line, re.I)]
    return (telling or lines or [""])[-1][:100]


def measure(argv, stdin, stdout, stderr, timeout_s, env, fine=(0,)):
    """
    Run @argv to its end, its output to files.  It is to end with one of the
    statuses @fine.
    """
    run = Run()
    create = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, stdin or os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, stdout, create, 0o644),
        (os.POSIX_SPAWN_OPEN, 2, stderr, create, 0o644),
    ]
    start = time.perf_counter()
    try:
        pid = os.posix_spawnp(argv[0], argv, env, file_actions=actions,
                              setpgroup=0)
    except OSError as error:
        run.error = f"{os.path.basename(argv[0])}: {error.strerror}"
        return run
    try:
        status = wait(run, pid, timeout_s)
    except KeyboardInterrupt:
        os.killpg(pid, signal.SIGKILL)
        os.wait4(pid, 0)
        raise
    run.wall_s = time.perf_counter() - start
    run.first_mib = run.peaks.pop(pid, 0.0)
    run.child_mib = max(run.peaks.values(), default=0.0)
    code = os.waitstatus_to_exitcode(status)
    if code not in fine and not run.error:
        what = f"exit {code}" if code >= 0 else f"signal {-code}"
        run.error = f"{what}: {telling_words(stderr)}"
    return run
