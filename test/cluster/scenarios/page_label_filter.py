"""The pages of examples/label-filter, as a reader types them; then berth with the rights that its manifests give: refused
again, the pod has one event that counts, and it is bound within a second of the label."""
import re
import time

from harness.examples import example, expect_nothing_forbidden, start_everything
from harness.in_cluster import start_as_deployed
from harness.wait import expect, until
from walkthrough import walk

PAGES = ["examples/label-filter/README.md", "docs/label-filter.md"]
NODES = ("gpu02-poweredge-t420", "gpu03-poweredge-t420")
REFUSED = f"0/2 nodes are available: 1 Node: {NODES[0]}, 1 Node: {NODES[1]}."


def run(cluster):
    start_everything(cluster)
    walk(cluster, PAGES[0])
    cluster.nodes(*NODES)
    walk(cluster, PAGES[1])

    def pod():
        pods = cluster.api.get("/api/v1/namespaces/default/pods")["items"]
        return pods[0]["metadata"]["name"] if pods else None

    first = start_as_deployed(cluster, "berth", "sample-scheduler")
    cluster.kubectl("apply", "-f", example("label-filter/test-scheduler.yaml"))
    name = until(pod, 20, "the Deployment has no pod")
    expect(cluster.wait_refused(name)["message"] == REFUSED, "the condition reads otherwise")
    cluster.wait_event(name, re.compile(rf"Warning FailedScheduling \S+ sample-scheduler {re.escape(REFUSED)}$"))

    cluster.kubectl("label", "node", NODES[0], "cpu=true")
    labelled = time.monotonic()
    expect(cluster.wait_bound(name, 1) == NODES[0], "bound to the other node")
    took = time.monotonic() - labelled
    expect_nothing_forbidden(cluster, "sample-scheduler")
    expect(first.process.stop() == 0, "berth did not stop when told to")

    cluster.kubectl("label", "node", NODES[0], "cpu-")
    cluster.kubectl("delete", "pod", name, "--wait")
    name = until(pod, 20, "the pod was not made anew")
    with open(example("label-filter/scheduler.yaml"), encoding="utf-8") as file:
        config = file.read()
    # Tried again each second, where nothing happens that could cure it.
    cluster.berth(config, "impatient", ["--pod-max-in-unschedulable-pods-duration=1s"])
    line = cluster.wait_event(name, re.compile(rf"\S+ \(x([5-9]|\d\d+) over \d+s\) sample-scheduler {re.escape(REFUSED)}$"), 40)
    events = cluster.events(of=name)
    expect(len(events) == 1, f"{len(events)} events where one with a count will do")
    return f"{', '.join(PAGES)}; bound {took * 1000:.0f} ms after the label; {line}"
