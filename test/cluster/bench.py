#!/usr/bin/python3
"""Measures berth, kube-scheduler and a null scheduler side by side and writes docs/benchmarks.md. Called by bench.sh."""
import argparse
import os
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from benchmark import contender, goals, measure, page, report  # noqa: E402
from benchmark.workloads import WORKLOADS  # noqa: E402
from harness.cluster import Cluster  # noqa: E402
from harness.load import create_all  # noqa: E402


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--berth", required=True)
    parser.add_argument("--control-plane", required=True)
    parser.add_argument("--write", metavar="FILE", help="keep the tables in this file")
    parser.add_argument("--nodes", type=int, help="only the workloads of so many nodes")
    parser.add_argument("--rounds", type=int, help="so many rounds of each, instead of as many as it has")
    parser.add_argument("--before", metavar="BERTH", help="another berth, measured in turn with this one as `before`")
    parser.add_argument("--without", action="append", default=[], help="leave this contender out")
    given = parser.parse_args()
    given.kube_scheduler = False
    return given


def versions(given):
    def ask(*command):
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        return contender.version_of(done.stdout + done.stderr)

    program = lambda name: os.path.join(given.control_plane, name)  # noqa: E731
    return (f"berth {ask(given.berth, 'version')}, Kubernetes {ask(program('kube-scheduler'), '--version')}, "
            f"etcd {ask(program('etcd'), '--version')}")


def measure_workload(given, workload):
    """contender -> its figures, round by round. On a control plane of its own."""
    folder = tempfile.mkdtemp(prefix="berth-bench-")
    cluster = Cluster(given, folder)
    try:
        print(f"{workload.title}: creating the nodes", flush=True)
        create_all(cluster.api, "/api/v1/nodes", workload.make_nodes())
        contenders = [each for each in workload.schedulers if each not in given.without] + (["before"] if given.before else [])
        figures = {each: [] for each in contenders}
        for round_ in range(given.rounds or workload.rounds):
            # Another goes first each time.
            for each in contenders[round_ % len(contenders):] + contenders[:round_ % len(contenders)]:
                started = time.monotonic()
                one = measure.run(cluster, workload, each, round_)
                figures[each].append(one)
                measure.clear(cluster)
                print(f"  round {round_ + 1}, {each}: {one.rate:.0f} pods/s, {one.cpu_s:.1f} CPU s, {one.memory_mib:.1f} MiB"
                      + (f", {one.algorithm_us:.1f} µs to decide" if one.algorithm_us else "")
                      + f"  [{time.monotonic() - started:.0f} s]", flush=True)
        return figures
    except Exception:
        for process in cluster.processes():
            print(f"--- {process.name}, exit code {process.exit_code()}: the end of its log\n{process.log_tail(5)}", flush=True)
        raise
    finally:
        cluster.close()
        cluster.discard()


def main():
    given = options()
    tables, misses = [], []
    for workload in WORKLOADS:
        if given.nodes in (None, workload.nodes):
            figures = measure_workload(given, workload)
            tables.append(report.table(workload, figures))
            misses += goals.missed(workload, figures)
    text = report.document(versions(given), contender.QPS, tables)
    print("\n" + text)
    if given.write:
        page.write_head(given.write, text)
    for sentence in misses:
        print(f"missed: {sentence}")
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())
