"""Nodes: labels, taints, room, images."""

from .selectors import HOST, RACK, REGION, ZONE

IMAGES = [
    (["docker.io/library/nginx:1.27", "nginx:1.27"], 196083712),
    (["docker.io/library/redis:7", "redis:7"], 122683392),
    (["docker.io/library/pause:3.10", "pause:3.10"], 716800),
    (["docker.io/library/postgres:16", "postgres:16"], 450887680),
    (["docker.io/library/bigmodel:v2", "bigmodel:v2"], 3221225472),
    (["registry.k8s.io/app:latest", "registry.k8s.io/app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"], 90000000),
    (["tiny:latest"], 23 * 1024 * 1024),
]

TAINT_KEYS = ["dedicated", "gpu", "spot", "node.kubernetes.io/not-ready", "node.kubernetes.io/disk-pressure"]
EFFECTS = ["NoSchedule", "NoExecute", "PreferNoSchedule"]


def taint(dice):
    made = {"key": dice.choice(TAINT_KEYS), "effect": dice.choice(EFFECTS)}
    if dice.maybe(0.6):
        made["value"] = dice.choice(["a", "b", "true", "5"])
    return made


def labels(dice, name, features):
    made = {"kubernetes.io/os": "linux", "size": dice.weighted((30, str(dice.randint(0, 9))), (1, "big"), (1, "05"))}
    if dice.maybe(0.96):
        made[HOST] = name if dice.maybe(0.95) else "n000"
    if dice.maybe(0.85):
        made[ZONE] = dice.choice(["z1", "z2", "z3"]) if dice.maybe(0.95) else dice.choice(["z4", ""])
    if dice.maybe(0.5):
        made[REGION] = dice.choice(["r1", "r2"])
    if dice.maybe(0.5):
        made["disktype"] = dice.choice(["ssd", "hdd"])
    if dice.maybe(0.2):
        made["cpu"] = "true"
    if dice.maybe(0.3):
        made[RACK] = dice.choice(["k1", "k2", "k3", "k4", "k5"])
    if dice.maybe(0.05):
        made["empty"] = ""
    if "volumes" in features and dice.maybe(0.2):
        made["failure-domain.beta.kubernetes.io/zone"] = dice.choice(["z1", "z2"])
    if "volumes" in features and dice.maybe(0.4):  # by which drivers of migrated plugins go
        for key in ["topology.ebs.csi.aws.com/zone", "topology.gke.io/zone", "topology.disk.csi.azure.com/zone", "topology.cinder.csi.openstack.org/zone"]:
            if dice.maybe(0.7):
                made[key] = made.get(ZONE, "z1")
    return made


def room(dice, small):
    made = {
        "cpu": dice.choice(["1", "2", "2", "3900m", "4", "8", "16", "7.91"]) if not small else dice.choice(["1", "2", "1500m"]),
        "memory": dice.choice(["2Gi", "4Gi", "7950Mi", "8Gi", "64Gi", "16000000k", "3.5Gi"]),
        "pods": dice.weighted((6, "110"), (2, "20"), (2, "5"), (1, "2")),
        "ephemeral-storage": dice.choice(["20Gi", "100Gi"]),
    }
    if dice.maybe(0.25):
        made["example.com/gpu"] = dice.choice(["0", "1", "4", "8"])
    if dice.maybe(0.15):
        made["example.com/license"] = "2"
    if dice.maybe(0.15):
        made["hugepages-2Mi"] = dice.choice(["0", "1Gi"])
    if dice.maybe(0.03):
        del made[dice.choice(list(made))]
    return made


DECLARED = [
    "DRANodeAllocatableResources",
    "FutureFeature",
    "GuaranteedQoSPodCPUResize",
    "RestartAllContainersOnContainerExits",
    "UserNamespacesHostNetworkSupport",
    "VolumeBindMountOptions",
]


def node(dice, number, features):
    name = f"n{number:03d}"
    allocatable = room(dice, "tight" in features)
    capacity = dict(allocatable)
    spec = {}
    if dice.maybe(0.35):
        spec["taints"] = [taint(dice) for _ in range(dice.randint(1, 2))]
        keys = [(t["key"], t["effect"]) for t in spec["taints"]]
        if len(set(keys)) < len(keys):
            spec["taints"].pop()
    if dice.maybe(0.07):
        spec["unschedulable"] = True
        if dice.maybe(0.7):
            spec.setdefault("taints", []).append({"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"})
    status = {"capacity": capacity, "allocatable": allocatable, "conditions": [{"type": "Ready", "status": "True"}]}
    if "images" in features:
        status["images"] = [{"names": names, "sizeBytes": size} for names, size in dice.some(IMAGES)]
    if "declared" in features and dice.maybe(0.5):
        status["declaredFeatures"] = dice.some(DECLARED)
        if dice.maybe(0.9):  # of others some names are not seen
            status["declaredFeatures"].sort()
    metadata = {"name": name, "labels": labels(dice, name, features)}
    if dice.maybe(0.02):
        metadata["annotations"] = {
            "scheduler.alpha.kubernetes.io/preferAvoidPods": "{}",
        }
    return {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": spec, "status": status}
