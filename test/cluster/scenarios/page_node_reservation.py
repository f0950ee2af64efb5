"""The pages of examples/node-reservation, as a reader types them; then what they do not show: a malformed annotation has one
event, whatever restarts, and a pod is bound within a second of the end of the reservation that kept it out."""
import time

from harness.examples import example, start_everything
from harness.wait import expect, until
from walkthrough import walk

PAGES = ["examples/node-reservation/README.md", "docs/reservations.md"]
NODE = "zsj-dev-worker1-201"
RESERVED = "reserve.cpu/a8f6f901-47c9-4475-b1f4-cac44597e173"
REFUSED = "0/1 nodes are available: 1 Insufficient cpu."


def run(cluster):
    start_everything(cluster)
    walk(cluster, PAGES[0])
    cluster.nodes("node-1")
    walk(cluster, PAGES[1])
    cluster.kubectl("delete", "node", "node-1")

    cluster.kubectl("apply", "-f", example("node-reservation/node.yaml"))
    cluster.kubectl("annotate", "node", NODE, f"{RESERVED}=5000m", "reserve.cpu/x=5x", "reserve.cpu/y=-1", "reserve.cpu=1")
    uid = cluster.api.get(f"/api/v1/nodes/{NODE}")["metadata"]["uid"]
    with open(example("node-reservation/scheduler.yaml"), encoding="utf-8") as file:
        config = file.read()

    def warnings():
        return sorted(event["note"] for event in cluster.events("InvalidReservation") if event["regarding"].get("uid") == uid)

    first = cluster.berth(config, "first")
    until(lambda: len(warnings()) == 3, 10, lambda: f"not three warnings: {warnings()}")
    expect(first.process.stop() == 0, "berth did not stop when told to")
    cluster.berth(config, "second")

    cluster.kubectl("apply", "-f", example("node-reservation/deployment.yaml"))

    def pod():
        pods = cluster.api.get("/api/v1/namespaces/default/pods")["items"]
        return pods[0]["metadata"]["name"] if pods else None

    name = until(pod, 20, "the Deployment has no pod")
    expect(cluster.wait_refused(name)["message"] == REFUSED, "the condition reads otherwise")
    cluster.kubectl("annotate", "node", NODE, f"{RESERVED}-")
    removed = time.monotonic()
    expect(cluster.wait_bound(name, 1) == NODE, "bound elsewhere")
    took = time.monotonic() - removed
    expect(len(warnings()) == 3, f"after a restart: {warnings()}")
    return f"{', '.join(PAGES)}; bound {took * 1000:.0f} ms after the reservation went; {warnings()}"
