# SPDX-License-Identifier: GPL-2.0-or-later
"""Where results go: the terminal, CSV, a plot, docs/performance.md."""
import csv
import json
import os
import re
import shutil
import subprocess

from . import tables
from .contenders import CONTENDERS
from .figures import all_figures, musts
from .results import COLUMNS
from .workloads import RACES_SIZES

# Contenders in the plot, in this order; the same colour in each plot.
PLOTTED = [("bare", "#999999"), ("empty", "#56b4e9"), ("count", "#0072b2"),
           ("record", "#009e73"), ("all", "#f0e442"), ("stamp1", "#e69f00"),
           ("naive", "#d55e00"), ("lackey", "#cc79a7")]


def machine_text(machine):
    return "\n".join(f"- {name}: {value}" for name, value in machine.items())


def sections(data):
    """Return: section name -> Markdown, as docs/performance.md has them."""
    rows, size = data["rows"], data["size"]
    parts = {
        "machine": machine_text(data["machine"]),
        "figures": tables.figure_table(all_figures(rows, data["traces"])),
        "runs": tables.run_table(rows, size),
    }
    if any(row["size"] != RACES_SIZES[size] for row in rows):
        parts["ratios"] = tables.ratio_table(rows, size)
    if any(row["contender"] == "discard" for row in rows):
        parts["room"] = tables.room_table(
            rows, size, int(data["machine"]["cores"]), musts(rows))
    if any(row["size"] == RACES_SIZES[size] for row in rows):
        parts["detectors"] = tables.detector_table(rows, RACES_SIZES[size])
    if data["traces"]:
        parts["traces"] = tables.trace_table(data["traces"])
    return parts


def print_report(data):
    parts = sections(data)
    titles = {"machine": "Machine",
              "runs": "Whole processes, medians (* a smaller size)",
              "ratios": "By workload; ns are over bare QEMU (lackey: over"
                        " native), an access",
              "room": "What the musts leave for the recorder",
              "detectors": "Race detectors, wall seconds",
              "traces": "Traces, M accesses/s, dump in M lines/s",
              "figures": "What recording is held to"}
    for name, title in titles.items():
        if name in parts:
            print(f"\n{title}\n\n{parts[name]}")
    print()


def save(data, folder):
    with open(os.path.join(folder, "results.json"), "w",
              encoding="utf-8") as file:
        json.dump(data, file, indent=1)
    with open(os.path.join(folder, "results.csv"), "w", newline="",
              encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(data["rows"])


def load(folder):
    with open(os.path.join(folder, "results.json"),
              encoding="utf-8") as file:
        return json.load(file)


def plot(data, folder):
    """results.svg: nanoseconds an access of the whole process, log scale."""
    if not shutil.which("gnuplot"):
        return "gnuplot is not there: no plot"
    rows, size = data["rows"], data["size"]
    sizes = {c.name: c.size_in(size) for c in CONTENDERS}
    names = list(dict.fromkeys(r["workload"] for r in rows
                               if r["size"] != RACES_SIZES[size]))
    by = {(r["workload"], r["contender"]): r["wall_ns_access"] for r in rows
          if r["size"] == sizes[r["contender"]]}
    shown = [(c, colour) for c, colour in PLOTTED
             if any(by.get((w, c)) for w in names)]
    if not shown:
        return "nothing to plot"
    lines = ["\t".join(["workload"] + [c for c, _ in shown])]
    for w in names:
        lines.append("\t".join([w] + [
            f"{by[w, c]:.4f}" if by.get((w, c)) else "?" for c, _ in shown]))
    table = os.path.join(folder, "results.dat")
    with open(table, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    columns = ", ".join(
        f"'{table}' skip 1 using {i + 2}:xtic(1) title '{c}' lc rgb '{colour}'"
        for i, (c, colour) in enumerate(shown))
    machine = data["machine"]
    on_what = f'{machine["CPU"]}, {machine["cores"]} cores'
    script = f"""
set terminal svg noenhanced size 1200,520 background rgb 'white' font 'sans,12'
set output '{os.path.join(folder, "results.svg")}'
set datafile separator '\\t'
set datafile missing '?'
set style data histogram
set style histogram cluster gap 1
set style fill solid border -1
set boxwidth 0.9
set logscale y
set yrange [0.5:*]
set grid ytics
set ylabel 'ns an access, whole process (log)'
set xtics rotate by -35 nomirror
set key outside top horizontal
set title '{on_what}'
plot {columns}
"""
    done = subprocess.run(["gnuplot"], input=script, text=True,
                          capture_output=True, check=False)
    return done.stderr.strip() or None


def write_doc(data, path):
    """Replace what stands between the markers of docs/performance.md."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    missing = []
    for name, part in sections(data).items():
        begin = f"<!-- bench:begin {name} -->"
        end = f"<!-- bench:end {name} -->"
        pattern = re.escape(begin) + ".*?" + re.escape(end)
        if not re.search(pattern, text, re.S):
            missing.append(name)
            continue
        text = re.sub(pattern, lambda _: f"{begin}\n{part}\n{end}", text,
                      flags=re.S)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return missing
