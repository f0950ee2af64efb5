"""The cluster under the contenders: made once for so many nodes, and swept between the runs.

Sweeping goes by etcd, not by the API server, which takes a millisecond for each object; it sees in its watch what is gone."""
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
        there = {item["metadata"]["name"] for item in cluster.api.get(PODS)["items"]}
        create_all(cluster.api, PODS, [pod for pod in objects.placed if pod["metadata"]["name"] not in there])


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
