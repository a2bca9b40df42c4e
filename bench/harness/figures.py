# SPDX-License-Identifier: GPL-2.0-or-later
"""The figures that recording is held to, with what they must and may be."""
from dataclasses import dataclass

from .results import geomean


@dataclass
class Figure:
    """A figure; value is None where it was not measured, aim where the must is
    all that is asked."""
    title: str
    value: float
    must: float
    aim: float
    unit: str = ""
    is_higher_better: bool = False
    note: str = ""

    def verdict(self):
        if self.value is None:
            return "not measured"

        def reaches(bound):
            if self.is_higher_better:
                return self.value >= bound
            return self.value <= bound

        if self.aim is not None and reaches(self.aim):
            return "aim met"
        return "must met" if reaches(self.must) else "MISSED"


def rows_of(rows, contender, **having):
    return [r for r in rows if r["contender"] == contender
            and all(r[k] == v for k, v in having.items())]


def values(rows, name):
    return [r[name] for r in rows if r[name] is not None]


def over_count(rows, **having):
    return geomean(values(rows_of(rows, "record", **having), "over_count"))


def named(rows, contender, start):
    return geomean(values([r for r in rows_of(rows, contender)
                           if r["workload"].startswith(start)],
                          "over_count"))


def naive_gain(rows):
    """Return: the workload where naive / record is least, that ratio."""
    record = {r["workload"]: r["cost_ns_access"]
              for r in rows_of(rows, "record")}
    gains = []
    for row in rows_of(rows, "naive"):
        ours = record.get(row["workload"])
        if ours and row["cost_ns_access"]:
            # A cost below what can be told from bare QEMU counts as 0.1 ns.
            gains.append((row["cost_ns_access"] / max(ours, 0.1),
                          row["workload"]))
    return min(gains, default=(None, None))


def detector_figures(rows):
    """The wall time of `races` over that of each other, on what is held to."""
    figures = []
    for name, title in (("tight2-dynamic", "tight kernel"),
                        ("pigz", "`pigz`")):
        ours, *others = (rows_of(rows, c, workload=name)
                         for c in ("races", "helgrind", "drd"))
        for other, theirs in zip(("helgrind", "drd"), others):
            is_known = (ours and theirs and ours[0]["wall_s"]
                        and theirs[0]["wall_s"])
            figures.append(Figure(
                f"`races`, record to verdict / {other}, wall, {title}",
                ours[0]["wall_s"] / theirs[0]["wall_s"] if is_known else None,
                1, None))
    return figures


# record / count, wall.
MUST_REAL, MUST_TIGHT1, MUST_TIGHT2 = 1.6, 2.0, 3.0


def musts(rows):
    """Return: workload -> what record / count must be, for those with one."""
    found = {}
    for row in rows:
        name = row["workload"]
        if row["group"] == "real":
            found[name] = MUST_REAL
        elif name.startswith("tight1-"):
            found[name] = MUST_TIGHT1
        elif name.startswith("tight2-"):
            found[name] = MUST_TIGHT2
    return found


def traces_of(traces, name, group="real"):
    return [t[name] for t in traces if t["group"] == group and t.get(name)]


def all_figures(rows, traces):
    gain, where = naive_gain(rows)
    decode = traces_of(traces, "decode1")
    lines = traces_of(traces, "dump")
    reports = traces_of(traces, "report")
    races = traces_of(traces, "races", "kernel")
    real_races = traces_of(traces, "races")
    peaks = [r["first_mib"] for name in ("record", "all", "stamp1")
             for r in rows_of(rows, name) if r["first_mib"]]
    return [
        Figure("`record` / counting callback, wall, real programs, geometric"
               " mean", over_count(rows, group="real"), MUST_REAL, 1.2),
        Figure("the same, tight kernel, 1 thread",
               named(rows, "record", "tight1-"), MUST_TIGHT1, 1.3),
        Figure("the same, tight kernel, 2 threads",
               named(rows, "record", "tight2-"), MUST_TIGHT2, 2.0),
        Figure("cost over bare, naive / `record`, worst workload", gain, 15,
               40, is_higher_better=True, note=where or ""),
        Figure("bytes an access, real programs, geometric mean",
               geomean(values(rows_of(rows, "record", group="real"),
                              "bytes_access")), 0.40, 0.15),
        Figure("decoding, one core, geometric mean", geomean(decode), 100,
               300, "M accesses/s", True,
               f"worst {min(decode):.0f}" if decode else ""),
        Figure("`dump` text, one core, geometric mean", geomean(lines), 20,
               60, "M lines/s", True,
               f"worst {min(lines):.0f}" if lines else ""),
        Figure("`report --by function`, one core, geometric mean",
               geomean(reports), 50, 100, "M accesses/s", True,
               f"worst {min(reports):.0f}" if reports else ""),
        Figure("`races`, kernels, one core, geometric mean", geomean(races),
               20, 30, "M accesses/s", True,
               f"worst {min(races):.0f}" if races else ""),
        Figure("the same, real programs", geomean(real_races),
               20, 30, "M accesses/s", True,
               f"worst {min(real_races):.0f}" if real_races else ""),
        *detector_figures(rows),
        Figure("memory of recorder and channel, most", max(peaks,
                                                           default=None),
               256, 96, "MiB"),
    ]
