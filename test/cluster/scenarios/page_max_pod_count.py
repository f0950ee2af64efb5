"""The pages of examples/max-pod-count, as a reader types them; then berth with the rights that its manifests give, as a
kubelet would run it."""
import re

from harness.examples import example, expect_nothing_forbidden, start_everything
from harness.in_cluster import start_as_deployed
from harness.objects import scheduled
from harness.wait import expect, until
from walkthrough import walk

PAGES = ["examples/max-pod-count/README.md", "docs/max-pod-count.md"]
REFUSED = "0/1 nodes are available: 1 POD数量超过，不能调度，最多只能调度6."


def run(cluster):
    start_everything(cluster)
    walk(cluster, PAGES[0])
    cluster.nodes("node-1")
    walk(cluster, PAGES[1])

    start_as_deployed(cluster, "berth", "test-pod-maxnum-scheduler")
    cluster.kubectl("apply", "-f", example("max-pod-count/testngx.yaml"))

    def pods():
        return cluster.api.get("/api/v1/namespaces/default/pods")["items"]

    def waiting():
        return [pod["metadata"]["name"] for pod in pods() if scheduled(pod).get("message") == REFUSED]

    until(lambda: len(waiting()) == 4, 30, lambda: f"{len(waiting())} of {len(pods())} pods wait, not four of ten")
    line = cluster.wait_event(waiting()[0], REFUSED)
    expect(re.match(r"Warning FailedScheduling \S+ test-pod-maxnum-scheduler 0/1", line), f"the event reads {line!r}")
    expect(sum("nodeName" in pod["spec"] for pod in pods()) == 6, "not six pods are bound")
    expect_nothing_forbidden(cluster, "test-scheduling-sa")
    return f"{', '.join(PAGES)}; with the manifests' own rights: {line}"
