"""What the specs need of a kubelet and kwok does not do, or not as they need it. Each works until the process ends."""
import http.client
import threading
import time

from harness.api import ApiError

NODES = "/api/v1/nodes"
PODS = "/api/v1/pods"


class Follower:
    """Calls `seen` for every object of a kind, as it is and whenever it changes; not when it goes."""

    def __init__(self, api, path):
        self.api = api
        self.path = path
        threading.Thread(target=self._work, daemon=True).start()

    def seen(self, one):
        raise NotImplementedError

    def _work(self):
        while True:
            try:
                listed = self.api.get(self.path)
                for one in listed["items"]:
                    self.seen(one)
                for event, one in self.api.watch(self.path, listed["metadata"]["resourceVersion"]):
                    if event in ("ADDED", "MODIFIED"):
                        self.seen(one)
                    elif event == "ERROR":
                        break
            except (OSError, http.client.HTTPException, ApiError):
                time.sleep(1)


class CapacityIsAllocatable(Follower):
    """Specs add a resource to a node's capacity and wait until it is allocatable."""

    def __init__(self, api):
        super().__init__(api, NODES)

    def seen(self, one):
        status = one.get("status", {})
        capacity, allocatable = status.get("capacity", {}), status.get("allocatable", {})
        if capacity != allocatable:
            gone = {name: None for name in allocatable if name not in capacity}
            self.api.merge(f"{NODES}/{one['metadata']['name']}/status", {"status": {"allocatable": {**gone, **capacity}}})


class DeletedPodsEnd(Follower):
    """Specs delete a pod and make another under its name at once. kwok would delete that one too: it goes by names alone."""

    def __init__(self, api):
        super().__init__(api, PODS)

    def seen(self, one):
        meta = one["metadata"]
        if "deletionTimestamp" not in meta or meta.get("deletionGracePeriodSeconds") == 0:
            return
        try:
            self.api.request("DELETE", f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}",
                             {"gracePeriodSeconds": 0, "preconditions": {"uid": meta["uid"]}})
        except ApiError as error:
            if error.code not in (404, 409):
                raise
