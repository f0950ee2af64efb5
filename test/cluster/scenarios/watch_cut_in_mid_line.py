"""The watches of pods and nodes break in the middle of a line, again and again, some with a reset: nothing is lost, and
berth's own watch goes on from where it was."""
from harness.objects import node, pod
from harness.proxy import Proxy
from harness.wait import expect, until

ROUNDS, BATCH = 8, 25


def run(cluster):
    cluster.observe()
    proxy = Proxy(cluster.plane)
    cluster.nodes(*(f"node-{n}" for n in range(3)))
    cluster.berth(port=proxy.port)
    for round_ in range(ROUNDS):
        cuts = proxy.cuts
        proxy.cut("pods")
        cluster.pods([pod(f"round{round_}-{n:02}", cpu="10m", memory="16Mi") for n in range(BATCH)])
        if round_ == ROUNDS // 2:
            proxy.cut("nodes")
            cluster.api.create("/api/v1/nodes", node("node-late", labels={"late": "yes"}))
        until(lambda: proxy.cuts > cuts, 20, "the watch was not cut: does berth watch through the proxy?")
        cluster.wait_all_bound((round_ + 1) * BATCH, 30)
    # The node whose event was cut off is known all the same.
    cluster.pods([pod("late-comer", nodeSelector={"late": "yes"})])
    expect(cluster.wait_bound("late-comer", 10) == "node-late", "bound elsewhere")
    return f"{proxy.cuts} cuts, {proxy.watches} watches begun, {ROUNDS * BATCH + 1} pods bound"
