"""berth is killed and started again, RESTARTS times (3), under a stream of pods: each is bound once, none is lost, and
a pod is bound within 5 s after the process began. What it had decided and not yet bound is decided again, and no room
stays taken for it: at the end the nodes are full to the last place."""
import os
import time

from harness import audit
from harness.delays import in_words, percentile
from harness.stream import RATE, Stream, furnish
from harness.wait import expect

RESTARTS = int(os.environ.get("RESTARTS", "3"))
LIVES = 1.5  # seconds under load before it is killed
AWAY = 1
P99 = 5


def run(cluster):
    cluster.observe()
    places = furnish(cluster, int((RESTARTS + 1) * (LIVES + AWAY + 4) * RATE))
    berth = cluster.berth()
    stream = Stream(cluster, places)
    back = []
    for _ in range(RESTARTS):
        time.sleep(LIVES)
        berth.kill()
        position = cluster.plane.audit_position()
        time.sleep(AWAY)
        began = time.time()
        berth.process.start()
        back.append(audit.first_binding(cluster.plane, position, 60, "berth is back, and no pod is bound").at - began)
    stream.fill()
    pods, slowest = stream.all_bound()
    refused = len(audit.refused(cluster.plane.audit()))
    expect(percentile(back, 99) < P99, f"the first binding came {in_words(back)} after berth was started")
    return f"{pods} pods through {RESTARTS} deaths; first binding after the start: {in_words(back)}; " \
           f"the slowest pod after {slowest:.1f} s; {refused} bindings refused"
