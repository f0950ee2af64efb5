"""A pod that is refused again and again for the same reason, and the event that counts it.

node-b is cordoned, so it is refused for that whether or not it carries the label disk=ssd; but each time the label appears
there it may cure what NodeAffinity refused on node-a, so the pod is tried again, and refused in the same words."""
from harness.objects import pod
from harness.wait import until

REASON = "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) were unschedulable."


def create_picky_pod(cluster):
    cluster.nodes("node-a")
    cluster.nodes("node-b", unschedulable=True)
    cluster.pods([pod("picky", nodeSelector={"disk": "ssd"})])


def events(cluster):
    return cluster.events("FailedScheduling", of="picky")


def refuse_again(cluster, times, seconds=25):
    """Makes the label come (and, before that, go), and waits until the event says that it was so many times."""
    cluster.kubectl("label", "node", "node-b", "disk-")
    cluster.kubectl("label", "node", "node-b", "disk=ssd")

    def count():
        return max((event.get("series", {}).get("count", 1) for event in events(cluster)), default=0)

    until(lambda: count() >= times, seconds, lambda: f"the event counts {count()}, not {times}", every=0.2)
