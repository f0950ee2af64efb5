"""A pod that asks for what berth cannot do yet waits, and its condition names what; it is never bound as if it had not
asked. A plain pod created after them shows that they waited by choice."""
from harness.objects import pod
from harness.wait import expect, never

ZONE = "topology.kubernetes.io/zone"

# name -> what the pod asks for, and how its reason must name that.
ASKING = {
    "device-claim": ({"resourceClaims": [{"name": "gpu", "resourceClaimName": "gpu"}]}, "resource claims"),
}


def run(cluster):
    cluster.observe()
    cluster.nodes("node-a", "node-b", labels={ZONE: "z1"})
    cluster.berth()
    cluster.pods([pod(name, **spec) for name, (spec, _) in ASKING.items()])
    for name, (_, words) in ASKING.items():
        condition = cluster.wait_refused(name)
        expect(f"does not support {words} yet" in condition["message"], f"{name} asks for {words}; its condition reads {condition['message']!r}")
        cluster.wait_event(name, condition["message"])
    cluster.pods([pod("plain")])
    cluster.wait_bound("plain", 5)
    keeps_away(cluster)
    # A node that comes makes them try again, to no other end.
    cluster.nodes("node-c", labels={ZONE: "z2"})
    never(lambda: [name for name in ASKING if cluster.node_of(name)], 3, "one was bound as if it had not asked")
    return f"{len(ASKING)} kinds wait; {condition['message']!r}"


def keeps_away(cluster):
    """A pod that is placed already, by another scheduler, wants no pod of app=shy beside it: that is honoured."""
    hermit = pod("hermit", nodeName="node-a", affinity={"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
        {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "shy"}}}]}})
    cluster.pods([hermit])
    cluster.pods([pod(f"shy-{n}") for n in range(6)])
    for n in range(6):
        expect(cluster.wait_bound(f"shy-{n}", 5) == "node-b", f"shy-{n} was put beside the hermit")
