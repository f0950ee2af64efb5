"""The cluster under the contenders: made once for so many nodes, and swept between the runs.

Sweeping goes by etcd, not by the API server, which takes a millisecond for each object; it sees in its watch what is gone.
So does placing: one pod of each kind is created, and what the API server made of it is written for the others."""
import json
import uuid

from benchmark import workloads
from harness.load import create_all
from harness.wait import until

DEFAULT = "/api/v1/namespaces/default"
PODS = f"{DEFAULT}/pods"
EVENTS = "/apis/events.k8s.io/v1/namespaces/default/events"
PATHS = {
    "CSINode": "/apis/storage.k8s.io/v1/csinodes",
    "PersistentVolume": "/api/v1/persistentvolumes",
    "PersistentVolumeClaim": f"{DEFAULT}/persistentvolumeclaims",
}
PATIENCE = 60  # seconds for the API server to see what went


def prepare(cluster, nodes):
    """Nodes, classes of priority, and the label by which a workload's terms find the namespace."""
    create_all(cluster.api, "/apis/scheduling.k8s.io/v1/priorityclasses", workloads.priority_classes())
    cluster.api.merge(DEFAULT, {"metadata": {"labels": {"team": "devops"}}})
    create_all(cluster.api, "/api/v1/nodes", nodes)


def furnish(cluster, objects):
    """What must be there before the pods of a workload: its storage, and the placed pods that are not there (any more)."""
    for kind, path in PATHS.items():
        mine = [item for item in objects.storage if item["kind"] == kind]
        if mine and count(cluster, path) < len(mine):
            create_all(cluster.api, path, mine)
    if objects.placed:
        place(cluster, objects.placed)


def place(cluster, pods):
    """Those of these pods that are not there (any more)."""
    there = {item["metadata"]["name"] for item in cluster.api.get(PODS)["items"]} if count(cluster, PODS) else set()
    missing = [pod for pod in pods if pod["metadata"]["name"] not in there]
    admitted, copies = {}, []
    for pod in missing:
        kind = json.dumps({**pod["spec"], "nodeName": ""}, sort_keys=True)
        if kind in admitted:
            copies.append(copied(admitted[kind], pod))
        else:
            admitted[kind] = json.dumps(cluster.api.create(PODS, pod))
    cluster.plane.store.put_all((f"/registry/pods/default/{pod['metadata']['name']}", json.dumps(pod, separators=(",", ":"))) for pod in copies)
    until(lambda: count(cluster, PODS) >= len(there) + len(missing), PATIENCE, "the API server does not see the placed pods")


def copied(admitted, pod):
    """The pod as the API server would have made it, which admitted one of the same kind."""
    made = json.loads(admitted)
    made["metadata"].update(name=pod["metadata"]["name"], labels=pod["metadata"]["labels"], uid=str(uuid.uuid4()))
    made["metadata"].pop("resourceVersion", None)
    made["spec"]["nodeName"] = pod["spec"]["nodeName"]
    return made


def sweep_run(cluster):
    """The pods that were decided, and the events."""
    cluster.plane.store.delete_all("/registry/pods/default/pod-")
    cluster.plane.store.delete_all("/registry/events/")
    until(lambda: not cluster.api.get(f"{PODS}?labelSelector={workloads.MEASURED}&limit=1")["items"], PATIENCE, "there are pods still")


def sweep_workload(cluster):
    """All but the nodes."""
    for prefix in ("pods", "events", "csinodes", "persistentvolumeclaims", "persistentvolumes"):
        cluster.plane.store.delete_all(f"/registry/{prefix}/")
    for path in (PODS, *PATHS.values()):
        until(lambda p=path: not count(cluster, p), PATIENCE, f"{path} does not become empty")


def count(cluster, path):
    answer = cluster.api.get(f"{path}?limit=1")
    return len(answer["items"]) + answer["metadata"].get("remainingItemCount", 0)
