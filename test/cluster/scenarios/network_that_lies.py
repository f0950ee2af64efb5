"""Between berth and kube-apiserver a wire cuts connections, stalls, drips bytes, half-closes and turns bits (which TLS
notices), each for LIES seconds (2) under a stream of pods. A pod is bound within 10 s after each, none is lost, each is
bound once, berth is still the same process, and has no more connections open than it may use at once, however many
failed."""
import os
import time

from harness import audit, wire
from harness.stream import RATE, Stream, furnish
from harness.wait import expect

LIES = int(os.environ.get("LIES", "2"))
SEED = int(os.environ.get("SEED", "1"))
MODES = (wire.CUTS, wire.STALLS, wire.DRIPS, wire.HALF_CLOSES, wire.FLIPS)
ALLOWED = 10
POOLS = 61  # connections that its lanes may have at once (client_options), beside one for each watch


def run(cluster):
    cluster.observe()
    places = furnish(cluster, int(len(MODES) * (LIES + 5) * RATE))
    between = wire.Wire(cluster.plane.port, SEED)
    berth = cluster.berth(port=between.port)
    process, files = berth.process.pid, berth.process.open_files()
    stream = Stream(cluster, places)
    said = []
    for mode in MODES:
        between.becomes(mode)
        time.sleep(LIES)
        misdeeds = between.misdeeds
        expect(misdeeds, f"the wire never {mode}: does berth use it?")
        between.becomes(wire.FAITHFUL)
        position, honest = cluster.plane.audit_position(), time.time()
        first = audit.first_binding(cluster.plane, position, 60, f"the wire {mode} no more, and no pod is bound")
        took = max(0.0, first.at - honest)
        expect(took < ALLOWED, f"the wire {mode} no more, and the first binding came {took:.1f} s later")
        cluster.wait_all_bound(len(stream.created), 30)
        said.append(f"{mode} ({misdeeds}): {took:.1f} s")
    stream.fill()
    pods, slowest = stream.all_bound()
    expect(berth.process.running() and berth.process.pid == process, "berth did not outlive it")
    kept = berth.process.open_files() - files
    expect(kept <= POOLS, f"berth has {kept} more files open than before")
    return f"first binding after it {'; after it '.join(said)}; {between.connections} connections, {kept:+} files; " \
           f"{pods} pods bound once, the slowest after {slowest:.1f} s"
