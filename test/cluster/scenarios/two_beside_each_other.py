"""Two berths of the same name, neither electing a leader, want the same pods: each pod is bound once, whoever comes second
is told so by the API server, and both go on. Neither keeps room for a pod that it lost: afterwards each alone fills half
of what is left, to the last place."""
from harness.objects import pod
from harness.wait import expect

BOTH, NODES, ROOM = 600, 20, 60


def run(cluster):
    cluster.observe()
    cluster.nodes(*(f"node-{n:02}" for n in range(NODES)), pods=str(ROOM))
    first, second = cluster.berth(name="berth-1"), cluster.berth(name="berth-2")
    cluster.pods(pod(f"both-{n:03}", cpu="50m", memory="64Mi") for n in range(BOTH))
    cluster.wait_all_bound(BOTH, 60)
    expect(first.process.running() and second.process.running(), "one of the two did not survive the other")
    conflicts = sum(1 for event in cluster.plane.audit() if event.get("objectRef", {}).get("subresource") == "binding"
                    and event["responseStatus"]["code"] == 409)
    expect(conflicts, "no binding was refused, so the two did not meet: the scenario shows nothing")

    half = (NODES * ROOM - BOTH) // 2
    second.pause()
    cluster.pods(pod(f"first-{n:03}", cpu="50m", memory="64Mi") for n in range(half))
    cluster.wait_all_bound(BOTH + half, 60)
    first.pause()
    second.resume()
    cluster.pods(pod(f"second-{n:03}", cpu="50m", memory="64Mi") for n in range(half))
    cluster.wait_all_bound(BOTH + 2 * half, 60)
    return f"{BOTH} pods bound by both, {conflicts} bindings refused; {half} more by each alone, to the last place"
