#!/usr/bin/python3
"""Measures berth, kube-scheduler and a null scheduler side by side and writes docs/benchmarks.md. Called by bench.sh."""
import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from benchmark import contender, goals, ground, half_load, measure, page, report, restart, workloads  # noqa: E402
from harness.cluster import Cluster  # noqa: E402

def names_in(text):
    """Names between commas, as a name may have spaces."""
    names = [name.strip() for name in text.split(",")]
    unknown = [name for name in names if name not in workloads.NAMES]
    if unknown:
        raise argparse.ArgumentTypeError(f"no such workload: {', '.join(unknown)}; there are {', '.join(workloads.NAMES)}")
    return names


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--berth", required=True)
    parser.add_argument("--control-plane", required=True)
    parser.add_argument("--write", metavar="FILE", help="keep the tables in this file")
    parser.add_argument("--part", action="append", default=[], choices=MEASURES, help="only this part")
    parser.add_argument("--workloads", type=names_in, help="only these, between commas")
    parser.add_argument("--nodes", type=int, help="only on clusters of so many nodes")
    parser.add_argument("--pods", type=int, help="so many pods in each run")
    parser.add_argument("--rounds", type=int, help="so many rounds of each workload, instead of as many as it has")
    parser.add_argument("--rate", type=int, help="pods per second at half load")
    parser.add_argument("--before", metavar="BERTH", help="another berth, measured in turn with this one as `before`")
    parser.add_argument("--without", action="append", default=[], help="leave this contender out")
    given = parser.parse_args()
    given.kube_scheduler = False
    given.broken = []  # what could not be measured
    return given


def versions(given):
    def ask(*command):
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        return contender.version_of(done.stdout + done.stderr)

    program = lambda name: os.path.join(given.control_plane, name)  # noqa: E731
    return (f"berth {ask(given.berth, 'version')}, Kubernetes {ask(program('kube-scheduler'), '--version')}, "
            f"etcd {ask(program('etcd'), '--version')}")


@contextlib.contextmanager
def fresh_cluster(given):
    """A control plane of its own, gone at the end; the ends of its logs where something went wrong."""
    cluster = Cluster(given, tempfile.mkdtemp(prefix="berth-bench-"))
    try:
        yield cluster
    except Exception:
        for process in cluster.processes():
            print(f"--- {process.name}, exit code {process.exit_code()}: the end of its log\n{process.log_tail(5)}", flush=True)
        raise
    finally:
        cluster.close()
        cluster.discard()


def measure_workloads(given):
    """Writes the head of the page. Returns the goals."""
    measured = []
    chosen = workloads.chosen(given.workloads, given.nodes, given.pods, given.rounds)
    for nodes in sorted({workload.nodes for workload in chosen}):
        with fresh_cluster(given) as cluster:
            ground.prepare(cluster, workloads.objects(workloads.Workload("basic", nodes, 0, 0)).nodes)
            for workload in [each for each in chosen if each.nodes == nodes]:
                try:
                    measured.append((workload, measure_workload(given, cluster, workload)))
                except Exception:  # What the others measure is not lost.
                    traceback.print_exc()
                    given.broken.append(workload.title)
                ground.sweep_workload(cluster)
    found = goals.of_workloads(measured)
    text = report.document(versions(given), contender.QPS, measured, found)
    print("\n" + text)
    if given.write:
        page.write_head(given.write, text)
    return found


def measure_workload(given, cluster, workload):
    """contender -> its figures, round by round."""
    contenders = [each for each in workload.schedulers if each not in given.without] + (["before"] if given.before else [])
    figures = {each: [] for each in contenders}
    objects = workloads.objects(workload)
    for round_ in range(workload.rounds):
        for each in contenders:
            started = time.monotonic()
            ground.furnish(cluster, objects)
            one = measure.run(cluster, workload, objects, each, f"{workload.name.replace(' ', '-')}-{round_}")
            figures[each].append(one)
            ground.sweep_run(cluster)
            print(f"{workload.title}, round {round_ + 1}, {each}: {one.rate:.0f} pods/s, per 1,000 pods {one.cpu_ms:.0f} ms of CPU and "
                  f"{one.server_cpu_ms:.0f} of the API server's, {one.memory_mib:.1f} MiB"
                  + (f", {one.algorithm_us:.1f} µs to decide" if one.algorithm_us else "")
                  + f"  [{time.monotonic() - started:.0f} s]", flush=True)
    return figures


def measure_half_load(given):
    rate, rounds, nodes = given.rate or half_load.RATE, given.rounds or half_load.ROUNDS, given.nodes or half_load.NODES
    seconds = given.pods // rate if given.pods else half_load.SECONDS
    with fresh_cluster(given) as cluster:
        figures = half_load.measure(cluster, rate, seconds, rounds, nodes, given.without)
    found = half_load.goals_of(figures)
    head = half_load.HEAD.format(rate=rate, seconds=seconds, rounds=rounds, s="s" if rounds > 1 else "", nodes=nodes, **report.machine())
    write_section(given, half_load.TITLE, head + half_load.table(figures) + "\n" + report.goals_table(found))
    return found


def measure_start(given):
    nodes, pods, rounds = given.nodes or restart.NODES, given.pods or restart.PODS, given.rounds or restart.ROUNDS
    with fresh_cluster(given) as cluster:
        figures, written, size = restart.measure(cluster, nodes, pods, rounds, given.without)
    found = restart.goals_of(figures)
    head = restart.HEAD.format(nodes=nodes, pods=pods, workloads=restart.WORKLOADS, namespaces=restart.NAMESPACES, size=size / 1024,
                               settled=restart.SETTLED_S, written=written, **report.machine())
    write_section(given, restart.TITLE, head + restart.table(figures) + "\n" + report.goals_table(found))
    return found


def write_section(given, title, text):
    print(f"\n{title}\n\n{text}")
    if given.write:
        page.write_section(given.write, title, text)


MEASURES = {"workloads": measure_workloads, "half-load": measure_half_load, "start": measure_start}


def main():
    given = options()
    found = []
    for part in given.part or MEASURES:
        started = time.monotonic()
        try:
            found += MEASURES[part](given)
        except Exception:
            traceback.print_exc()
            given.broken.append(part)
        print(f"{part}: {time.monotonic() - started:.0f} s", flush=True)
    for goal in found:
        print(goal.sentence())
    for what in given.broken:
        print(f"not measured: {what}")
    return 0 if all(goal.holds for goal in found) and not given.broken else 1


if __name__ == "__main__":
    sys.exit(main())
