"""What selects pods: services, controllers, disruption budgets."""

from .selectors import APPS, NAMESPACES, label_selector


def services(dice):
    made = []
    for number in range(dice.randint(0, 5)):
        one = {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": f"svc-{number}", "namespace": dice.choice(NAMESPACES)},
            "spec": {"ports": [{"port": 80}]},
        }
        if dice.maybe(0.9):
            one["spec"]["selector"] = {"app": dice.choice(APPS)}
            if dice.maybe(0.2):
                one["spec"]["selector"]["tier"] = "web"
        made.append(one)
    return made


def controllers(dice):
    made = []
    for namespace in NAMESPACES:
        for app in APPS:
            for kind in dice.some(["ReplicaSet", "StatefulSet", "ReplicationController"], 2):
                selector = {"app": app} if kind == "ReplicationController" else {"matchLabels": {"app": app}}
                if kind != "ReplicationController" and dice.maybe(0.2):
                    selector = label_selector(dice) or {}
                name = f"{kind.lower()}-{app}"
                template = {"metadata": {"labels": {"app": app}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
                one = {
                    "apiVersion": "v1" if kind == "ReplicationController" else "apps/v1",
                    "kind": kind,
                    "metadata": {"name": name, "namespace": namespace, "uid": f"{namespace}-{name}"},
                    "spec": {"replicas": 3, "selector": selector, "template": template},
                }
                made.append(one)
    return made


def budgets(dice, pods):
    made = []
    for number in range(dice.randint(0, 4)):
        status = {"disruptionsAllowed": dice.choice([0, 0, 1, 2]), "currentHealthy": 3, "desiredHealthy": 2, "expectedPods": 3}
        if dice.maybe(0.15) and pods:
            status["disruptedPods"] = {dice.choice(pods)["metadata"]["name"]: "2026-01-01T01:00:00Z"}
        one = {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": {"name": f"pdb-{number}", "namespace": dice.choice(NAMESPACES)},
            "spec": {"minAvailable": 1},
            "status": status,
        }
        selector = label_selector(dice)
        if selector is not None:
            one["spec"]["selector"] = selector
        made.append(one)
    return made
