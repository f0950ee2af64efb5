#!/usr/bin/python3
"""Measures what a scheduler waits for when `berth extender` is its webhook: filter and prioritize, one after the other as
kube-scheduler asks them, over one keep-alive connection. Called by bench_extender.sh."""
import argparse
import http.client
import json
import os
import shutil
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from benchmark import page, report  # noqa: E402
from harness import own_network  # noqa: E402
from harness.cluster import Cluster  # noqa: E402
from harness.examples import example  # noqa: E402
from harness.extender import start_webhook  # noqa: E402
from harness.load import create_all  # noqa: E402
from harness.objects import node  # noqa: E402
from harness.scheduler import configuration, write  # noqa: E402
from harness.wait import expect, until  # noqa: E402

SIZES = (1000, 5000)
WARM_UP = 5
HEAD = """{date}, {cpu} ({cores} cores, shared by client, webhook and API server). What `make bench-extender` measured: {requests} pods, one after
another, each `/filter` and then `/prioritize` over all nodes, on one connection, from the first byte sent to the last received; the
client's encoding and decoding are not in it. *example* is [extender.yaml](../examples/extender-server/extender.yaml) (MaxPodCount,
NodeLabelScore), *default* all of kube-scheduler's own plugins. Whole nodes are as a kubelet reports them, with twenty images each.
*CPU* is the webhook's own, per pod: what is left of the figures where nobody else has the cores.

| nodes | sent | plugins | body | filter p50, ms | filter p99 | prioritize p50 | prioritize p99 | both p50 | both p99 | CPU, ms |
| ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--berth", required=True)
    parser.add_argument("--control-plane", required=True)
    parser.add_argument("--write", metavar="FILE", help="keep the table in this file")
    parser.add_argument("--nodes", type=int, help="only so many nodes")
    parser.add_argument("--requests", type=int, default=200)
    given = parser.parse_args()
    given.kube_scheduler = False
    return given


def whole_node(number):
    """About as much as a kubelet's own report: labels, addresses, conditions, images."""
    one = node(f"node-{number:05}", labels={"example.com/speed": str(number % 100), "kubernetes.io/os": "linux",
                                            "topology.kubernetes.io/zone": f"zone-{number % 3}"})
    one["metadata"]["annotations"] = {"node.alpha.kubernetes.io/ttl": "0", "csi.volume.kubernetes.io/nodeid": f"{{\"csi\":\"n{number}\"}}"}
    one["status"]["addresses"] = [{"type": "InternalIP", "address": f"10.{number // 250}.0.{number % 250}"}]
    one["status"]["conditions"] = [
        {"type": kind, "status": "True" if kind == "Ready" else "False", "lastHeartbeatTime": "2026-01-01T00:00:00Z",
         "lastTransitionTime": "2026-01-01T00:00:00Z", "reason": f"Kubelet{kind}", "message": f"kubelet has no {kind}"}
        for kind in ("MemoryPressure", "DiskPressure", "PIDPressure", "Ready")]
    one["status"]["images"] = [
        {"names": [f"registry.example.com/team/app-{i}@sha256:{i:064x}", f"registry.example.com/team/app-{i}:v1.{i}"],
         "sizeBytes": 50_000_000 + i} for i in range(20)]
    return one


def pod(number):
    return {"metadata": {"name": f"web-{number}", "namespace": "default", "uid": f"bench-{number}", "labels": {"app": "web"}},
            "spec": {"schedulerName": "extended-scheduler", "containers": [
                {"name": "main", "image": "nginx", "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}}}]}}


class Client:
    def __init__(self, webhook):
        host, port = webhook.base.split("//")[1].split(":")
        self.wire = http.client.HTTPConnection(host, int(port), timeout=60)
        self.wire.connect()

    def ask(self, path, body):
        """(seconds, the answer's bytes)"""
        began = time.perf_counter()
        self.wire.request("POST", path, body, {"Content-Type": "application/json"})
        answer = self.wire.getresponse().read()
        return time.perf_counter() - began, answer


def cpu_seconds(process):
    with open(f"/proc/{process.process.pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] * 1000


def measure(client, nodes, names_alone, requests):
    """The row's figures: seconds of filter and of prioritize, and the size of a body."""
    names = [one["metadata"]["name"] for one in nodes]
    rest = json.dumps({"Nodes": None, "NodeNames": names} if names_alone else
                      {"Nodes": {"metadata": {}, "items": nodes}, "NodeNames": None}, separators=(",", ":"))
    filters, scores = [], []
    for number in range(WARM_UP + requests):
        body = ('{"Pod":' + json.dumps(pod(number)) + "," + rest[1:]).encode()
        took, answer = client.ask("/filter", body)
        if number in (0, WARM_UP + requests - 1):
            said = json.loads(answer)
            kept = said["NodeNames"] if names_alone else said["Nodes"]["items"]
            expect(len(kept) == len(nodes) and not said["Error"], f"of {len(nodes)} nodes {len(kept)} came back: {said['Error']}")
        took_scores, answer = client.ask("/prioritize", body)
        if number == 0:
            expect(len(json.loads(answer)) == len(nodes), "not every node has a score")
        if number >= WARM_UP:
            filters.append(took)
            scores.append(took_scores)
    return filters, scores, len(body)


def rows_of(given, count):
    folder = tempfile.mkdtemp(prefix="berth-bench-")
    cluster = Cluster(given, folder)
    rows = []
    try:
        cluster.kubectl("apply", "-f", example("extender-server/manifests/rbac.yaml"))
        nodes = [whole_node(number) for number in range(count)]
        create_all(cluster.api, "/api/v1/nodes", nodes)
        configs = {"example": example("extender-server/extender.yaml"),
                   "default": write(folder, "default.yaml", configuration({"schedulerName": "extended-scheduler"}))}
        webhooks = {plugins: start_webhook(cluster, config, f"webhook-{plugins}", verbosity=2) for plugins, config in configs.items()}
        for plugins, webhook in webhooks.items():
            until(lambda: webhook.metric("scheduler_cache_size", type="nodes") == count, 30, "the nodes are not all listed")
            for names_alone in (True, False):
                before = cpu_seconds(webhook.process)
                filters, scores, size = measure(Client(webhook), nodes, names_alone, given.requests)
                cpu = (cpu_seconds(webhook.process) - before) / (WARM_UP + given.requests) * 1000
                both = [one + other for one, other in zip(filters, scores)]
                figures = [f"{percentile(values, share):.2f}" for values in (filters, scores, both) for share in (0.5, 0.99)]
                body = f"{size / 1024:.0f} KiB" if size < 1 << 20 else f"{size / (1 << 20):.1f} MiB"
                rows.append(f"| {count:,} | {'names' if names_alone else 'whole nodes'} | {plugins} | {body} | {' | '.join(figures)} | {cpu:.1f} |")
                print(rows[-1], flush=True)
            webhook.process.stop(15)
        return rows
    finally:
        cluster.close()
        shutil.rmtree(folder, ignore_errors=True)


def main():
    given = options()
    own_network.enter()
    head = HEAD.format(requests=given.requests, **report.machine())
    text = head + "\n".join(row for count in SIZES if given.nodes in (None, count) for row in rows_of(given, count)) + "\n"
    print("\n" + text)
    if given.write:
        page.write_section(given.write, "## The webhook", text)


if __name__ == "__main__":
    main()
