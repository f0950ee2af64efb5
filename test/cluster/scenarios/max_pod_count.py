"""Ten replicas, a limit of six: six are bound, four wait and say why; when one of the six goes, another takes its place."""
import re
import time

from harness.objects import scheduled
from harness.scheduler import configuration
from harness.wait import expect, until

LIMIT = 6
MESSAGE = f"0/1 nodes are available: 1 pod limit of the namespace reached (limit {LIMIT}, placed {LIMIT})."
PROFILE = {
    "schedulerName": "berth",
    "plugins": {"multiPoint": {"enabled": [{"name": "MaxPodCount"}]}, "postFilter": {"disabled": [{"name": "*"}]}},
    "pluginConfig": [{"name": "MaxPodCount", "args": {"limit": LIMIT}}],
}
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: nginx}
spec:
  replicas: 10
  selector: {matchLabels: {app: nginx}}
  template:
    metadata: {labels: {app: nginx}}
    spec:
      schedulerName: berth
      containers: [{name: nginx, image: nginx}]
"""


def run(cluster):
    cluster.observe()
    cluster.nodes("node-a")
    cluster.plane.start_kwok()
    cluster.plane.start_controller_manager()
    cluster.berth(configuration(PROFILE))
    cluster.kubectl("apply", "-f", "-", text=DEPLOYMENT)

    def pods():
        return cluster.api.get("/api/v1/namespaces/default/pods?labelSelector=app%3Dnginx")["items"]

    def bound():
        return {pod["metadata"]["name"] for pod in pods() if pod["spec"].get("nodeName")}

    def waiting():
        return [pod for pod in pods() if scheduled(pod).get("reason") == "Unschedulable"]

    until(lambda: len(bound()) == LIMIT and len(waiting()) == 4, 60,
          lambda: f"{len(bound())} of {len(pods())} pods are bound and {len(waiting())} refused, not 6 and 4")
    for pod in waiting():
        condition = scheduled(pod)
        expect((condition["status"], condition["message"]) == ("False", MESSAGE), f"the condition reads {condition}")
        line = cluster.wait_event(pod["metadata"]["name"], MESSAGE)
        expect(re.match(r"Warning FailedScheduling \S+( \(x\d+ over \w+\))? berth ", line), f"not as expected: {line}")
    expect(len(bound()) == LIMIT, f"{len(bound())} pods are bound, the limit is {LIMIT}")

    before = bound()
    cluster.kubectl("delete", "pod", min(before), "--wait")
    gone = time.monotonic()
    fresh = until(lambda: bound() - before, 2, "two seconds after a counted pod went, no other was bound")
    took = time.monotonic() - gone
    until(lambda: len(bound()) == LIMIT and len(waiting()) == 4, 10, "not 6 bound and 4 refused after the change of place")
    return f"6 bound, 4 wait; {fresh.pop()} bound {took * 1000:.0f} ms after another went"
