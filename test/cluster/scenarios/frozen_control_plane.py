"""kube-apiserver stands still (SIGSTOP) for FROZEN seconds (6) under a stream of pods, and goes on; then etcd.
Connections stay, and nobody answers. A pod is bound within 5 s afterwards, none is lost, each is bound once, and berth
is still the same process."""
import os
import signal
import time

from harness import audit
from harness.stream import RATE, Stream, furnish
from harness.wait import expect

FROZEN = int(os.environ.get("FROZEN", "6"))
ALLOWED = 5


def run(cluster):
    cluster.observe()
    places = furnish(cluster, int((2 * FROZEN + 6) * RATE))
    berth = cluster.berth()
    process = berth.process.pid
    stream = Stream(cluster, places)
    took = {}
    for frozen in (cluster.plane.api_server, cluster.plane.etcd):
        time.sleep(1)
        frozen.signal(signal.SIGSTOP)
        time.sleep(FROZEN)
        position, back = cluster.plane.audit_position(), time.time()
        frozen.signal(signal.SIGCONT)
        first = audit.first_binding(cluster.plane, position, 60, f"{frozen.name} goes on, and no pod is bound")
        took[frozen.name] = max(0.0, first.at - back)
        cluster.wait_all_bound(len(stream.created), 30)
    stream.fill()
    pods, slowest = stream.all_bound()
    expect(berth.process.running() and berth.process.pid == process, "berth did not outlive it")
    for name, seconds in took.items():
        expect(seconds < ALLOWED, f"{name} stood still for {FROZEN} s, and the first binding came {seconds:.1f} s later")
    said = ", ".join(f"{name}: {seconds:.1f} s" for name, seconds in took.items())
    return f"each stood still for {FROZEN} s; first binding afterwards: {said}; " \
           f"{pods} pods bound once, the slowest after {slowest:.1f} s"
