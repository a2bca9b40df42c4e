# SPDX-License-Identifier: GPL-2.0-or-later
"""The workloads: one entry each in one table."""
import os
import shutil
from dataclasses import dataclass, field

SIZES = ("full", "quick", "small", "tiny", "races", "races-quick")
# Of race detectors, where the others have those of the left.
RACES_SIZES = {"full": "races", "quick": "races-quick"}


@dataclass
class Workload:
    """A guest program and what it is called with.

    args: what follows the program, a list for each of SIZES that it has.
    stdin: a file among the inputs, with SIZE for the size, or None.
    group: "kernel" or "real"; figures of the two are kept apart; "races" is
           for race detectors alone.
    threads: how many of them have work to do at once.
    """
    name: str
    arch: str
    group: str
    program: str
    args: dict
    threads: int = 1
    stdin: str = None
    note: str = ""

    def argv(self, size):
        return [self.program] + [a.replace("SIZE", size)
                                 for a in self.args[size]]

    def stdin_of(self, size):
        return self.stdin and self.stdin.replace("SIZE", size)


def sized(full, quick, small, tiny):
    return {"full": full.split(), "quick": quick.split(),
            "small": small.split(), "tiny": tiny.split()}


def alike(args):
    return sized(args, args, args, args)


def for_races(full, quick=None):
    """The sizes that race detectors run: of programs with threads only."""
    return {"races": full.split(), "races-quick": (quick or full).split()}


@dataclass
class Kernel:
    """A guest of bench/guests, of both architectures."""
    name: str
    guest: str
    threads: int
    args: dict = field(default_factory=dict)


KERNELS = [
    Kernel("tight1", "tight", 1, sized("1 172", "1 20", "1 10", "1 1")),
    Kernel("tight2", "tight", 2, sized("2 172", "2 10", "2 5", "2 1")),
    Kernel("tight4", "tight", 4, sized("4 86", "4 5", "4 3", "4 1")),
    Kernel("chase", "chase", 1,
           sized("26000000", "2000000", "1000000", "100000")),
    Kernel("calls", "calls", 1, sized("160", "10", "4", "1")),
    Kernel("locks", "locks", 2, sized("2000000", "100000", "50000", "5000")),
]

# For race detectors.  Not static: Valgrind's learn of threads and locks from
# the functions of shared libraries.
DYNAMIC_KERNELS = [
    Kernel("tight2", "tight", 2, for_races("2 172", "2 5")),
    Kernel("locks", "locks", 2, for_races("400000", "20000")),
]

MIXED = os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), "programs", "mixed.py")

PROGRAMS = [
    ("gzip", 1, alike("-c text-SIZE.txt"), None),
    ("xz", 2, sized("-T2 -1 --block-size=1MiB -c archive-SIZE.txt",
                    "-T2 -1 --block-size=64KiB -c archive-SIZE.txt",
                    "-T2 -1 --block-size=16KiB -c archive-SIZE.txt",
                    "-T2 -1 --block-size=4KiB -c archive-SIZE.txt")
     | for_races("-T2 -1 --block-size=256KiB -c archive-SIZE.txt",
                 "-T2 -1 --block-size=32KiB -c archive-SIZE.txt"), None),
    ("sqlite3", 1, alike(":memory:"), "orders-SIZE.sql"),
    ("python3", 1, sized(f"-s -S {MIXED} 30 10", f"-s -S {MIXED} 1 10",
                         f"-s -S {MIXED} 1 1", "-s -S -c pass"), None),
    ("sort", 2, alike("--parallel=2 -S 128M lines-SIZE.txt")
     | for_races("--parallel=2 -S 128M lines-SIZE.txt"), None),
    ("pigz", 2, for_races("-p 2 -c text-SIZE.txt"), None),
]


def find_elf(name):
    """The system's own program, else one on PATH; a script is no guest."""
    for folder in os.defpath.split(os.pathsep)[::-1] + os.get_exec_path():
        path = shutil.which(name, path=folder)
        if path:
            with open(path, "rb") as file:
                if file.read(4) == b"\x7fELF":
                    return os.path.realpath(path)
    return None


def all_workloads(build):
    """The table. What is not installed or not built is left out by caller."""
    found = []
    for arch in ("x86_64", "aarch64"):
        for k in KERNELS:
            found.append(Workload(
                name=f"{k.name}-{arch}", arch=arch, group="kernel",
                program=os.path.join(build, f"{k.guest}-{arch}"),
                args=k.args, threads=k.threads))
    for k in DYNAMIC_KERNELS:
        found.append(Workload(
            name=f"{k.name}-dynamic", arch="x86_64", group="races",
            program=os.path.join(build, f"{k.guest}-dynamic"),
            args=k.args, threads=k.threads))
    for name, threads, args, stdin in PROGRAMS:
        found.append(Workload(
            name=name, arch="x86_64",
            group="real" if "full" in args else "races",
            program=find_elf(name) or name, args=args, threads=threads,
            stdin=stdin))
    return found
