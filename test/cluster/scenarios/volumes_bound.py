"""Claims that wait for their first consumer are bound end to end, by berth and kube-controller-manager's volume controller:
a local volume, the smallest that will do, and the pod on its node. A provisioner that never answers costs only the pods
that wait for it: others are bound meanwhile, and after bindTimeoutSeconds the pod's event says so."""
from harness.objects import pod
from harness.scheduler import configuration
from harness.wait import expect, until

STUCK = 100
TIMEOUT = 20
CONFIG = configuration({"schedulerName": "berth", "pluginConfig": [
    {"name": "VolumeBinding", "args": {"bindTimeoutSeconds": TIMEOUT}}]})
LATE = 'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded'


def storage_class(name, provisioner):
    return {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": name},
            "provisioner": provisioner, "volumeBindingMode": "WaitForFirstConsumer"}


def local_volume(name, node, size):
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": {
        "storageClassName": "local", "capacity": {"storage": size}, "accessModes": ["ReadWriteOnce"],
        "local": {"path": f"/mnt/{name}"}, "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [
            {"key": "kubernetes.io/hostname", "operator": "In", "values": [node]}]}]}}}}


def claim(name, storage, size="1Gi"):
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name, "namespace": "default"}, "spec": {
        "storageClassName": storage, "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}}


def with_claim(name, of):
    return pod(name, volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": of}}])


CLAIMS = "/api/v1/namespaces/default/persistentvolumeclaims"


def run(cluster):
    cluster.plane.start_controller_manager()
    for name in ("node-a", "node-b", "node-c"):
        cluster.nodes(name, labels={"kubernetes.io/hostname": name})
    api = cluster.api
    api.create("/apis/storage.k8s.io/v1/storageclasses", storage_class("local", "kubernetes.io/no-provisioner"))
    api.create("/apis/storage.k8s.io/v1/storageclasses", storage_class("stuck", "nobody.example.com"))
    for volume in (local_volume("large", "node-b", "5Gi"), local_volume("small", "node-b", "2Gi")):
        api.create("/api/v1/persistentvolumes", volume)
    until(lambda: all(api.get(f"/api/v1/persistentvolumes/{v}")["status"].get("phase") == "Available" for v in ("large", "small")),
          30, "the volume controller does not look at volumes")
    cluster.berth(config=CONFIG)

    api.create(CLAIMS, claim("data", "local"))
    cluster.pods([with_claim("web", "data")])
    expect(cluster.wait_bound("web", 30) == "node-b", "the pod is not where its volume is")
    bound = api.get(f"{CLAIMS}/data")
    expect(bound["spec"].get("volumeName") == "small" and bound["status"]["phase"] == "Bound", f"the claim is {bound}")

    for n in range(STUCK):
        api.create(CLAIMS, claim(f"stuck-{n}", "stuck"))
    cluster.pods([with_claim(f"waits-{n}", f"stuck-{n}") for n in range(STUCK)])
    selected = "volume.kubernetes.io/selected-node"
    until(lambda: all(selected in c["metadata"].get("annotations", {}) for c in api.get(CLAIMS)["items"]
                      if c["metadata"]["name"].startswith("stuck-")), 30, "a claim has no selected node")
    cluster.pods([pod(f"plain-{n}") for n in range(20)])
    for n in range(20):
        cluster.wait_bound(f"plain-{n}", 5)
    cluster.wait_event("waits-0", LATE, TIMEOUT + 20)
    expect(not cluster.node_of("waits-0"), "a pod was bound without its volume")
    return f"a local volume bound; {STUCK} pods wait for a provisioner that never answers, 20 others are bound meanwhile"
