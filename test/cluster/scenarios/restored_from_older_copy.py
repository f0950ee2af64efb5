"""etcd is restored from an older copy: versions go back, and what came after the copy never was. berth notices, though the API
server accepts a watch from a version that it does not have yet and says nothing on it.

The one node is full of pods that are gone with the restoration, so the new ones fit only where berth knows that."""
import time

from harness.objects import pod
from harness.wait import expect, until

ROOM, BEFORE = 300, 10
ALLOWED = 15  # seconds after the API server is ready


def small(name):
    return pod(name, cpu="1m", memory="1Mi")


def bound(cluster):
    return {p["metadata"]["name"] for p in cluster.api.get("/api/v1/pods")["items"] if p["spec"].get("nodeName")}


def run(cluster):
    cluster.nodes("node-a", pods=str(ROOM))
    berth = cluster.berth()
    cluster.pods([small(f"kept-{n}") for n in range(BEFORE)])
    until(lambda: len(bound(cluster)) == BEFORE, 60, "the first are not bound")
    cluster.plane.copy_etcd()
    cluster.pods([small(f"ghost-{n}") for n in range(ROOM - BEFORE)])
    until(lambda: len(bound(cluster)) == ROOM, 120, "the node is not full")
    was = int(cluster.api.get("/api/v1/pods")["metadata"]["resourceVersion"])

    cluster.plane.restore_etcd()
    ready = time.monotonic()
    now = int(cluster.api.get("/api/v1/pods")["metadata"]["resourceVersion"])
    expect(now < was, f"versions went from {was} to {now}: the scenario shows nothing")
    cluster.pods([small("new")])
    until(lambda: "new" in bound(cluster), 120, "the new pod is not bound")
    took = time.monotonic() - ready
    expect(took < ALLOWED, f"the new pod was bound after {took:.1f} s")
    until(lambda: berth.metric("scheduler_cache_size", type="pods") == BEFORE + 1, 60, "berth believes in pods that are gone")
    cluster.pods([small(f"again-{n}") for n in range(ROOM - BEFORE - 1)])
    until(lambda: len(bound(cluster)) == ROOM, 120, "the places of pods that are gone were not given")
    return f"versions went from {was} to {now}; a new pod was bound {took:.1f} s after the API server was ready"
