"""The independent witness: its own watch on pods, from which it knows who was bound where and when, and the checks that
must hold after every scenario whatever happened in it."""
import http.client
import threading
import time
from collections import Counter, defaultdict

from harness.api import ApiError
from harness.objects import key, quantity, scheduled
from harness.wait import expect, until

PODS = "/api/v1/pods"


class Observer:
    """Watches from its construction to `stop`, all pods or those that a label selector takes. Survives the API server's death:
    lists again and goes on."""

    def __init__(self, api, selector=""):
        self.api = api
        self.selector = selector
        self.lock = threading.Lock()
        self.nodes_of = defaultdict(list)  # uid -> every node it was ever seen on
        self.names = {}  # uid -> namespace/name
        self.bound_at = {}  # uid -> when it was first seen bound
        self.seen_at = {}  # uid -> when it was first seen
        self.refused_at = {}  # uid -> when it was first seen with the condition that it fits nowhere
        self.stopped = False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.version = self._list()
        self.thread.start()

    def wait_bound_at(self, uid, seconds=5):
        """When the pod was first seen bound, by time.monotonic; for one that is bound, and may not be seen so yet."""
        return until(lambda: self.bound_at.get(uid), seconds, f"the observer has not seen that {uid} is bound", every=0.005)

    def _list(self):
        answer = self.api.get(f"{PODS}?labelSelector={self.selector}")
        for pod in answer["items"]:
            self._see(pod)
        return answer["metadata"]["resourceVersion"]

    def _see(self, pod):
        now, uid, node = time.monotonic(), pod["metadata"]["uid"], pod["spec"].get("nodeName")
        with self.lock:
            self.names[uid] = key(pod)
            self.seen_at.setdefault(uid, now)
            if node:
                self.bound_at.setdefault(uid, now)
                if node not in self.nodes_of[uid]:
                    self.nodes_of[uid].append(node)
            elif scheduled(pod).get("status") == "False":
                self.refused_at.setdefault(uid, now)

    def _run(self):
        while not self.stopped:
            try:
                for kind, pod in self.api.watch(PODS, self.version, allowWatchBookmarks="true", labelSelector=self.selector):
                    if self.stopped:
                        return
                    if kind == "ERROR":
                        self.version = self._list()
                        break
                    self.version = pod["metadata"]["resourceVersion"]
                    if kind != "BOOKMARK":
                        self._see(pod)
            except (OSError, http.client.HTTPException, ApiError, ValueError):
                time.sleep(0.2)

    def bound_count(self):
        with self.lock:
            return len(self.bound_at)

    def refused_count(self):
        with self.lock:
            return len(self.refused_at)

    def stop(self):
        self.stopped = True


def check_invariants(api, observer, audit):
    """Nobody bound twice, nobody moved, no node over what it has."""
    with observer.lock:
        moved = [observer.names[uid] for uid, nodes in observer.nodes_of.items() if len(nodes) > 1]
    expect(not moved, f"pods seen on more than one node: {moved[:5]}")
    check_bindings(audit)
    check_room(api)


def check_bindings(audit):
    """In the API server's own words, no pod was bound twice. A pod made again under its name is another one, so this is
    for scenarios whose names are unique."""
    granted = Counter(
        f"{event['objectRef'].get('namespace')}/{event['objectRef'].get('name')}" for event in audit
        if event["verb"] == "create" and event.get("objectRef", {}).get("subresource") == "binding"
        and event["responseStatus"]["code"] == 201)
    twice = [name for name, count in granted.items() if count > 1]
    expect(not twice, f"the API server granted more than one binding to {twice[:5]}")
    return len(granted)


def check_room(api):
    """No node holds more than its allocatable, counted from the pods' own requests."""
    used = defaultdict(Counter)
    for pod in api.get(PODS)["items"]:
        node = pod["spec"].get("nodeName")
        if node and pod["status"].get("phase") not in ("Succeeded", "Failed"):
            used[node]["pods"] += 1
            for container in pod["spec"]["containers"]:
                requests = container.get("resources", {}).get("requests", {})
                used[node]["cpu"] += quantity(requests.get("cpu", "0"), 1000)
                used[node]["memory"] += quantity(requests.get("memory", "0"))
    for node in api.get("/api/v1/nodes")["items"]:
        room, name = node["status"]["allocatable"], node["metadata"]["name"]
        for resource, scale in (("cpu", 1000), ("memory", 1), ("pods", 1)):
            limit = quantity(room[resource], scale)
            expect(used[name][resource] <= limit, f"node {name} holds {used[name][resource]} of {resource}, but has {limit}")
