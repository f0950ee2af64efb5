"""kube-apiserver is killed and started again, RESTARTS times (2), under a stream of pods: each is bound once, none is
lost, a pod is bound within 5 s after the server is back, and berth is still the same process."""
import os
import time

from harness import audit
from harness.delays import in_words, percentile
from harness.stream import RATE, Stream, furnish
from harness.wait import expect

RESTARTS = int(os.environ.get("RESTARTS", "2"))
LIVES = 1.5  # seconds under load before it is killed
AWAY = 3  # seconds: long enough for requests to fail and be tried again
STARTS = 12  # seconds that it may take pods before it says that it is ready
PATIENCE = 120  # seconds that its start may take, where others use the processors too
P99 = 5


def run(cluster):
    cluster.observe()
    places = furnish(cluster, int((RESTARTS + 1) * (LIVES + STARTS) * RATE))
    berth = cluster.berth()
    process = berth.process.pid
    stream = Stream(cluster, places)
    back = []
    for _ in range(RESTARTS):
        time.sleep(LIVES)
        cluster.plane.kill_api_server()
        position = cluster.plane.audit_position()
        time.sleep(AWAY)
        cluster.plane.start_api_server_again(PATIENCE)
        ready = time.time()
        first = audit.first_binding(cluster.plane, position, 60, "the API server is back, and no pod is bound")
        back.append(max(0.0, first.at - ready))
    stream.fill()
    pods, slowest = stream.all_bound()
    expect(berth.process.running() and berth.process.pid == process, "berth did not outlive the API server")
    expect(percentile(back, 99) < P99, f"the first binding after the server was back came {in_words(back)} later")
    return f"{pods} pods through {RESTARTS} deaths; first binding after the server was back: {in_words(back)}; " \
           f"the slowest pod after {slowest:.1f} s"
