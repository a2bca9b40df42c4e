# SPDX-License-Identifier: GPL-2.0-or-later
"""Race detectors: what each is called with, and how many races it reports.

Each as it is without options, but that Valgrind's write to a file.
"""
import os
import re

RACES_FOUND = 1  # the status of `memtrace races` where it found any


def races(context, workload, argv, output):
    return [context.memtrace, "races", "--"] + argv


def valgrind(tool):
    def command(context, workload, argv, output):
        return ["valgrind", "--tool=" + tool, "--log-file=" + output] + argv
    return command


def last_number(path, pattern):
    """Return: what @pattern has in brackets, where the file ends."""
    with open(path, "rb") as file:
        file.seek(max(0, os.path.getsize(path) - 512))
        found = re.findall(pattern, file.read())
    if not found:
        raise ValueError("there is no verdict")
    return int(found[-1])


def races_reports(output, stdout):
    """The last line, behind what the guest printed."""
    return last_number(stdout, rb"(\d+) data races?(?:,|\n)")


def valgrind_reports(output, stdout):
    """Each context is printed once, however often it is met."""
    return last_number(output, rb"errors? from (\d+) contexts?")
