"""A pod whose node selector matches nothing waits; refused again for the same reason it shows one event with a count; it
is bound within two seconds of the label appearing.

What has it tried again without another answer: node-b is cordoned, so it is refused for that whether or not it carries the
label; but the label's appearance there may cure what NodeAffinity refused."""
import re
import time

from harness.objects import pod
from harness.wait import expect, until

EVENTS = "/apis/events.k8s.io/v1/namespaces/default/events"
REASON = "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) were unschedulable."


def run(cluster):
    cluster.observe()
    cluster.nodes("node-a")
    cluster.nodes("node-b", unschedulable=True)
    cluster.berth()
    cluster.pods([pod("picky", nodeSelector={"disk": "ssd"})])

    condition = cluster.wait_refused("picky")
    expect(condition["reason"] == "Unschedulable" and condition["message"].startswith(REASON), f"the condition reads {condition}")

    for times in (2, 3):
        tried_again(cluster, times)
    line = cluster.wait_event("picky", re.compile(re.escape(REASON)), 15)
    expect(re.match(r"Warning FailedScheduling \S+ \(x3 over \d+s\) berth ", line), f"not as expected: {line}")

    cluster.kubectl("label", "node", "node-a", "disk=ssd")
    labelled = time.monotonic()
    node = cluster.wait_bound("picky", 2)
    took = time.monotonic() - labelled
    expect(node == "node-a", f"bound to {node}")
    failed = [event for event in cluster.api.get(EVENTS)["items"] if event["reason"] == "FailedScheduling"]
    expect(len(failed) == 1, f"{len(failed)} FailedScheduling events where one with a count will do")
    return f"{line[:60]!r}; bound {took * 1000:.0f} ms after the label"


def tried_again(cluster, times):
    """Makes the label come (and, before that, go), and waits until the event's count says that the pod was tried again."""
    cluster.kubectl("label", "node", "node-b", "disk-")
    cluster.kubectl("label", "node", "node-b", "disk=ssd")

    def count():
        events = [event for event in cluster.api.get(EVENTS)["items"] if event["reason"] == "FailedScheduling"]
        return max((event.get("series", {}).get("count", 1) for event in events), default=0)

    until(lambda: count() >= times, 25, lambda: f"the event counts {count()}, not {times}", every=0.2)
