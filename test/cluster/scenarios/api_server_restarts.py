"""kube-apiserver is killed and started again, twice, while pods pour in: each is bound once, none is lost, and berth is
still the same process."""
import threading
import time

from harness.objects import pod
from harness.wait import expect

PODS, NODES = 2000, 100


def run(cluster):
    cluster.observe()
    cluster.nodes(*(f"node-{n:03}" for n in range(NODES)))
    berth = cluster.berth()
    load = threading.Thread(target=cluster.pods, args=([pod(f"load-{n:04}", cpu="10m", memory="16Mi") for n in range(PODS)], 2))
    load.start()

    back = []
    for share in (0.2, 0.6):
        cluster.wait_all_bound(int(PODS * share), 120)
        cluster.plane.kill_api_server()
        time.sleep(3)  # The outage: long enough for requests to fail and be tried again.
        cluster.plane.start_api_server_again()
        ready, had = time.monotonic(), cluster.observer.bound_count()
        cluster.wait_all_bound(min(had + 1, PODS), 60)
        back.append(time.monotonic() - ready)
    load.join()
    cluster.wait_all_bound(PODS, 120)
    expect(berth.process.running(), "berth did not outlive the API server")
    return f"{PODS} pods through two deaths; first binding {back[0]:.1f} s and {back[1]:.1f} s after the server was back"
