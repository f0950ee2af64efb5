"""Pods at a rate, created from threads of their own while a scenario makes trouble; and how long they then waited."""
import os
import threading
import time

from harness.audit import granted
from harness.load import create_surely
from harness.objects import pod
from harness.wait import Failure, expect, until

PODS = "/api/v1/namespaces/default/pods"
RATE = float(os.environ.get("STREAM_RATE", "20"))  # pods each second, where each is answered at once
WORKERS = 4
PATIENCE = 300  # seconds that one creation may go on failing: outages are what it is for
NODE_PODS = 50


def furnish(cluster, room):
    """Nodes with places for `room` pods, rounded up to whole nodes. Returns how many places there are."""
    count = -(-room // NODE_PODS)
    cluster.nodes(*(f"node-{n:04}" for n in range(count)), pods=str(NODE_PODS))
    return count * NODE_PODS


class Stream:
    """Creates stream-00000, stream-00001, ... until `most` of them are there. What was not created
    while nobody answered is not made up for: the room would be full before the trouble is over."""

    def __init__(self, cluster, most):
        self.api = cluster.api
        self.plane = cluster.plane
        self.most = most
        self.created = {}  # name -> time.time() when its creation was answered
        self.failure = None
        self.next = 0
        self.lock = threading.Lock()
        self.hurried = threading.Event()
        self.threads = [threading.Thread(target=self._run, daemon=True) for _ in range(WORKERS)]
        for thread in self.threads:
            thread.start()

    def _run(self):
        try:
            while (number := self._take()) is not None:
                name = f"stream-{number:05}"
                create_surely(self.api, PODS, pod(name, cpu="1m", memory="1Mi"), PATIENCE)
                self.created[name] = time.time()
                self.hurried.wait(WORKERS / RATE)
        except Exception as error:  # told by the thread that waits
            self.failure = error

    def _take(self):
        with self.lock:
            if self.next == self.most:
                return None
            self.next += 1
            return self.next - 1

    def fill(self):
        """Without a pause, until the last place is taken."""
        expect(self.next < self.most, "there was no more room before the trouble was over: nothing is shown")
        self.hurried.set()
        for thread in self.threads:
            thread.join()
        if self.failure:
            raise Failure(f"creating pods: {self.failure}")

    def all_bound(self, seconds=60, others=0):
        """Waits until each pod that was created has a node; `others` are there that it did not create. Returns (pods, the
        longest that one waited for its binding)."""
        found = {}

        def waiting():
            found.update((each["metadata"]["name"], each) for each in self.api.get(PODS)["items"])
            return [name for name in self.created if not found.get(name, {}).get("spec", {}).get("nodeName")]

        until(lambda: not waiting(), seconds, lambda: f"{len(waiting())} pods are not bound, such as {waiting()[:3]}", every=0.3)
        expect(len(found) == len(self.created) + others, f"{len(self.created)} pods were created, {len(found) - others} are there")
        at = {binding.pod: binding.at for binding in granted(self.plane.audit())}
        return len(found), max(at[name] - made for name, made in self.created.items() if name in at)
