# SPDX-License-Identifier: GPL-2.0-or-later
"""What machine the figures are from, and how quiet it was."""
import os
import platform
import subprocess
import time


def first_line(argv):
    try:
        out = subprocess.run(argv, capture_output=True, text=True,
                             check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return "not there"
    return (out.splitlines() or [""])[0]


def cpu_model():
    with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
        text = file.read()
    for line in text.splitlines():
        if line.startswith("model name"):
            virtual = " hypervisor " in text.replace("\n", " ")
            return (line.partition(":")[2].strip()
                    + (", virtual machine" if virtual else ""))
    return platform.machine()


def memory_gib():
    with open("/proc/meminfo", encoding="ascii") as file:
        return int(file.readline().split()[1]) / (1 << 20)


def stolen_ticks():
    """(stolen by the hypervisor, all), since boot."""
    with open("/proc/stat", encoding="ascii") as file:
        ticks = [int(word) for word in file.readline().split()[1:9]]
    return ticks[7], sum(ticks)


def system_name():
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return "Linux"


def describe(context):
    """Return: ordered (name, value) pairs."""
    git = ["git", "-C", context.root]
    changed = subprocess.run(
        git + ["diff", "--quiet", "HEAD", "--", ":!bench", ":!docs"],
        check=False, capture_output=True).returncode
    commit = first_line(git + ["rev-parse", "--short", "HEAD"])
    return {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "CPU": cpu_model(),
        "cores": str(os.cpu_count()),
        "memory": f"{memory_gib():.0f} GiB",
        "system": f"{system_name()}, Linux {platform.release()}",
        "QEMU": first_line([context.qemu["x86_64"], "--version"]),
        "compiler": first_line(["gcc", "--version"]),
        "Valgrind": first_line(["valgrind", "--version"]),
        "commit": commit + (" and changes not committed" if changed else ""),
    }
