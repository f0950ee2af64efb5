"""Nodes and pods as the scenarios need them, and how a quantity reads."""

UNITS = {"Ki": 1024, "Mi": 1024**2, "Gi": 1024**3, "Ti": 1024**4, "k": 1000, "M": 1000**2, "G": 1000**3, "": 1}


def quantity(text, scale=1):
    """"500m" at scale 1000 is 500; "2Gi" is bytes. Only the forms the scenarios and charts write."""
    text = str(text)
    if text.endswith("m"):
        return int(text[:-1]) * scale // 1000
    number = text.rstrip("KMGTik")
    return int(number) * UNITS[text[len(number):]] * scale


def node(name, cpu="8", memory="32Gi", pods="110", labels=None, taints=None, unschedulable=False):
    room = {"cpu": cpu, "memory": memory, "pods": pods}
    spec = {"taints": taints or []}
    if unschedulable:
        spec["unschedulable"] = True
    return {
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, **(labels or {})}},
        "spec": spec,
        "status": {"capacity": room, "allocatable": room, "conditions": [{"type": "Ready", "status": "True"}]},
    }


def pod(name, cpu="100m", memory="128Mi", namespace="default", scheduler="berth", **spec):
    requests = {key: value for key, value in {"cpu": cpu, "memory": memory}.items() if value}
    return {
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": {"app": name.rsplit("-", 1)[0]}},
        "spec": {
            "schedulerName": scheduler,
            "containers": [{"name": "main", "image": "nginx", "resources": {"requests": requests}}],
            **spec,
        },
    }


def key(object_):
    return f"{object_['metadata']['namespace']}/{object_['metadata']['name']}"


def scheduled(pod_):
    """The PodScheduled condition, or an empty one."""
    for condition in pod_.get("status", {}).get("conditions", []):
        if condition["type"] == "PodScheduled":
            return condition
    return {}
