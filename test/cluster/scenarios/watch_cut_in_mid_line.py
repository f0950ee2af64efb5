"""The watches of pods and nodes break in the middle of an event, a frame of protobuf or a line of JSON, again and again, some
with a reset: nothing is lost, and berth's own watch goes on from where it was."""
from harness.objects import node, pod
from harness.proxy import JSON, PROTOBUF, Proxy
from harness.scheduler import configuration
from harness.wait import expect, until

ROUNDS, BATCH = 5, 25


def run(cluster):
    cluster.observe()
    cluster.nodes(*(f"node-{n}" for n in range(3)))
    return "; ".join([cut(cluster, "protobuf", PROTOBUF), cut(cluster, "json", JSON)])


def cut(cluster, form, content_type):
    proxy, before = Proxy(cluster.plane), cluster.observer.bound_count()
    berth = cluster.berth(configuration(clientConnection={"contentType": content_type}), f"berth-{form}", port=proxy.port)
    expect(all(stream.came_in == content_type for stream in proxy.streams), f"{form}: {proxy.streams}")
    for round_ in range(ROUNDS):
        cuts = proxy.cuts
        proxy.cut("pods")
        cluster.pods([pod(f"{form}-round{round_}-{n:02}", cpu="10m", memory="16Mi") for n in range(BATCH)])
        if round_ == ROUNDS // 2:
            proxy.cut("nodes")
            cluster.api.create("/api/v1/nodes", node(f"node-{form}", labels={"late": form}))
        until(lambda: proxy.cuts > cuts, 20, "the watch was not cut: does berth watch through the proxy?")
        cluster.wait_all_bound(before + (round_ + 1) * BATCH, 30)
    # The node whose event was cut off is known all the same.
    cluster.pods([pod(f"{form}-late-comer", nodeSelector={"late": form})])
    expect(cluster.wait_bound(f"{form}-late-comer", 10) == f"node-{form}", "bound elsewhere")
    expect(berth.process.stop() == berth.stop_code, f"{form}: berth did not end well")
    return f"{form}: {proxy.cuts} cuts, {proxy.watches} watches begun, {ROUNDS * BATCH + 1} pods bound"
