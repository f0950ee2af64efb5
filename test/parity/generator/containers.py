"""Containers and what they ask for."""

from .nodes import IMAGES

IMAGE_NAMES = [name for names, _ in IMAGES for name in names] + ["nginx", "registry.k8s.io/app", "tiny", "unknown:1"]


def requests(dice, big=False):
    made = {}
    if dice.maybe(0.8):
        made["cpu"] = dice.choice(["1", "1500m", "2", "3"] if big else ["0", "50m", "100m", "250m", "500m", "1", "0.1"])
    if dice.maybe(0.7):
        made["memory"] = dice.choice(["1Gi", "2Gi", "3Gi"] if big else ["0", "64Mi", "128Mi", "200M", "1Gi"])
    if dice.maybe(0.04):  # amounts as nobody writes them, and as an API server takes them
        name = dice.choice(["cpu", "memory"])
        huge = ["1Ei"] if name == "memory" else []  # sums beyond 2^63 are reckoned otherwise: docs/parity.md
        made[name] = dice.choice(["1e-1", "0.0005", "150000n", "1.5", "12e2", "1.5Gi", "0.1Mi", *huge])
    if dice.maybe(0.12):
        made["ephemeral-storage"] = dice.choice(["1Gi", "15Gi", "50Gi"])
    if dice.maybe(0.12):
        made["example.com/gpu"] = dice.choice(["0", "1", "2"])
    if dice.maybe(0.05):
        made["example.com/license"] = "1"
    if dice.maybe(0.04):
        made["hugepages-2Mi"] = dice.choice(["2Mi", "512Mi"])
    return made


def resources(dice, big=False):
    made = {}
    asked = requests(dice, big)
    fixed = {k: v for k, v in asked.items() if "/" in k or k.startswith("huge")}  # must be limits too, and equal
    if asked:
        made["requests"] = asked
    if fixed or dice.maybe(0.2):
        made["limits"] = dict(asked if dice.maybe(0.5) else fixed)
        if dice.maybe(0.3):
            made.pop("requests", None)  # defaults to the limits
    return made


def port(dice, number):
    made = {"containerPort": dice.choice([80, 8080, 9000 + number])}
    if dice.maybe(0.7):
        made["hostPort"] = dice.choice([80, 8080, 9000])
        made["hostIP"] = dice.weighted((5, ""), (2, "127.0.0.1"), (1, "0.0.0.0"), (1, "10.0.0.1"))
        if not made["hostIP"]:
            del made["hostIP"]
    if dice.maybe(0.4):
        made["protocol"] = dice.choice(["TCP", "UDP", "SCTP"])
    return made


def container(dice, name, features, big=False):
    made = {"name": name, "image": dice.choice(IMAGE_NAMES), "resources": resources(dice, big)}
    if "ports" in features and dice.maybe(0.4):
        made["ports"] = [port(dice, number) for number in range(dice.randint(1, 2))]
    return made


def containers(dice, features, big=False):
    """The fields of a pod's spec that are about containers."""
    spec = {"containers": [container(dice, f"c{i}", features, big) for i in range(dice.weighted((7, 1), (2, 2), (1, 3)))]}
    if "init" in features and dice.maybe(0.35):
        spec["initContainers"] = []
        for i in range(dice.randint(1, 3)):
            made = container(dice, f"i{i}", features, big and dice.maybe(0.3))
            if dice.maybe(0.4):
                made["restartPolicy"] = "Always"
            spec["initContainers"].append(made)
    if "overhead" in features and dice.maybe(0.3):
        spec["overhead"] = {"cpu": dice.choice(["100m", "1"]), "memory": "32Mi"}
    if "pod-level" in features and dice.maybe(0.4):
        level = {k: v for k, v in requests(dice, True).items() if k in ("cpu", "memory")}
        spec["resources"] = {dice.choice(["requests", "limits"]): level}
    if dice.maybe(0.05):
        spec["hostNetwork"] = True
    return spec
