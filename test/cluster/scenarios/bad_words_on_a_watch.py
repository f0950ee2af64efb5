"""Someone between berth and the API server says what no API server says: a number that crashes Debian's RapidJSON, JSON
nested 100,000 deep, a line of 100 MB, half an object. Each is dropped and counted, or ends that watch; pods go on being
bound, and memory does not follow the line."""
from harness.objects import pod
from harness.proxy import Proxy
from harness.wait import expect, until

MOST_MIB = 150  # Resident, at its highest. A sanitizer's build needs several times what the release needs.

HEAD = b'{"type":"ADDED","object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"evil","namespace":"default","uid":"evil"'
WORDS = {
    "number": HEAD + b',"generation":0.' + b"0" * 400 + b'1e-2147483639}}}',
    "priority": HEAD + b'},"spec":{"schedulerName":"berth","priority":0.' + b"0" * 400 + b'1e-2147483639}}}',
    "nested": HEAD + b',"labels":' + b"[" * 100_000 + b"]" * 100_000 + b"}}}",
    "wrong-types": HEAD + b'},"spec":{"schedulerName":"berth","containers":"many","tolerations":7}}}',
    "not-json": b"\x00\xff\xfe<html>",
    "half": HEAD,
    "no-name": b'{"type":"ADDED","object":{"kind":"Pod","metadata":{},"spec":{"schedulerName":"berth"}}}',
    "long": HEAD + b',"annotations":{"a":"' + b"x" * 100_000_000 + b'"}}}}',
}


def run(cluster):
    cluster.observe()
    proxy = Proxy(cluster.plane)
    cluster.nodes("node-a")
    berth = cluster.berth(port=proxy.port)
    for number, (name, line) in enumerate(WORDS.items()):
        proxy.say("pods", line)
        # Its creation is the event that the bad word precedes.
        cluster.pods([pod(f"after-{name}")])
        until(lambda n=number: proxy.said > n, 20, f"{name}: not said: does berth watch pods through the proxy?")
        cluster.wait_bound(f"after-{name}", 20)
        expect(berth.process.running(), f"{name}: berth ended with {berth.process.exit_code()}")
    proxy.say("nodes", HEAD.replace(b"Pod", b"Node") + b"}}")
    cluster.nodes("node-b", labels={"second": "yes"})
    cluster.pods([pod("on-b", nodeSelector={"second": "yes"})])
    expect(cluster.wait_bound("on-b", 20) == "node-b", "bound elsewhere")

    dropped = berth.metric("berth_dropped_objects_total") or 0
    expect(dropped >= 5, f"berth_dropped_objects_total is {dropped:.0f}")
    memory = berth.process.peak_memory_mib()
    expect(cluster.options.sanitizer or memory < MOST_MIB, f"{memory:.0f} MiB were resident")
    return f"{len(WORDS) + 1} bad words, {dropped:.0f} counted, at most {memory:.0f} MiB resident"
