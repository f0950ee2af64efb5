"""Someone between berth and the API server says what no API server says: a number that crashes Debian's RapidJSON, JSON
nested 100,000 deep, a line of 100 MB, half an object, and in protobuf the like: lengths that lie, another magic, JSON. Each is
dropped and counted, or ends that watch; pods go on being bound, and memory does not follow the words."""
from harness.objects import pod
from harness.protobuf import enveloped, event, field, framed, integer
from harness.proxy import JSON, PROTOBUF, Proxy
from harness.scheduler import configuration
from harness.wait import expect, until

MOST_MIB = 150  # Resident, at its highest. A sanitizer's build needs several times what the release needs.

HEAD = b'{"type":"ADDED","object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"evil","namespace":"default","uid":"evil"'
LINES = {
    "number": HEAD + b',"generation":0.' + b"0" * 400 + b'1e-2147483639}}}',
    "priority": HEAD + b'},"spec":{"schedulerName":"berth","priority":0.' + b"0" * 400 + b'1e-2147483639}}}',
    "nested": HEAD + b',"labels":' + b"[" * 100_000 + b"]" * 100_000 + b"}}}",
    "wrong-types": HEAD + b'},"spec":{"schedulerName":"berth","containers":"many","tolerations":7}}}',
    "not-json": b"\x00\xff\xfe<html>",
    "half": HEAD,
    "no-name": b'{"type":"ADDED","object":{"kind":"Pod","metadata":{},"spec":{"schedulerName":"berth"}}}',
    "long": HEAD + b',"annotations":{"a":"' + b"x" * 100_000_000 + b'"}}}}',
}

NAMED = field(1, "evil") + field(3, "default") + field(5, "evil")


def evil(spec=b"", metadata=NAMED):
    return event("ADDED", enveloped("Pod", field(1, metadata) + field(2, spec + field(19, "berth"))))


FRAMES = {
    "number": framed(evil(b"\xc8\x01" + b"\xff" * 11 + b"\x01")),  # spec.priority, a varint of 12 bytes
    "wrong-types": framed(evil(integer(2, 7) + integer(22, 7))),  # containers and tolerations
    "lying-length": framed(evil(b"\x12\xff\xff\xff\x0f")),  # a container of 32 MB in a message that ends there
    "other-magic": framed(event("ADDED", b"k8s\x01" + enveloped("Pod", field(1, NAMED))[4:])),
    "no-protobuf": framed(b"\x00\xff\xfe<html>"),
    "half": framed(evil()[:30]),
    "no-name": framed(evil(metadata=field(5, "evil"))),
    "json": HEAD + b"}}}\n",  # its first bytes are a length of two gigabytes
    "long": framed(b"x" * 100_000_000),
}


def run(cluster):
    cluster.observe()
    cluster.nodes("node-a")
    remarks = [speak(cluster, "json", JSON, {name: line + b"\n" for name, line in LINES.items()},
                     HEAD.replace(b"Pod", b"Node") + b"}}\n"),
               speak(cluster, "protobuf", PROTOBUF, FRAMES, framed(event("ADDED", enveloped("Node", b"\x0a\x7f"))))]
    return "; ".join(remarks)


def speak(cluster, form, content_type, words, of_nodes):
    proxy = Proxy(cluster.plane)
    berth = cluster.berth(configuration(clientConnection={"contentType": content_type}), f"berth-{form}", port=proxy.port)
    expect(all(stream.came_in == content_type for stream in proxy.streams), f"{form}: {proxy.streams}")
    for number, (name, word) in enumerate(words.items()):
        proxy.say("pods", word)
        # Its creation is the event that the bad word precedes.
        cluster.pods([pod(f"{form}-after-{name}")])
        until(lambda n=number: proxy.said > n, 20, f"{form}, {name}: not said: does berth watch pods through the proxy?")
        cluster.wait_bound(f"{form}-after-{name}", 20)
        expect(berth.process.running(), f"{form}, {name}: berth ended with {berth.process.exit_code()}")
    proxy.say("nodes", of_nodes)
    cluster.nodes(f"node-{form}", labels={"only": form})
    cluster.pods([pod(f"on-{form}", nodeSelector={"only": form})])
    expect(cluster.wait_bound(f"on-{form}", 20) == f"node-{form}", "bound elsewhere")

    dropped = berth.metric("berth_dropped_objects_total") or 0
    expect(dropped >= 5, f"{form}: berth_dropped_objects_total is {dropped:.0f}")
    memory = berth.process.peak_memory_mib()
    expect(cluster.options.sanitizer or memory < MOST_MIB, f"{form}: {memory:.0f} MiB were resident")
    expect(berth.process.stop() == berth.stop_code, f"{form}: berth did not end well")
    return f"{form}: {len(words) + 1} bad words, {dropped:.0f} counted, at most {memory:.0f} MiB resident"
