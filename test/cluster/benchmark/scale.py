"""Clusters larger than a real control plane on one machine bears: berth and the API server in memory."""
import argparse
import http.client
import json
import os
import tempfile
import time
from dataclasses import dataclass
from typing import Optional

from benchmark.contender import algorithm_mean_us
from benchmark.goals import Goal
from harness.ports import free_ports
from harness.processes import Process
from harness.scheduler import Scheduler, configuration, write
from harness.wait import Failure, until

TITLE = "## Scale"
BATCH_BYTES = 2_000_000  # of objects in one request; the server takes 3 MiB
PATIENCE = 240  # seconds until all are bound

HEAD = """{date}, {cpu} ({cores} cores, shared by both), {memory:.0f} GiB. What `make bench-scale` measured: berth {version} and `memory_api_server`, which keeps a
whole Kubernetes API in the memory of one thread, without etcd, TLS or authentication. The nodes and the pods, placed and waiting, are there when
berth starts. *first* is seconds from the start of the process to the first binding that the server granted; *pods/s* from there until the
last; *CPU* is berth's per 1,000 pods in the same time; *memory* VmHWM; *to decide* the mean of
`scheduler_scheduling_algorithm_duration_seconds`, and *decisions/s* what one strand could do of it. The rate is the server's as much as berth's:
*server CPU* is its share of one core, in the same time. {scaled}

| case | nodes | placed | waiting | first, s | pods/s | CPU, ms | server CPU | memory, MiB | to decide, µs | decisions/s |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""


@dataclass(frozen=True)
class Case:
    name: str
    what: str
    nodes: int
    placed: int
    waiting: int
    templates: int = 1

    def scaled(self, by):
        return Case(self.name, self.what, self.nodes // by, self.placed // by, self.waiting // by, self.templates)


CASES = (
    Case("tenth", "ten pods on each node", 10_000, 100_000, 20_000),
    Case("third", "ten pods on each node", 30_000, 300_000, 20_000),
    Case("burst", "a burst of equal pods", 2_000, 0, 150_000),
    Case("templates", "a burst, 64 templates in turn", 2_000, 0, 150_000, 64),
    Case("million", "ten pods on each node", 100_000, 1_000_000, 20_000),
)


@dataclass
class Figures:
    first_s: float
    rate: float
    cpu_ms: float
    server_share: float
    memory_mib: float
    algorithm_us: Optional[float]


def node(number):
    name = f"node-{number}"
    room = {"cpu": "32", "memory": "128Gi", "pods": "110"}
    return {"apiVersion": "v1", "kind": "Node",
            "metadata": {"name": name, "uid": name, "labels": {
                "kubernetes.io/hostname": name, "topology.kubernetes.io/zone": f"zone-{number % 3}", "topology.kubernetes.io/region": "region-0"}},
            "spec": {}, "status": {"capacity": room, "allocatable": room, "conditions": [{"type": "Ready", "status": "True"}]}}


def pod(name, template, on=None):
    requests = {"cpu": f"{100 + template}m", "memory": f"{500 + template}Mi"}
    made = {"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "namespace": "default", "uid": name, "creationTimestamp": "2026-01-01T00:00:00Z", "labels": {"app": f"app-{template}"}},
            "spec": {"schedulerName": "berth", "containers": [{"name": "main", "image": "nginx:1.29", "resources": {"requests": requests}}]},
            "status": {"phase": "Running" if on else "Pending"}}
    if on:
        made["spec"]["nodeName"] = on
    return made


def objects(case):
    yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}
    yield from (node(number) for number in range(case.nodes))
    # As many workloads as a cluster of that size has.
    yield from (pod(f"placed-{number}", number // 100 % 100, f"node-{number % case.nodes}") for number in range(case.placed))
    yield from (pod(f"pod-{number}", number % case.templates) for number in range(case.waiting))


def batches(items, at_most=BATCH_BYTES):
    """The bodies of requests: lists of the items' texts, none of them longer than that."""
    texts, size = [], 0
    for item in items:
        text = json.dumps(item, separators=(",", ":"))
        if texts and size + len(text) > at_most:
            yield '{"items":[' + ",".join(texts) + "]}"
            texts, size = [], 0
        texts.append(text)
        size += len(text) + 1
    if texts:
        yield '{"items":[' + ",".join(texts) + "]}"


def parser(about):
    """The arguments of whatever measures berth with the API server in memory."""
    made = argparse.ArgumentParser(description=about)
    made.add_argument("--berth", required=True)
    made.add_argument("--memory-api-server", required=True)
    made.add_argument("--write", metavar="FILE", help="keep the table in this page")
    return made


class MemoryServer:
    """The API server in memory, as a process."""

    def __init__(self, program, folder):
        self.port, = free_ports(1)
        self.kubeconfig = os.path.join(folder, "kubeconfig")
        self.process = Process("memory_api_server", [program, "--port", self.port, "--kubeconfig", self.kubeconfig], folder)
        until(lambda: os.path.exists(self.kubeconfig), 20, "memory_api_server does not listen")
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def ask(self, method, path, body=None):
        self.connection.request(method, path, body)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        if answer.status != 200:
            raise Failure(f"{method} {path}: {answer.status}: {text[:300]}")
        return json.loads(text)

    def fill(self, items):
        for body in batches(items):
            self.ask("POST", "/memory-api/objects", body)

    def drop_connections(self):
        """All, this one too."""
        self.ask("POST", "/memory-api/drop-connections")
        self.connection.close()

    def bindings(self):
        return self.ask("GET", "/memory-api/bindings")["granted"]


def start_berth(program, server, folder):
    port, = free_ports(1)
    config = write(folder, "config.yaml", configuration())
    command = [program, "run", "--config", config, "--kubeconfig", server.kubeconfig, "--metrics-bind-address", f"127.0.0.1:{port}", "--secure-port", "0"]
    return Scheduler(Process("berth", command, folder), port)


def run(case, berth, memory_api_server):
    with tempfile.TemporaryDirectory(prefix="berth-scale-") as folder:
        server = MemoryServer(memory_api_server, folder)
        scheduler = None
        try:
            began = time.monotonic()
            server.fill(objects(case))
            print(f"{case.what}: filled in {time.monotonic() - began:.0f} s, memory_api_server has {server.process.memory_mib():.0f} MiB", flush=True)
            began = time.monotonic()
            scheduler = start_berth(berth, server, folder)
            return watch_it_bind(case, server, scheduler, began)
        finally:
            for started in filter(None, (scheduler, server)):
                started.process.kill()


def watch_it_bind(case, server, scheduler, began):
    used = lambda: (scheduler.process.cpu_seconds(), server.process.cpu_seconds())  # noqa: E731
    first = None  # (when, how many were bound by then, CPU)

    def done():
        nonlocal first
        if not scheduler.process.running():
            raise Failure(f"berth ended with {scheduler.process.exit_code()}:\n{scheduler.process.log_tail()}")
        granted = server.bindings()
        if granted and not first:
            first = (time.monotonic(), granted, used())
        return granted >= case.waiting

    until(done, PATIENCE, lambda: f"{server.bindings()} of {case.waiting} pods are bound:\n{scheduler.process.log_tail(5)}", every=0.02)
    took, bound = time.monotonic() - first[0], case.waiting - first[1]
    cpu, server_cpu = (after - before for after, before in zip(used(), first[2]))
    return Figures(first_s=first[0] - began, rate=bound / took, cpu_ms=cpu * 1e6 / bound, server_share=server_cpu / took,
                   memory_mib=scheduler.process.peak_memory_mib(), algorithm_us=algorithm_mean_us(scheduler))


def goals_of(case, figures):
    if case.name != "million":
        return []
    return [Goal(f"{case.what}, {case.nodes:,} nodes: memory", figures.memory_mib, at_most=1024, unit="MiB"),
            Goal(f"{case.what}, {case.nodes:,} nodes: decisions per second", 1e6 / figures.algorithm_us, at_least=20_000)]


def row(case, figures):
    return (f"| {case.what} | {case.nodes:,} | {case.placed:,} | {case.waiting:,} | {figures.first_s:.1f} | {figures.rate:,.0f} | {figures.cpu_ms:.0f} | "
            f"{figures.server_share:.0%} | {figures.memory_mib:,.0f} | {figures.algorithm_us:.1f} | {1e6 / figures.algorithm_us:,.0f} |\n")
