"""What might happen next: a few changes of objects, each by itself. {"old", "new"}, null where an object comes or goes."""

import copy

from . import nodes, pods, storage


def node_changed(dice, node, features):
    made = copy.deepcopy(node)
    other = nodes.node(dice, int(node["metadata"]["name"][1:]), features)
    what = dice.choice(["labels", "taints", "room", "cordon", "annotations", "features", "nothing"])
    if what == "labels":
        made["metadata"]["labels"] = other["metadata"]["labels"]
    elif what == "taints":
        made["spec"].pop("taints", None)
        if dice.maybe(0.4):
            made["spec"]["taints"] = [nodes.taint(dice)]
    elif what == "room":
        made["status"]["allocatable"] = other["status"]["allocatable"]
    elif what == "cordon":
        made["spec"]["unschedulable"] = not made["spec"].get("unschedulable", False)
    elif what == "annotations":
        made["metadata"]["annotations"] = {"example.com/a": "b"}
    elif what == "features":
        made["status"]["declaredFeatures"] = sorted(dice.some(nodes.DECLARED[2:]))
    return made


def pod_changed(dice, pod):
    made = copy.deepcopy(pod)
    what = dice.choice(["labels", "requests", "phase"])
    if what == "labels":
        made["metadata"]["labels"] = pods.pod_labels(dice)
    elif what == "requests":
        for container in made["spec"]["containers"]:
            container["resources"] = {"requests": {"cpu": dice.choice(["10m", "100m", "1"])}}
    else:
        made["status"].setdefault("conditions", []).append({"type": "Ready", "status": "True"})
    return made


def storage_changed(dice, one):
    made = copy.deepcopy(one)
    kind, spec = one["kind"], made.setdefault("spec", {}) if one["kind"] not in ("StorageClass", "CSIStorageCapacity") else made
    if kind == "PersistentVolume":
        fresh = storage.volume(dice, int(one["metadata"]["name"][3:]))
        made["metadata"]["labels"] = fresh["metadata"]["labels"]
        if dice.maybe(0.5):
            made["spec"] = fresh["spec"]
    elif kind == "PersistentVolumeClaim":
        made["status"] = {"phase": "Bound"}
        spec["volumeName"] = spec.get("volumeName", "pv-000")
        made["metadata"].setdefault("annotations", {})["pv.kubernetes.io/bind-completed"] = "yes"
    elif kind == "StorageClass":
        made["allowedTopologies"] = [{"matchLabelExpressions": [{"key": storage.ZONE, "values": [dice.choice(["z1", "z2"])]}]}]
    elif kind == "CSINode":
        made = storage.csi_node(dice, one["metadata"]["name"])
    elif kind == "CSIDriver":
        spec["storageCapacity"] = not spec.get("storageCapacity", False)
    elif kind == "CSIStorageCapacity":
        made["capacity"] = dice.choice(["1Gi", "10Gi", "200Gi"])
    return made


STORAGE = ("PersistentVolume", "PersistentVolumeClaim", "StorageClass", "CSINode", "CSIDriver", "CSIStorageCapacity", "VolumeAttachment")


def event(dice, machines, running, stored, features):
    kind = dice.weighted((5, "node"), (5, "pod"), (5, "storage"))
    if kind == "storage" and stored:
        one = dice.choice(stored)
        fate = dice.choice(["comes", "goes", "changes"])
        if fate != "changes" or one["kind"] == "VolumeAttachment":
            return {"old": one if fate == "goes" else None, "new": None if fate == "goes" else one}
        return {"old": one, "new": storage_changed(dice, one)}
    if kind == "pod" and running:
        one = dice.choice(running)
        fate = dice.weighted((2, "comes"), (4, "goes"), (4, "changes"))
        if fate != "changes":
            return {"old": one if fate == "goes" else None, "new": None if fate == "goes" else one}
        return {"old": one, "new": pod_changed(dice, one)}
    if not machines or dice.maybe(0.2):
        return {"old": None, "new": nodes.node(dice, 900, features)}
    one = dice.choice(machines)
    if dice.maybe(0.1):
        return {"old": one, "new": None}
    return {"old": one, "new": node_changed(dice, one, features)}


def events(dice, machines, running, items, features):
    stored = [one for one in items if one["kind"] in STORAGE]
    seen = [one for one in running if one["status"].get("phase") not in ("Succeeded", "Failed")]
    return [event(dice, machines, seen, stored, features) for _ in range(4)]
