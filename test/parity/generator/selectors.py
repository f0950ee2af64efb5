"""Labels and what selects them. Few values, so that rules meet what they name."""

ZONE = "topology.kubernetes.io/zone"
REGION = "topology.kubernetes.io/region"
HOST = "kubernetes.io/hostname"
RACK = "example.com/rack"
TOPOLOGY_KEYS = [ZONE, ZONE, ZONE, HOST, HOST, REGION, RACK, "example.com/none"]

APPS = ["a", "b", "c"]
TIERS = ["web", "db"]
NAMESPACES = ["default", "prod", "dev"]


def pod_labels(dice):
    labels = {}
    if dice.maybe(0.9):
        labels["app"] = dice.choice(APPS)
    if dice.maybe(0.5):
        labels["tier"] = dice.choice(TIERS)
    if dice.maybe(0.15):
        labels["pod-template-hash"] = dice.choice(["h1", "h2"])
    if dice.maybe(0.1):
        labels["empty"] = ""
    return labels


def requirement(dice):
    operator = dice.choice(["In", "In", "NotIn", "Exists", "DoesNotExist"])
    key, values = dice.choice([("app", APPS), ("tier", TIERS), ("pod-template-hash", ["h1", "h2"]), ("none", ["x"]), ("empty", [""])])
    one = {"key": key, "operator": operator}
    if operator in ("In", "NotIn"):
        one["values"] = dice.sample(values, dice.randint(1, len(values)))
        if dice.maybe(0.005):
            one["values"] = dice.choice([["no label!"], []])  # selectors that do not parse
    return one


def label_selector(dice):
    """A LabelSelector; None stands for one that is absent."""
    kind = dice.weighted((50, "labels"), (25, "expressions"), (10, "both"), (10, "empty"), (5, "absent"))
    if kind == "absent":
        return None
    selector = {}
    if kind in ("labels", "both"):
        selector["matchLabels"] = {"app": dice.choice(APPS)}
        if dice.maybe(0.2):
            selector["matchLabels"]["tier"] = dice.choice(TIERS)
    if kind in ("expressions", "both"):
        selector["matchExpressions"] = [requirement(dice) for _ in range(dice.randint(1, 2))]
    return selector


NODE_VALUES = {
    "size": [str(n) for n in range(10)],
    "disktype": ["ssd", "hdd"],
    "cpu": ["true"],
    ZONE: ["z1", "z2", "z3", "z4"],
    REGION: ["r1", "r2"],
    HOST: ["n000", "n001", "n002"],
    "kubernetes.io/os": ["linux"],
    "none": ["x"],
    "empty": [""],
}


def node_requirement(dice):
    key = dice.choice(list(NODE_VALUES))
    operator = dice.choice(["In", "In", "In", "NotIn", "Exists", "DoesNotExist"])
    if key == "size" and dice.maybe(0.6):
        operator = dice.choice(["Gt", "Lt"])
    one = {"key": key, "operator": operator}
    if operator in ("In", "NotIn"):
        one["values"] = dice.sample(NODE_VALUES[key], dice.randint(1, len(NODE_VALUES[key])))
    if operator in ("Gt", "Lt"):
        one["values"] = [dice.weighted((95, str(dice.randint(0, 9))), (3, "-1"), (2, "150.1"))]
    return one


def field_requirement(dice):
    return {"key": "metadata.name", "operator": dice.weighted((4, "In"), (1, "NotIn")), "values": [dice.choice(["n000", "n001", "n002", "gone"])]}


def node_term(dice, never_empty=False):
    term = {}
    if dice.maybe(0.85) or never_empty:
        term["matchExpressions"] = [node_requirement(dice) for _ in range(dice.weighted((6, 1), (3, 2), (1, 3)))]
    if dice.maybe(0.12):
        term["matchFields"] = [field_requirement(dice)]
    return term


def node_affinity(dice):
    affinity = {}
    if dice.maybe(0.55):
        terms = [node_term(dice) for _ in range(dice.weighted((6, 1), (3, 2), (1, 3)))]
        affinity["requiredDuringSchedulingIgnoredDuringExecution"] = {"nodeSelectorTerms": terms}
    if dice.maybe(0.6):
        affinity["preferredDuringSchedulingIgnoredDuringExecution"] = [
            {"weight": dice.choice([1, 2, 50, 99, 100]), "preference": node_term(dice)} for _ in range(dice.randint(1, 3))
        ]
    return affinity
