"""A pod whose node selector matches nothing waits; refused again for the same reason it shows one event with a count; it
is bound within two seconds of the label appearing."""
import re
import time

from harness.refusals import REASON, create_picky_pod, events, refuse_again
from harness.wait import expect


def run(cluster):
    cluster.observe()
    cluster.berth()
    create_picky_pod(cluster)
    condition = cluster.wait_refused("picky")
    expect(condition["reason"] == "Unschedulable" and condition["message"].startswith(REASON), f"the condition reads {condition}")

    for times in (2, 3):
        refuse_again(cluster, times)
    line = cluster.wait_event("picky", re.compile(re.escape(REASON)), 15)
    expect(re.match(r"Warning FailedScheduling \S+ \(x3 over \d+s\) berth ", line), f"not as expected: {line}")

    cluster.kubectl("label", "node", "node-a", "disk=ssd")
    labelled = time.monotonic()
    node = cluster.wait_bound("picky", 2)
    took = time.monotonic() - labelled
    expect(node == "node-a", f"bound to {node}")
    expect(len(events(cluster)) == 1, f"{len(events(cluster))} FailedScheduling events where one with a count will do")
    return f"{line[:60]!r}; bound {took * 1000:.0f} ms after the label"
