"""What all tables of upstream's tests share: objects without noise, and pods with names."""

POD = ("metadata", "spec", "status")


def without_noise(value):
    """Without what Go writes for fields that are not set. The namespace without a name is "default" here."""
    if isinstance(value, dict):
        if isinstance(value.get("namespaces"), list):
            value = {**value, "namespaces": [name or "default" for name in value["namespaces"]]}
        return {k: w for k, v in value.items() if (w := without_noise(v)) not in (None, {}, [])
                or k in ("labelSelector", "namespaceSelector", "selector") and v is not None}
    if isinstance(value, list):
        return [without_noise(v) for v in value]
    return value


def named(pod, name):
    """Pods of the tables often have neither name nor uid; here all need both."""
    if pod is None:
        return None
    pod = without_noise({k: pod[k] for k in POD if k in pod})
    meta = pod.setdefault("metadata", {})
    meta.setdefault("name", name)
    meta.setdefault("uid", meta["name"] if name == "pod" else name)
    return pod
