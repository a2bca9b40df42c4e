# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs to rows: a row for each workload, contender and size, of medians."""
import math
from statistics import median

COLUMNS = [
    "workload", "arch", "group", "threads", "contender", "size", "rounds",
    "wall_s", "wall_min_s", "wall_max_s", "cpu_s", "accesses",
    "trace_accesses", "wall_ns_access", "cost_ns_access", "over_count",
    "trace_bytes", "bytes_access", "first_mib", "child_mib", "reports",
    "error",
]


def geomean(values):
    values = [v for v in values if v and v > 0]
    if not values:
        return None
    return math.exp(sum(math.log(v) for v in values) / len(values))


def median_of(runs, name):
    values = [getattr(r, name) for r in runs if getattr(r, name) is not None]
    return median(values) if values else None


def make_row(workload, contender, size, runs):
    good = [run for run in runs if not run.error]
    errors = [run.error for run in runs if run.error]
    row = {name: None for name in COLUMNS}
    row.update(
        workload=workload.name, arch=workload.arch, group=workload.group,
        threads=workload.threads, contender=contender.name, size=size,
        rounds=len(good), error=errors[0] if errors else None)
    if good:
        walls = [run.wall_s for run in good]
        row.update(
            wall_s=median(walls), wall_min_s=min(walls),
            wall_max_s=max(walls), cpu_s=median_of(good, "cpu_s"),
            trace_accesses=median_of(good, "accesses"),
            trace_bytes=median_of(good, "bytes"),
            reports=median_of(good, "reports"),
            first_mib=max(run.first_mib for run in good) or None,
            child_mib=max(run.child_mib for run in good) or None)
        if row["trace_bytes"] and row["trace_accesses"]:
            row["bytes_access"] = row["trace_bytes"] / row["trace_accesses"]
    return row


def relate(rows, contenders):
    """Fill in what compares a row with others of its workload and size."""
    walls = {(r["workload"], r["contender"], r["size"]): r for r in rows}

    def other(row, name):
        return walls.get((row["workload"], name, row["size"])) or {}

    for row in rows:
        if not row["wall_s"]:
            continue
        count = other(row, "count")
        baseline = other(row, contenders[row["contender"]].baseline)
        # Lackey runs the program natively and counts for itself.
        if contenders[row["contender"]].baseline == "native":
            row["accesses"] = row["trace_accesses"]
        else:
            row["accesses"] = count.get("trace_accesses")
        if count.get("wall_s"):
            row["over_count"] = row["wall_s"] / count["wall_s"]
        if row["accesses"]:
            row["wall_ns_access"] = row["wall_s"] * 1e9 / row["accesses"]
            if baseline.get("wall_s"):
                row["cost_ns_access"] = (
                    (row["wall_s"] - baseline["wall_s"]) * 1e9
                    / row["accesses"])
    return rows
