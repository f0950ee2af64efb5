"""One of two clusters that go through the same steps, and how the generator's objects are put into it."""
import copy
import http.client
import json
import os
import re
import subprocess
import sys
import threading

from harness.api import ApiError
from harness.scheduler import write

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "parity"))
from generator import pods  # noqa: E402

PODS = "/api/v1/pods"
EVENTS = "/apis/events.k8s.io/v1/events"
STATUS = "application/strategic-merge-patch+json"
MERGE = "application/merge-patch+json"
STORAGE = "/apis/storage.k8s.io/v1"
PATHS = {"Node": "/api/v1/nodes", "Service": "/api/v1/namespaces/{}/services",
         "ReplicationController": "/api/v1/namespaces/{}/replicationcontrollers",
         "ReplicaSet": "/apis/apps/v1/namespaces/{}/replicasets", "StatefulSet": "/apis/apps/v1/namespaces/{}/statefulsets",
         "PodDisruptionBudget": "/apis/policy/v1/namespaces/{}/poddisruptionbudgets",
         "Pod": "/api/v1/namespaces/{}/pods", "PersistentVolume": "/api/v1/persistentvolumes",
         "PersistentVolumeClaim": "/api/v1/namespaces/{}/persistentvolumeclaims",
         "StorageClass": f"{STORAGE}/storageclasses", "CSIDriver": f"{STORAGE}/csidrivers", "CSINode": f"{STORAGE}/csinodes",
         "CSIStorageCapacity": STORAGE + "/namespaces/{}/csistoragecapacities",
         "VolumeAttachment": f"{STORAGE}/volumeattachments"}
KINDS = ("nodes,namespaces,services,replicationcontrollers,replicasets,statefulsets,poddisruptionbudgets,pods,"
         "persistentvolumes,persistentvolumeclaims,storageclasses,csidrivers,csinodes,csistoragecapacities,volumeattachments")
REASONS = ("Scheduled", "FailedScheduling", "Preempted")


def path_of(one):
    return PATHS[one["kind"]].format(one["metadata"].get("namespace", ""))


def key_of(one):
    return f"{one['metadata']['namespace']}/{one['metadata']['name']}"


def admitted(one):
    """As an API server takes it: priorities by class, deleted at once, no uid."""
    one = copy.deepcopy(one)
    for field in ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"):
        one["metadata"].pop(field, None)
    if one["kind"] == "Pod":
        one["spec"]["priorityClassName"] = class_of(one["spec"].pop("priority", 0))
        one["spec"]["terminationGracePeriodSeconds"] = 0
        one["spec"].pop("schedulingGates", None)
        policy = one["spec"].pop("preemptionPolicy", None)
        if policy:
            one["spec"]["priorityClassName"] += "-never"
        one.pop("status")
    return one


def class_of(priority):
    return f"p{min(priority, 1_000_000)}".replace("-", "minus-")


def priority_classes():
    return [{"metadata": {"name": class_of(value) + suffix}, "value": value, "preemptionPolicy": policy}
            for value in sorted(set(pods.PRIORITIES + [1_000_000]))
            for suffix, policy in (("", "PreemptLowerPriority"), ("-never", "Never"))]


class Side:
    """One of the two clusters."""

    def __init__(self, plane):
        self.plane = plane
        self.api = plane.admin
        self.told = set()  # what events say
        self.known = set()  # what of it was compared
        self.seen_pods = {}
        self.lock = threading.Lock()
        self.listen(EVENTS, self.hear)
        self.listen(PODS, self.see)

    def listen(self, path, what):
        """Until the API server ends. Lists of all pods, again and again, would be most of the work."""
        version = self.api.get(path)["metadata"]["resourceVersion"]

        def run():
            try:
                for kind, one in self.api.watch(path, version, seconds=3600):
                    what(kind, one)
            except (OSError, http.client.HTTPException):
                pass

        threading.Thread(target=run, daemon=True).start()

    def hear(self, _, event):
        if event["reason"] in REASONS:
            self.told.add(told(event))

    def see(self, kind, one):
        with self.lock:
            self.seen_pods.pop(key_of(one), None)
            if kind != "DELETED":
                self.seen_pods[key_of(one)] = one

    def create(self, one):
        """None, or why the API server does not take it."""
        try:
            self.api.create(path_of(one), one)
        except ApiError as error:
            if error.code in (400, 403, 422):
                return error.body
            raise
        return None

    def status(self, one, status):
        self.api.request("PATCH", f"{path_of(one)}/{one['metadata']['name']}/status", {"status": status}, STATUS)

    def change(self, one, change):
        self.api.request("PATCH", f"{path_of(one)}/{one['metadata']['name']}", change, MERGE)

    def get(self, one):
        return self.api.get(f"{path_of(one)}/{one['metadata']['name']}")

    def find(self, one):
        """None where it does not exist."""
        try:
            return self.get(one)
        except ApiError as error:
            if error.code == 404:
                return None
            raise

    def delete(self, one):
        self.api.request("DELETE", f"{path_of(one)}/{one['metadata']['name']}", {"gracePeriodSeconds": 0})

    def remove(self, one):
        """Whatever finalizers say."""
        self.change(one, {"metadata": {"finalizers": None}})
        if self.find(one):
            self.delete(one)

    def pods(self):
        """As far as the watch has got."""
        with self.lock:
            return dict(self.seen_pods)

    def volumes(self):
        return {one["metadata"]["name"]: one for one in self.api.get("/api/v1/persistentvolumes")["items"]}

    def claims(self):
        return {key_of(one): one for one in self.api.get("/api/v1/persistentvolumeclaims")["items"]}

    def dump(self):
        """As `berth explain` reads it."""
        return json.loads(subprocess.run(
            [self.plane.program("kubectl"), "--kubeconfig", self.plane.kubeconfig(), "get", KINDS, "-A", "-o", "json"],
            check=True, capture_output=True, timeout=60).stdout)

    def keep(self, folder, name):
        """Puts down what there is to say of a difference."""
        write(folder, f"{name}.json", self.dump())
        write(folder, f"{name}-events.json", self.api.get(EVENTS))
        for process in self.plane.processes:
            if process.name in ("berth", "kube-scheduler"):
                write(folder, f"{name}.log", process.log())

    def news(self):
        """What events say and was not compared yet."""
        return set(self.told) - self.known


def told(event):
    regarding = event["regarding"]
    note = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "UID", event["note"])
    if event["reason"] == "Scheduled":  # where to is left to chance among the best: compared by itself
        note = re.sub(r" to \S+$", "", note)
    return (f"{regarding['namespace']}/{regarding['name']}", event["reason"], event["type"], event["action"], note)
