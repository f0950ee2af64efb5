#!/usr/bin/python3
"""How long a decision takes, berth's and kube-scheduler's, on the same clusters one after the other: compare.py
--berth PROGRAM --kube-scheduler PROGRAM [--write FILE]. Called by `make bench-decisions`; see run.sh for the programs."""
import argparse
import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "cluster")]

import workloads  # noqa: E402
from benchmark import page, plots, report  # noqa: E402

HEAD = """{date}, {cpu} ({cores} cores). What `make bench-decisions` measured: {pods} pods, one after another, on each cluster; a decision
is all that a scheduler does about a pod between its events and its binding, the next pod's share of keeping the index included.
Median of all decisions, µs. berth looks at all nodes; kube-scheduler, with its default configuration, at as many as
`percentageOfNodesToScore` leaves (of 5,000 nodes: until 500 are found that fit), for at most {seconds} s on each cluster. No API
server takes part: kube-scheduler's own code, `SchedulePod` and PostFilter, is called by `test/parity/oracle -bench`.

| workload | nodes | berth, µs | berth's p99, µs | kube-scheduler, µs | ratio |
| --- | ---: | ---: | ---: | ---: | ---: |
"""


# What is measured by default: everything on two sizes, and on the largest what shows how the time grows.
SIZES = {1000: workloads.NAMES, 5000: workloads.NAMES, 100_000: ["basic", "spreading", "distinct"]}


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--berth", required=True, help="decisions_bench")
    parser.add_argument("--kube-scheduler", required=True, help="test/parity/oracle")
    parser.add_argument("--write", metavar="FILE", help="keep the table in this file")
    parser.add_argument("--only", action="append", default=[], choices=workloads.NAMES, help="this workload")
    parser.add_argument("--nodes", type=int, action="append", default=[], help="1000, 5000 and 100000 by default, the last with three workloads unless --only names others")
    parser.add_argument("--pods", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=5)
    return parser.parse_args()


def output_of(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{os.path.basename(command[0])}: exit code {done.returncode}: {done.stderr.strip()[-500:]}")
    return json.loads(done.stdout)


def measure(given, workload, nodes, folder):
    file = os.path.join(folder, "cluster.json")
    workloads.write(file, workload, nodes, given.pods)
    berth = output_of(given.berth, file, "--benchmark_format=json")["benchmarks"][0]
    other = output_of(given.kube_scheduler, "-bench", file, "-bench-limit", f"{given.seconds}s")
    # Both place the pods, or both place none: else they did not do the same work.
    if (berth["placed"] > 0) != (other["placed"] > 0):
        sys.exit(f"{workload}, {nodes} nodes: berth placed {berth['placed']:.0f} pods, kube-scheduler {other['placed']}")
    return {"workload": workload, "nodes": nodes, "berth_us": round(berth["median_us"], 1), "berth_p99_us": round(berth["p99_us"], 1),
            "kube_scheduler_us": round(other["median_us"])}


def line(row):
    return (f"| {row['workload']} | {row['nodes']:,} | {row['berth_us']:.1f} | {row['berth_p99_us']:.1f} | {row['kube_scheduler_us']:,.0f} | "
            f"{row['kube_scheduler_us'] / row['berth_us']:.0f} |")


def main():
    given = options()
    rows = []
    with tempfile.TemporaryDirectory(prefix="berth-bench-") as folder:
        for nodes in given.nodes or SIZES:
            for workload in given.only or SIZES.get(nodes, workloads.NAMES):
                rows.append(measure(given, workload, nodes, folder))
                print(line(rows[-1]), file=sys.stderr, flush=True)
    text = HEAD.format(pods=f"{given.pods:,}", seconds=given.seconds, **report.machine()) + "\n".join(map(line, rows)) + "\n"
    if given.write:
        page.write_section(given.write, "## Decisions alone", text)
        plots.keep(given.write, "decisions", rows)
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
