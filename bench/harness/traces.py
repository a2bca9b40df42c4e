# SPDX-License-Identifier: GPL-2.0-or-later
"""What is measured on a finished trace: decoding, encoding, commands."""
import os
import subprocess
import time
from statistics import median

ENCODE_ACCESSES = 24_000_000
RACES_MOST_ACCESSES = 600_000_000  # more would take a minute


def speed_tool(context, tool, trace, workers, rounds, *more):
    """Return: (M accesses/s, last field of what the tool printed)."""
    speeds, last = [], None
    for _ in range(rounds):
        out = subprocess.run(
            [os.path.join(context.build, tool), trace, str(workers), *more],
            capture_output=True, text=True, check=False)
        if out.returncode:
            raise RuntimeError(out.stderr.strip()[:120])
        accesses, seconds, last = out.stdout.split()
        speeds.append(int(accesses) / float(seconds) / 1e6)
    return median(speeds), (int(accesses), int(last))


def command_speed(context, arguments, trace, accesses, rounds, fine=(0,)):
    """
    M accesses/s of a command that prints to /dev/null, on one core.  It ends
    with one of the statuses `fine`.
    """
    def one_core():
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

    speeds = []
    for _ in range(rounds):
        start = time.perf_counter()
        done = subprocess.run([context.memtrace, *arguments, "-i", trace],
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, check=False,
                              preexec_fn=one_core)
        speeds.append(accesses / (time.perf_counter() - start) / 1e6)
        if done.returncode not in fine:
            done.check_returncode()
    return median(speeds)


def measure_trace(context, workload, trace, accesses, rounds):
    """Return: a dict of speeds in M/s; "error" says what did not work."""
    found = {"workload": workload.name, "group": workload.group,
             "error": None}

    def attempt(name, call):
        try:
            found[name] = call()
        except (RuntimeError, OSError, ValueError,
                subprocess.CalledProcessError) as error:
            found["error"] = f"{name}: {error}"[:160]

    def decode(workers):
        speed, (n, _) = speed_tool(context, "decode_speed", trace, workers,
                                   rounds)
        if n != accesses:
            raise ValueError(f"decoded {n} accesses of {accesses}")
        return speed

    def encode(workers):
        speed, (n, size) = speed_tool(context, "encode_speed", trace,
                                      workers, rounds, str(ENCODE_ACCESSES))
        found["encoded_bytes_access"] = size / n if n else None
        return speed

    attempt("decode1", lambda: decode(1))
    attempt("decode2", lambda: decode(2))
    attempt("encode1", lambda: encode(1))
    attempt("encode2", lambda: encode(2))
    attempt("dump",
            lambda: command_speed(context, ["dump"], trace, accesses, 1))
    attempt("report", lambda: command_speed(
        context, ["report", "--by", "function"], trace, accesses, 1))
    if accesses <= RACES_MOST_ACCESSES:
        attempt("races", lambda: command_speed(
            context, ["races"], trace, accesses, 1, (0, 1)))
    return found
