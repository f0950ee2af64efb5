"""A kubelet refuses a pod that was bound, since another scheduler took the room (OutOfcpu): `berth trace`, the log and the metrics
say so, and why. Pods that end in another way are not taken for that: one that was evicted after it had started, one that was
deleted at once."""
import re
import subprocess

from harness.cluster import PODS
from harness.objects import pod
from harness.wait import expect, until

MESSAGE = "Pod was rejected: Node didn't have enough resource: cpu, requested: 1500, used: 1500, capacity: 2000"
COUNT = re.compile(r'^berth_kubelet_refusals_total\{reason="(\S+)"\} (\S+)$', re.M)


def run(cluster):
    cluster.nodes("node-a", cpu="2")
    berth = cluster.berth()

    def counted():
        return {reason: int(float(value)) for reason, value in COUNT.findall(berth.fetch("/metrics")[1]) if float(value)}

    def status(name, **fields):
        cluster.api.request("PATCH", f"{PODS}/{name}/status", {"status": fields}, "application/strategic-merge-patch+json")

    def state(name):
        return subprocess.run([cluster.options.berth, "trace", "pod", name, "--from", berth.base], timeout=20, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL).stdout

    cluster.pods([pod("evicted", cpu="100m")])
    cluster.wait_bound("evicted", 5)
    status("evicted", phase="Running", startTime="2026-01-01T00:00:00Z")
    status("evicted", phase="Failed", reason="Evicted", message="The node was low on resource: memory.")
    cluster.pods([pod("deleted", cpu="100m")])
    cluster.wait_bound("deleted", 5)
    cluster.kubectl("delete", "pod", "deleted", "--grace-period=0", "--force")

    cluster.pods([pod("ours", cpu="1500m"), pod("theirs", cpu="1500m", scheduler="another")])
    cluster.wait_bound("ours", 5)
    cluster.api.create(f"{PODS}/theirs/binding", {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": "theirs"},
                                               "target": {"apiVersion": "v1", "kind": "Node", "name": "node-a"}})
    until(lambda: 'berth_races_total{outcome="overcommitted"} 1' in berth.fetch("/metrics")[1], 5, "the race was not seen")
    status("ours", phase="Failed", reason="OutOfcpu", message=MESSAGE)

    until(lambda: counted() == {"OutOfcpu": 1}, 5, lambda: f"refusals: {counted()}")
    shown = state("ours")
    expect("State:      rejected to node-a\n" in shown, shown)
    line = f"by the node's kubelet: OutOfcpu: {MESSAGE} (a pod of other schedulers came to the node after it was chosen)"
    expect(re.search(r"^\S+ +rejected +- +" + re.escape(line) + "$", shown, re.M), shown)
    log = berth.process.log()
    expect(log.count("A kubelet refused a pod that was bound to its node") == 1 and 'pod="default/ours"' in log, log)
    for name in ("evicted", "deleted"):
        expect("rejected" not in state(name) and "deleted to node-a" in state(name), state(name))
    return line
