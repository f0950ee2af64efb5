"""Pods that run and pods that wait."""

from .containers import containers
from .nodes import EFFECTS, TAINT_KEYS
from .selectors import APPS, NAMESPACES, NODE_VALUES, TOPOLOGY_KEYS, label_selector, node_affinity, pod_labels

PRIORITIES = [-5, 0, 0, 0, 10, 10, 100, 1000]
MINUTES = 60


def time(minutes):
    return f"2026-01-01T{minutes // MINUTES:02d}:{minutes % MINUTES:02d}:00Z"


def toleration(dice):
    made = {"operator": dice.weighted((30, "Equal"), (30, "Exists"), (1, "Gt"), (1, "Lt"))}
    if dice.maybe(0.9) or made["operator"] != "Exists":
        made["key"] = dice.choice(TAINT_KEYS + ["node.kubernetes.io/unschedulable"])
    if made["operator"] in ("Gt", "Lt"):  # behind a gate that is off
        made["value"] = "3"
    elif made["operator"] == "Equal":
        made["value"] = dice.choice(["a", "b", "true", ""])
    if dice.maybe(0.7):
        made["effect"] = dice.choice(EFFECTS)
    if made.get("effect") == "NoExecute" and dice.maybe(0.3):
        made["tolerationSeconds"] = 60
    return made


def affinity_term(dice):
    term = {"topologyKey": dice.choice(TOPOLOGY_KEYS)}
    selector = label_selector(dice)
    if selector is not None:
        term["labelSelector"] = selector
    if dice.maybe(0.2):
        term["namespaces"] = dice.sample(NAMESPACES, dice.randint(1, 2))
    if dice.maybe(0.2):
        term["namespaceSelector"] = dice.choice(
            [{}, {"matchLabels": {"env": "d"}}, {"matchExpressions": [{"key": "env", "operator": "NotIn", "values": ["p"]}]}, {"matchLabels": {"none": "x"}}, {"matchLabels": {"kubernetes.io/metadata.name": "prod"}}]
        )
    if dice.maybe(0.08) and selector:
        term[dice.choice(["matchLabelKeys", "mismatchLabelKeys"])] = ["pod-template-hash"]
    return term


def pod_affinity(dice):
    made = {}
    if dice.maybe(0.5):
        made["requiredDuringSchedulingIgnoredDuringExecution"] = [affinity_term(dice) for _ in range(dice.weighted((7, 1), (3, 2)))]
    if dice.maybe(0.6):
        made["preferredDuringSchedulingIgnoredDuringExecution"] = [
            {"weight": dice.choice([1, 10, 99, 100]), "podAffinityTerm": affinity_term(dice)} for _ in range(dice.randint(1, 2))
        ]
    return made


def spread_constraint(dice):
    hard = dice.maybe(0.5)
    made = {
        "maxSkew": dice.weighted((5, 1), (2, 2), (1, 5)),
        "topologyKey": dice.choice(TOPOLOGY_KEYS),
        "whenUnsatisfiable": "DoNotSchedule" if hard else "ScheduleAnyway",
    }
    selector = label_selector(dice)
    if selector is not None:
        made["labelSelector"] = selector
    if hard and dice.maybe(0.25):
        made["minDomains"] = dice.randint(1, 5)
    if dice.maybe(0.25):
        made["nodeAffinityPolicy"] = dice.choice(["Honor", "Ignore"])
    if dice.maybe(0.3):
        made["nodeTaintsPolicy"] = dice.choice(["Honor", "Ignore"])
    if dice.maybe(0.15) and (selector is not None or dice.maybe(0.2)):
        made["matchLabelKeys"] = dice.some(["pod-template-hash", "tier", "none"])
    return made


def rules(dice, features, often):
    """Where the pod may and would like to run."""
    spec = {}
    if dice.maybe(0.35):
        spec["tolerations"] = [toleration(dice) for _ in range(dice.randint(1, 3))]
    if "node-affinity" in features and dice.maybe(0.3 * often):
        key = dice.choice(list(NODE_VALUES))
        spec["nodeSelector"] = {key: dice.choice(NODE_VALUES[key])}
        if dice.maybe(0.2):
            spec["nodeSelector"]["kubernetes.io/os"] = "linux"
    affinity = {}
    if "node-affinity" in features and dice.maybe(0.5 * often):
        affinity["nodeAffinity"] = node_affinity(dice)
    if "pod-affinity" in features and dice.maybe(0.5 * often):
        affinity["podAffinity"] = pod_affinity(dice)
    if "pod-affinity" in features and dice.maybe(0.5 * often):
        affinity["podAntiAffinity"] = pod_affinity(dice)
    if affinity:
        spec["affinity"] = affinity
    if "spread" in features and dice.maybe(0.7 * often):
        constraints = [spread_constraint(dice) for _ in range(dice.weighted((6, 1), (3, 2), (1, 3)))]
        unique = {(c["topologyKey"], c["whenUnsatisfiable"]): c for c in constraints}
        spec["topologySpreadConstraints"] = list(unique.values())
    return spec


def owner(dice, namespace, labels):
    kind, api = dice.choice([("ReplicaSet", "apps/v1"), ("StatefulSet", "apps/v1"), ("ReplicationController", "v1"), ("Job", "batch/v1")])
    name = f"{kind.lower()}-{labels.get('app', dice.choice(APPS))}"
    return {"apiVersion": api, "kind": kind, "name": name, "uid": f"{namespace}-{name}", "controller": dice.maybe(0.9)}


def needs_features(dice, spec):
    """What only a node can run that declares the feature."""
    container = dice.choice(spec["containers"] + spec.get("initContainers", []))
    kind = dice.randint(0, 3)
    if kind == 0:
        action = dice.choice(["RestartAllContainers", "RestartAllContainers", "Restart"])
        container["restartPolicyRules"] = [{"action": action, "exitCodes": {"operator": "In", "values": [42]}}]
    elif kind == 1:
        spec["hostNetwork"] = True
        spec["hostUsers"] = dice.maybe(0.2)
    elif kind == 2:
        spec.setdefault("volumes", []).append({"name": "scratch", "emptyDir": {}})
        container["volumeMounts"] = [{"name": "scratch", "mountPath": "/scratch", "bindMountOptions": ["noexec"]}]


def image_volume(dice, spec):
    reference = dice.choice(["nginx:1.27", "redis:7", "docker.io/library/bigmodel:v2", "unknown:1"])
    spec.setdefault("volumes", []).append({"name": "image", "image": {"reference": reference}})


def pod(dice, name, features, waits):
    labels = pod_labels(dice)
    namespace = dice.choice(NAMESPACES) if dice.maybe(0.98) else "unknown"
    metadata = {
        "name": name,
        "namespace": namespace,
        "uid": name,
        "creationTimestamp": time(dice.randint(0, 30)),
    }
    if labels:
        metadata["labels"] = labels
    if "workloads" in features and dice.maybe(0.6):
        metadata["ownerReferences"] = [owner(dice, namespace, labels)]
    spec = {"schedulerName": "default-scheduler", **containers(dice, features, big=waits and "preemption" in features and dice.maybe(0.5))}
    if waits and "declared" in features and dice.maybe(0.5):
        needs_features(dice, spec)
    if "images" in features and dice.maybe(0.1):
        image_volume(dice, spec)
    spec["priority"] = dice.choice(PRIORITIES)
    if waits and "preemption" in features:
        spec["priority"] = dice.choice([100, 1000, 10, 2000000000])
        if dice.maybe(0.08):
            spec["preemptionPolicy"] = "Never"
    if dice.maybe(0.03):
        del spec["priority"]
    spec.update(rules(dice, features, 1.0 if waits else 0.5))
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": {}}


def resized(dice, made):
    """In the midst of a resize: status says other amounts than the spec."""
    for kind, of in (("containers", "containerStatuses"), ("initContainers", "initContainerStatuses")):
        if made["spec"].get(kind) and (kind == "containers" or dice.maybe(0.5)):
            made["status"][of] = statuses_of(dice, made["spec"][kind])
    if dice.maybe(0.3):  # of the pod as a whole
        if dice.maybe(0.8):
            made["status"]["allocatedResources"] = {"cpu": dice.choice(["100m", "1", "3"]), "memory": "512Mi"}
        if dice.maybe(0.8):
            made["status"]["resources"] = {"requests": {"cpu": dice.choice(["50m", "2"]), "memory": "1Gi"}}
    if dice.maybe(0.4):
        condition = {"type": "PodResizePending", "status": "True", "reason": dice.choice(["Infeasible", "Deferred"])}
        made["status"].setdefault("conditions", []).append(condition)


def statuses_of(dice, containers):
    statuses = []
    for container in containers:
        if dice.maybe(0.05):
            continue
        status = {"name": container["name"], "ready": True, "restartCount": 0, "image": container["image"], "imageID": ""}
        if dice.maybe(0.7):
            status["allocatedResources"] = {"cpu": dice.choice(["100m", "1"]), "memory": "256Mi"}
        if dice.maybe(0.7):
            status["resources"] = {"requests": {"cpu": dice.choice(["50m", "2"]), "memory": "128Mi"}}
        statuses.append(status)
    return statuses


def running(dice, number, node, features):
    made = pod(dice, f"run-{number:03d}", features, waits=False)
    made["spec"]["nodeName"] = node
    made["status"] = {"phase": "Running", "startTime": time(dice.randint(0, 120))}
    if dice.maybe(0.05):
        made["status"] = {"phase": "Pending"}
    if dice.maybe(0.02):
        made["status"]["phase"] = dice.choice(["Succeeded", "Failed"])
    if dice.maybe(0.06):
        made["metadata"]["deletionTimestamp"] = time(130)
        made["metadata"]["deletionGracePeriodSeconds"] = 30
        if dice.maybe(0.5):
            made["status"]["conditions"] = [
                {"type": "DisruptionTarget", "status": "True", "reason": dice.choice(["PreemptionByScheduler", "EvictionByEvictionAPI"])}
            ]
    if "resize" in features and "overhead" not in made["spec"] and dice.maybe(0.3):
        resized(dice, made)
    return made


def crowding(dice, number, node, features):
    """One of many that are alike to preemption: more than a dozen on a node, which Go sorts otherwise than fewer."""
    made = running(dice, number, node, features - {"resize", "overhead", "pod-level", "init"})
    made["spec"]["containers"] = [{"name": "c", "image": "nginx", "resources": {"requests": {"cpu": dice.choice(["20m", "50m", "100m"])}}}]
    made["spec"]["priority"] = dice.choice([0, 0, 10])
    if "startTime" in made["status"]:
        made["status"]["startTime"] = time(dice.choice([0, 0, 30, 31]))
    return made


def waiting(dice, number, nodes, features):
    made = pod(dice, f"new-{number:03d}", features, waits=True)
    made["status"] = {"phase": "Pending"}
    if "nominations" in features and dice.maybe(0.4):
        made["status"]["nominatedNodeName"] = dice.choice(nodes + ["gone"]) if nodes else "gone"
    if dice.maybe(0.02):
        made["spec"]["schedulingGates"] = [{"name": "example.com/gate"}]
    if dice.maybe(0.01):
        made["metadata"]["deletionTimestamp"] = time(130)
    return made
