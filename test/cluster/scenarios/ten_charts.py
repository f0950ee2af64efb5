"""What ten well-known charts put on a cluster (manifests/charts: claims, spreading, affinity, budgets, host ports, a
DaemonSet, critical pods), on nodes of three zones with local volumes, once with kube-scheduler and once with berth alone: all
pods run, and both put them on as many hosts and in the same pattern over zones, where the rules determine that."""
import glob
import os
from collections import Counter

from harness.control_plane import HERE
from harness.load import create_all
from harness.objects import node
from harness.scheduler import configuration, start_kube_scheduler
from harness.wait import expect, until

MANIFESTS = sorted(glob.glob(os.path.join(HERE, "manifests", "charts", "*.yaml")))
ZONE = "topology.kubernetes.io/zone"
WORKERS = {f"worker-{zone}{n}": zone for zone in "abc" for n in (1, 2)}
ZONES = {"control-plane": "a", **WORKERS}
SIZES = ["10Gi"] * 14 + ["40Gi"] * 2  # of each worker's volumes
CONFIG = configuration({"schedulerName": "default-scheduler"})

# workload -> its pods; how many of them in the zones, sorted; on how many hosts. None: left to scores.
EXPECTED = {
    "alertmanager": (3, [1, 1, 1], None),
    "cassandra": (3, [1, 1, 1], 3),
    "coredns": (2, None, None),
    "elasticsearch-data": (3, [1, 1, 1], 3),
    "elasticsearch-master": (3, None, 3),
    "ingress-nginx-controller": (3, [1, 1, 1], 3),
    "ingress-nginx-defaultbackend": (1, [1], 1),
    "kafka-broker": (6, [2, 2, 2], None),
    "node-exporter": (7, [2, 2, 3], 7),
    "postgresql-ha": (3, [1, 1, 1], 3),
    "postgresql-ha-pooler": (2, None, 2),
    "prometheus": (2, None, 2),
    "rabbitmq": (3, [1, 1, 1], 3),
    "redis-master": (1, [1], 1),
    "redis-replicas": (3, None, None),
    "vault": (3, None, 3),
    "vault-agent-injector": (2, None, 2),
}


def run(cluster):
    cluster.plane.start_controller_manager()
    cluster.plane.start_kwok()
    create_all(cluster.api, "/api/v1/nodes", [machine(name, zone) for name, zone in ZONES.items()])
    cluster.api.create("/apis/storage.k8s.io/v1/storageclasses", {
        "metadata": {"name": "local", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
        "provisioner": "kubernetes.io/no-provisioner", "volumeBindingMode": "WaitForFirstConsumer"})

    create_volumes(cluster, "first")
    kube_scheduler = start_kube_scheduler(cluster.plane, CONFIG).wait_ready()
    theirs = install(cluster, "first")
    kube_scheduler.kill()
    cluster.kubectl("delete", "namespace", "first", "--wait=false")
    until(lambda: not pods_of(cluster, "first"), 120, "the pods of the first round do not go")

    create_volumes(cluster, "second")
    cluster.berth(CONFIG)
    ours = install(cluster, "second")
    expect(ours == theirs, f"berth {ours}, kube-scheduler {theirs}")
    return f"{sum(count for count, _, _ in EXPECTED.values())} pods of {len(MANIFESTS)} charts run, placed alike by both"


def machine(name, zone):
    critical = name == "control-plane"
    role = {"node-role.kubernetes.io/control-plane": ""} if critical else {}
    made = node(name, cpu="8", memory="32Gi", labels={ZONE: zone, "kubernetes.io/os": "linux", **role},
                taints=[{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}] if critical else None)
    made["status"]["allocatable"]["ephemeral-storage"] = "100Gi"
    return made


def create_volumes(cluster, round_):
    create_all(cluster.api, "/api/v1/persistentvolumes", [{
        "metadata": {"name": f"{round_}-{worker}-{n}"},
        "spec": {"storageClassName": "local", "capacity": {"storage": size}, "accessModes": ["ReadWriteOnce"],
                 "persistentVolumeReclaimPolicy": "Retain", "local": {"path": f"/mnt/{n}"},
                 "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [
                     {"key": "kubernetes.io/hostname", "operator": "In", "values": [worker]}]}]}}}}
        for worker in WORKERS for n, size in enumerate(SIZES)])


def pods_of(cluster, namespace):
    return cluster.api.get(f"/api/v1/namespaces/{namespace}/pods")["items"]


def workload(pod):
    """The name of its StatefulSet, DaemonSet or Deployment."""
    owner = pod["metadata"]["ownerReferences"][0]
    return owner["name"].rsplit("-", 1)[0] if owner["kind"] == "ReplicaSet" else owner["name"]


def install(cluster, namespace):
    """Installs all ten, waits until every pod runs, and returns where they are as far as rules determine it."""
    cluster.api.create("/api/v1/namespaces", {"metadata": {"name": namespace}})
    for file in MANIFESTS:
        cluster.kubectl("apply", "--namespace", namespace, "--filename", file)

    def running():
        there = Counter(workload(pod) for pod in pods_of(cluster, namespace) if pod["status"].get("phase") == "Running")
        return there == {name: count for name, (count, _, _) in EXPECTED.items()}

    until(running, 240, lambda: f"not all pods run: {waiting(cluster, namespace)}", every=1)
    nodes = {name: [] for name in EXPECTED}
    for pod in pods_of(cluster, namespace):
        nodes[workload(pod)].append(pod["spec"]["nodeName"])
    found = {}
    for name, (count, zones, hosts) in EXPECTED.items():
        found[name] = (len(nodes[name]), zones and sorted(Counter(ZONES[n] for n in nodes[name]).values()),
                       hosts and len(set(nodes[name])))
        expect(found[name] == (count, zones, hosts), f"{name} in {namespace}: {found[name]}, on {nodes[name]}")
    return found


def waiting(cluster, namespace):
    return {pod["metadata"]["name"]: [each.get("message", "") for each in pod["status"].get("conditions", [])
                                      if each["type"] == "PodScheduled"]
            for pod in pods_of(cluster, namespace) if pod["status"].get("phase") != "Running"}
