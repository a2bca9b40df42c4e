# SPDX-License-Identifier: GPL-2.0-or-later
"""The contenders: how each runs a guest, and what it leaves behind."""
import json
import os
import subprocess
from dataclasses import dataclass
from typing import Callable

from . import detectors
from .workloads import RACES_SIZES, SIZES


@dataclass
class Context:
    """Where things are; paths are absolute."""
    root: str     # of the repository
    build: str    # what was built for the bench, temporary files
    memtrace: str
    qemu: dict    # by architecture


@dataclass
class Contender:
    """One way to run a guest.

    size: "small" or "tiny" where it costs so much that it gets a smaller size
          than the others, and is compared with the baselines at that size;
          "races" of those that are compared as race detectors, whose sizes
          are those of RACES_SIZES.
    baseline: whose wall time is subtracted for the cost of an access.
    command: (context, workload, argv, output file) -> argv to run.
    counted: (context, output file) -> (accesses, bytes), either may be None.
    arches: the guests it can run, or None for all.
    reports: of a race detector: (output file, standard output) -> how many
             races it reports.
    fine: the statuses that it may end with.
    prints_more: it prints something behind what the guest prints.
    """
    name: str
    title: str
    command: Callable
    counted: Callable = None
    size: str = None
    baseline: str = "bare"
    arches: tuple = None
    reports: Callable = None
    fine: tuple = (0,)
    prints_more: bool = False

    def size_in(self, size):
        """The size it runs in a session of @size: "full" or "quick"."""
        if self.size == "races":
            return RACES_SIZES[size]
        return self.size or size


def under_qemu(plugin):
    def command(context, workload, argv, output):
        qemu = [context.qemu[workload.arch]]
        if plugin:
            so = os.path.join(context.build, plugin + ".so")
            qemu += ["-plugin", f"{so},to={output}"]
        return qemu + argv
    return command


def natively(context, workload, argv, output):
    return argv


def under_lackey(context, workload, argv, output):
    return ["valgrind", "--tool=lackey", "--trace-mem=yes",
            f"--log-file={output}"] + argv


def discarded(context, workload, argv, output):
    plugin = os.path.join(os.path.dirname(context.memtrace),
                          "qemu-memtrace.so")
    return [os.path.join(context.build, "discard"), plugin,
            context.qemu[workload.arch]] + argv


def recorded(*options):
    def command(context, workload, argv, output):
        return [context.memtrace, "record", *options, "-o", output,
                "--"] + argv
    return command


def count_of_file(context, output):
    with open(output, encoding="ascii") as file:
        return int(file.read()), None


def naive_lines(context, output):
    """The plugin ends its text with the number of its lines."""
    size = os.path.getsize(output)
    with open(output, "rb") as file:
        file.seek(max(0, size - 64))
        last = file.read().split(b"\n")[-2]
    return int(last), size - len(last) - 1


def lackey_lines(context, output):
    """Lines ' L', ' S' and ' M' (both a load and a store) are data."""
    size = os.path.getsize(output)
    n, tail = 0, b""
    with open(output, "rb") as file:
        while True:
            part = file.read(1 << 20)
            if not part:
                return n, size
            part = tail + part
            n += (part.count(b"\n L") + part.count(b"\n S")
                  + 2 * part.count(b"\n M"))
            tail = part[-2:]


def trace_counts(context, output):
    """What `memtrace info` says is in the trace."""
    text = subprocess.run(
        [context.memtrace, "info", "--format=json", "-i", output],
        capture_output=True, text=True, check=True).stdout
    info = json.loads(text)
    if info["lost"] or not info["is_complete"] or info["damaged_blocks"]:
        raise ValueError("the trace is not complete")
    return info["accesses"], os.path.getsize(output)


CONTENDERS = [
    Contender("bare", "bare QEMU", under_qemu(None)),
    Contender("empty", "empty callback", under_qemu("empty")),
    Contender("count", "counting callback", under_qemu("count"),
              count_of_file),
    Contender("append", "appending callback", under_qemu("append")),
    Contender("discard", "the plugin, its entries thrown away", discarded),
    Contender("record", "`memtrace record`", recorded(), trace_counts),
    Contender("all", "`record --regions=all`", recorded("--regions=all"),
              trace_counts),
    Contender("stamp1", "`record --stamp 1`", recorded("--stamp=1"),
              trace_counts),
    Contender("left-out", "`record --module '!*'`", recorded("--module=!*"),
              trace_counts),
    Contender("paused", "`record --stop-at main`", recorded("--stop-at=main"),
              trace_counts),
    Contender("naive", "naive plugin, text", under_qemu("naive"),
              naive_lines, size="small"),
    Contender("native", "native", natively, size="tiny", baseline=None,
              arches=("x86_64",)),
    Contender("lackey", "Valgrind lackey, text", under_lackey, lackey_lines,
              size="tiny", baseline="native", arches=("x86_64",)),
    Contender("races", "`memtrace races`", detectors.races, size="races",
              baseline="native", arches=("x86_64",),
              reports=detectors.races_reports,
              fine=(0, detectors.RACES_FOUND), prints_more=True),
    Contender("races-record", "what `memtrace races` records",
              recorded("--syscalls", "--stamp=64", "--dense=1024",
                       "--digest"),
              trace_counts, size="races",
              baseline="native", arches=("x86_64",)),
    Contender("helgrind", "Valgrind helgrind",
              detectors.valgrind("helgrind"), size="races",
              baseline="native", arches=("x86_64",),
              reports=detectors.valgrind_reports),
    Contender("drd", "Valgrind drd", detectors.valgrind("drd"), size="races",
              baseline="native", arches=("x86_64",),
              reports=detectors.valgrind_reports),
]

BY_NAME = {c.name: c for c in CONTENDERS}


def plan(names, workload, size):
    """What to run in each round: (contender, size) in order, with the
    baselines that the chosen ones are compared with."""
    wanted = []
    for contender in CONTENDERS:
        if contender.name not in names:
            continue
        own = contender.size_in(size)
        if own not in workload.args:
            continue
        needed = [contender.name]
        if contender.baseline:
            needed = [contender.baseline, "count", contender.name]
        if contender.baseline == "native":
            needed.remove("count")
        for name in needed:
            arches = BY_NAME[name].arches
            if arches and workload.arch not in arches:
                break
            if (BY_NAME[name], own) not in wanted:
                wanted.append((BY_NAME[name], own))
    return sorted(wanted, key=lambda pair: (SIZES.index(pair[1]),
                                            CONTENDERS.index(pair[0])))
