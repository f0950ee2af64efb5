#!/usr/bin/python3
"""Measures what one pod of the largest size costs berth and kube-scheduler: its cycle, during which no other pod is looked at,
and the CPU time from its creation until it is gone. Called by bench_hostile.sh."""
import argparse
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from statistics import median

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from benchmark import contender, page, report  # noqa: E402
from harness import own_network  # noqa: E402
from harness.api import ApiError  # noqa: E402
from harness.cluster import Cluster  # noqa: E402
from harness.load import create_all  # noqa: E402
from harness.objects import node, scheduled  # noqa: E402
from harness.wait import Failure, until  # noqa: E402

NODES = 100
PODS = "/api/v1/namespaces/tenant/pods"
AT_ONCE = {"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0}
CONTENDERS = ("berth", "kube-scheduler")
CYCLE = "scheduler_scheduling_algorithm_duration_seconds"
DECISION_S = 60
PATIENCE_S = 20  # for a scheduler that tries a pod again and again
LIMIT = 2  # berth's cycle to kube-scheduler's
NOISE_S = 0.002  # a cycle that is shorter is not held to the limit
# Kinds of which kube-scheduler decides nothing within DECISION_S at full size: so many things instead, for both.
FEWER = {"init_containers": 2000, "init_container_statuses": 2000, "pod_level": 2000, "container_statuses": 6000}
HEAD = """{date}, {cpu} ({cores} cores, shared by everything below). What `make bench-hostile` measured: on {nodes} nodes, one pod of each
kind, as large as the API server of Kubernetes v1.37.2 admits ({kinds}), created, decided, and deleted
while the scheduler has nothing else to do; medians of {rounds} rounds, and in brackets the longest. {fewer} are fewer than
the API server admits, for kube-scheduler decides nothing about the largest within {limit} s. *cycle* is the pod's own
`scheduler_scheduling_algorithm_duration_seconds`, in which no other pod is looked at; *CPU* is all that the process used from the pod's
creation until after it was deleted, decoding and its events included; `>` where the pod was still being tried again and again
{patience} s after its creation, and was deleted then. *decided* is what became of the pod: berth, kube-scheduler; one that is not
decided within {limit} s has that for its cycle, and its scheduler is started anew.

| pod | things | bytes | berth's cycle, ms | kube-scheduler's, ms | ratio | berth's CPU, ms | kube-scheduler's, ms | decided |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |
"""


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--berth", required=True)
    parser.add_argument("--control-plane", required=True)
    parser.add_argument("--hostile-pods", required=True, help="the program that prints them")
    parser.add_argument("--write", metavar="FILE", help="keep the table in this file")
    parser.add_argument("--only", action="append", default=[], help="this kind of pod")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--at-most", type=int, default=0, help="so many things in a pod")
    given = parser.parse_args()
    given.kube_scheduler = False
    return given


@dataclass
class Row:
    kind: str
    many: int
    size: int
    pod: dict
    status: dict  # what is written into it once it is there


@dataclass
class Figures:
    cycle_s: float  # NaN where there was none, DECISION_S where it takes longer
    cpu_s: float
    rested: bool  # before the pod was deleted
    decided: str


def kinds_of(given):
    printed = subprocess.run([given.hostile_pods], check=True, capture_output=True, text=True).stdout
    kinds = [(line.split()[0], int(line.split()[1])) for line in printed.splitlines()]
    return [(name, given.at_most or FEWER.get(name, most)) for name, most in kinds if not given.only or name in given.only]


def as_api_server_wants(pod):
    """Of resources that are not overcommitted (extended ones), requests are limits too."""
    for container in pod["spec"].get("containers", []) + pod["spec"].get("initContainers", []):
        resources = container.get("resources", {})
        extended = {name: amount for name, amount in resources.get("requests", {}).items() if "/" in name}
        if extended:
            resources["limits"] = {**extended, **resources.get("limits", {})}


def admitted(given, api, name, most):
    """The pod with as many things as the API server takes, at most `most`; None where it takes none like this."""
    many = most
    while True:
        printed = subprocess.run([given.hostile_pods, name, str(many)], check=True, capture_output=True, text=True).stdout
        pod = json.loads(printed)
        pod["metadata"] = {"name": "hostile", "namespace": "tenant",
                           **{key: value for key, value in pod["metadata"].items() if key in ("labels", "annotations", "ownerReferences")}}
        pod["spec"]["automountServiceAccountToken"] = False
        as_api_server_wants(pod)
        status = pod.pop("status", {})
        try:
            api.create(PODS, pod)
            if status:
                api.merge(f"{PODS}/hostile/status", {"status": status})
            return Row(name, many, len(json.dumps(pod, separators=(",", ":"))), pod, status)
        except (ApiError, OSError, http.client.HTTPException) as error:
            print(f"  {name}, {many}: {str(error)[:300]}", flush=True)
            if many < most / 64:
                return None
            many = many // 2 if isinstance(error, OSError) else many * 3 // 4
        finally:
            gone(api)


def gone(api):
    def there_is_none():
        try:
            api.request("DELETE", f"{PODS}/hostile", AT_ONCE)
        except ApiError as error:
            return error.code == 404
        except (OSError, http.client.HTTPException):
            pass
        return False

    until(there_is_none, 60, "the pod does not go", every=0.1)


def cycles(scheduler):
    return tuple(scheduler.metric(f"{CYCLE}_{part}") or 0 for part in ("sum", "count"))


def rests(scheduler, seconds):
    """Whether it uses no more CPU time, within so many seconds."""
    before = scheduler.process.cpu_seconds()
    for _ in range(int(seconds / 0.3)):
        time.sleep(0.3)
        now = scheduler.process.cpu_seconds()
        if now - before < 0.02:
            return True
        before = now
    return False


def settled(scheduler):
    """Its CPU time, once it uses no more."""
    if not rests(scheduler, 60):
        raise Failure(f"{scheduler.name} does not come to rest")
    return scheduler.process.cpu_seconds()


def measure(api, scheduler, row):
    for attempt in range(3):
        cpu = settled(scheduler)
        sum_, count = cycles(scheduler)
        try:
            api.create(PODS, row.pod)
            break
        except OSError as error:  # a busy API server may need longer than a client waits
            print(f"  {scheduler.name}, {row.kind}: created anew: {error}", flush=True)
            gone(api)
    else:
        raise Failure(f"the API server takes no pod of {row.kind}")
    pod = {}

    def decided():
        nonlocal pod
        pod = api.get(f"{PODS}/hostile")
        # A refusal can be too long for the API server to keep it in the pod.
        return pod["spec"].get("nodeName") or scheduled(pod).get("status") == "False" or cycles(scheduler)[1] > count

    until(decided, DECISION_S, lambda: f"{scheduler.name} decides nothing about {row.kind}", every=0.05)
    rested = rests(scheduler, PATIENCE_S)
    pod = api.get(f"{PODS}/hostile")
    if row.status:
        conditions = row.status.get("conditions", []) + pod["status"].get("conditions", [])
        try:
            api.merge(f"{PODS}/hostile/status", {"status": {**row.status, "conditions": conditions}})
        except ApiError as error:  # beside a long refusal there may be no room for it
            print(f"  {scheduler.name}, {row.kind}: without its status: {str(error)[:200]}", flush=True)
        rested = rests(scheduler, PATIENCE_S)
    sum_, count = (after - before for after, before in zip(cycles(scheduler), (sum_, count)))
    gone(api)
    reason = scheduled(pod).get("reason", "Unschedulable")
    became = "bound" if pod["spec"].get("nodeName") else reason.replace("SchedulingGated", "gated").replace("Unschedulable", "refused")
    return Figures(sum_ / count if count else float("nan"), settled(scheduler) - cpu, rested, became)


def line(row, figures):
    """The row, and whether berth kept to the limit."""
    def of(name, field):
        return median(getattr(one, field) for one in figures[name])

    def cpu(name):
        return ("" if all(one.rested for one in figures[name]) else "> ") + f"{of(name, 'cpu_s') * 1000:.0f}"

    ours, theirs = (of(name, "cycle_s") for name in CONTENDERS)
    cycled = ours == ours and theirs == theirs
    ratio = f"{ours / theirs:.2f}" if cycled else ""
    longest = [max(one.cycle_s for one in figures[name]) for name in CONTENDERS]
    shown = [f"{value * 1000:.1f}" + (f" ({most * 1000:.1f})" if len(figures[name]) > 1 else "") if value == value else ""
             for value, most, name in zip((ours, theirs), longest, CONTENDERS)]
    decided = ", ".join(figures[name][0].decided for name in CONTENDERS)
    held = not cycled or ours <= LIMIT * theirs or ours < NOISE_S
    return (f"| {row.kind.replace('_', ' ')} | {row.many:,} | {row.size:,} | {shown[0]} | {shown[1]} | {ratio} | {cpu('berth')} | "
            f"{cpu('kube-scheduler')} | {decided} |"), held


def main():
    given = options()
    own_network.enter()
    folder = tempfile.mkdtemp(prefix="berth-bench-")
    cluster = Cluster(given, folder)
    try:
        cluster.api.create("/api/v1/namespaces", {"metadata": {"name": "tenant"}})
        cluster.api.apply("/api/v1/namespaces/tenant/serviceaccounts", {"metadata": {"name": "default"}})
        create_all(cluster.api, "/api/v1/nodes", [
            node(f"node-{i:03}", labels={"disk": "ssd", "zone": f"zone-{i % 3}"}) for i in range(NODES)])
        kinds = kinds_of(given)
        rows = [row for row in (admitted(given, cluster.api, name, most) for name, most in kinds) if row]
        figures = {row.kind: {name: [] for name in CONTENDERS} for row in rows}
        for name in CONTENDERS:
            scheduler = contender.start(cluster, name, name).wait_ready()
            for row in rows:
                try:
                    for _ in range(given.rounds):
                        figures[row.kind][name].append(measure(cluster.api, scheduler, row))
                except Failure as too_long:
                    print(f"  {name}, {row.kind}: {too_long}", flush=True)
                    figures[row.kind][name] = [Figures(DECISION_S, scheduler.process.cpu_seconds(), False, "undecided")]
                    scheduler.process.kill()
                    gone(cluster.api)
                    scheduler = contender.start(cluster, name, name).wait_ready()
                print(f"  {name}, {row.kind}: {figures[row.kind][name][-1]}", flush=True)
            scheduler.process.stop(15)
    finally:
        cluster.close()
        shutil.rmtree(folder, ignore_errors=True)
    lines = [line(row, figures[row.kind]) for row in rows]
    never = ", ".join(sorted({name for name, _ in kinds} - {row.kind for row in rows})).replace("_", " ")
    text = HEAD.format(nodes=NODES, rounds=given.rounds, patience=PATIENCE_S, limit=DECISION_S, kinds="or 1.5 MB of JSON",
                       fewer=", ".join(sorted(FEWER)).replace("_", " ").capitalize(), **report.machine()) + "\n".join(text for text, _ in lines) + "\n"
    if never:
        text += f"\nThe API server refuses these, however few: {never}.\n"
    print("\n" + text)
    if given.write:
        page.write_section(given.write, "## The largest pods", text)
    for row, (_, held) in zip(rows, lines):
        if not held:
            print(f"missed: {row.kind}: berth's cycle is more than {LIMIT} times kube-scheduler's")
    return 0 if all(held for _, held in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
