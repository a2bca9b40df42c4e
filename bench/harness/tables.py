# SPDX-License-Identifier: GPL-2.0-or-later
"""The tables, as text for a terminal and for Markdown alike."""
from .contenders import BY_NAME
from .workloads import RACES_SIZES

PENDING = "-"


def fixed(value, digits):
    return PENDING if value is None else f"{value:.{digits}f}"


def millions(value):
    return PENDING if value is None else f"{value / 1e6:.1f}"


def markdown(header, rows):
    """A table that lines up as plain text too; numbers to the right."""
    cells = [header] + [[str(c) for c in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]

    def is_number(i):
        return bool(rows) and all(
            row[i][:1].isdigit() or row[i][:1] == "-" for row in cells[1:])

    right = [is_number(i) for i in range(len(header))]

    def line(row):
        return "| " + " | ".join(
            c.rjust(w) if r else c.ljust(w)
            for c, w, r in zip(row, widths, right)) + " |"

    rule = "|" + "|".join(("-" * (w + 1)) + (":" if r else "-")
                          for w, r in zip(widths, right)) + "|"
    return "\n".join([line(cells[0]), rule] + [line(r) for r in cells[1:]])


def figure_table(figures):
    rows = []
    for f in figures:
        digits = 2 if f.must < 10 else 1
        value = fixed(f.value, digits)
        if f.value is not None and f.note:
            value += f" ({f.note})"
        unit = f", {f.unit}" if f.unit else ""
        rows.append([f.title + unit, value, f"{f.must:g}",
                     PENDING if f.aim is None else f"{f.aim:g}",
                     f.verdict()])
    return markdown(["figure", "measured", "must", "aim", "verdict"], rows)


def run_table(rows, size):
    """Each workload and contender: what the whole process took."""
    out = []
    for r in rows:
        slow = BY_NAME[r["contender"]].size
        if r["size"] not in (size, BY_NAME[r["contender"]].size_in(size)):
            continue
        out.append([
            r["workload"], r["contender"] + ("*" if slow else ""),
            millions(r["accesses"]), fixed(r["wall_s"], 2),
            fixed(r["cpu_s"], 2), fixed(r["over_count"], 2),
            fixed(r["cost_ns_access"], 2), fixed(r["bytes_access"], 3),
            fixed(r["first_mib"], 0), fixed(r["child_mib"], 0),
            r["error"] or ""])
    header = ["workload", "contender", "M accesses", "wall s", "CPU s",
              "/ count", "cost ns", "bytes", "MiB", "QEMU MiB", "failed"]
    if not any(row[-1] for row in out):
        header, out = header[:-1], [row[:-1] for row in out]
    return markdown(header, out)


def ratio_table(rows, size):
    """A row a workload: wall over the counting callback, cost of ours."""
    by = {(r["workload"], r["contender"], r["size"]): r for r in rows}
    names = []
    for r in rows:
        if r["workload"] not in names and r["size"] != RACES_SIZES[size]:
            names.append(r["workload"])
    out = []
    for name in names:
        def get(contender, column):
            own = BY_NAME[contender].size_in(size)
            return (by.get((name, contender, own)) or {}).get(column)

        out.append([
            name, millions(get("count", "accesses")),
            fixed(get("append", "over_count"), 2),
            fixed(get("discard", "over_count"), 2),
            fixed(get("record", "over_count"), 2),
            fixed(get("all", "over_count"), 2),
            fixed(get("stamp1", "over_count"), 2),
            fixed(get("count", "cost_ns_access"), 2),
            fixed(get("record", "cost_ns_access"), 2),
            fixed(get("naive", "cost_ns_access"), 0),
            fixed(get("lackey", "cost_ns_access"), 0),
            fixed(get("record", "bytes_access"), 3),
            fixed(get("all", "bytes_access"), 3),
            fixed(get("stamp1", "bytes_access"), 3)])
    return markdown(
        ["workload", "M accesses", "append / count", "discard / count",
         "record / count", "all / count", "stamp 1 / count",
         "count ns", "record ns", "naive ns", "lackey ns",
         "record bytes", "all bytes", "stamp 1 bytes"], out)


def room_table(rows, size, cores, musts):
    """What a must leaves for the recorder, and what the recorder takes.

    musts: workload -> record / count, for those that have one.
    """
    by = {(r["workload"], r["contender"]): r for r in rows
          if r["size"] == size}
    out = []
    for name, must in musts.items():
        count, guest, record = (by.get((name, c), {})
                                for c in ("count", "discard", "record"))
        n = count.get("accesses")
        if not (n and guest.get("cpu_s") and record.get("cpu_s")):
            continue
        whole = must * count["wall_s"] * cores
        out.append([
            name, f"{must:g}", fixed(guest["over_count"], 2),
            fixed(whole, 2), fixed(guest["cpu_s"], 2),
            fixed((whole - guest["cpu_s"]) / n * 1e9, 1),
            fixed((record["cpu_s"] - guest["cpu_s"]) / n * 1e9, 1)])
    return markdown(
        ["workload", "must", "discard / count", "CPU s that the must gives",
         "CPU s of `discard`", "left, ns an access",
         "the recorder takes, ns"], out)


def detector_table(rows, size):
    """A row a workload: wall seconds of each, and how many it reports.

    size: what race detectors ran.
    """
    by = {(r["workload"], r["contender"]): r for r in rows
          if r["size"] == size}
    out = []
    for name in dict.fromkeys(workload for workload, _ in by):
        def get(contender, column):
            return (by.get((name, contender)) or {}).get(column)

        def over(contender):
            ours, theirs = get("races", "wall_s"), get(contender, "wall_s")
            return fixed(ours / theirs if ours and theirs else None, 2)

        shown = ("races", "helgrind", "drd")
        errors = [r["error"] for (workload, _), r in by.items()
                  if workload == name and r["error"]]
        out.append([
            name, millions(get("races-record", "accesses")),
            fixed(get("native", "wall_s"), 2),
            fixed(get("races-record", "wall_s"), 1),
            *(fixed(get(c, "wall_s"), 1) for c in shown),
            over("helgrind"), over("drd"),
            *(fixed(get(c, "reports"), 0) for c in shown),
            errors[0] if errors else ""])
    header = ["workload", "M accesses", "native", "record alone", "`races`",
              "helgrind", "drd", "`races` / helgrind", "`races` / drd",
              "`races` reports", "helgrind reports", "drd reports", "failed"]
    if not any(row[-1] for row in out):
        header, out = header[:-1], [row[:-1] for row in out]
    return markdown(header, out)


def trace_table(traces):
    rows = [[t["workload"], fixed(t.get("decode1"), 0),
             fixed(t.get("decode2"), 0), fixed(t.get("encode1"), 0),
             fixed(t.get("encode2"), 0), fixed(t.get("dump"), 1),
             fixed(t.get("report"), 1), fixed(t.get("races"), 1),
             t["error"] or ""] for t in traces]
    header = ["workload", "decode, 1 worker", "2 workers",
              "encode, 1 worker", "2 workers", "dump, one core",
              "report, one core", "races, one core", "failed"]
    if not any(row[-1] for row in rows):
        header, rows = header[:-1], [row[:-1] for row in rows]
    return markdown(header, rows)
