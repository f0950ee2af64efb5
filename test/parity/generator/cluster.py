"""A random cluster and the pods to judge, by seed.

A cluster has some of the FEATURES, so that each is met alone and with any other. "only" names those that it has for
certain; others that the same plugins read come with them by chance.
"""

from . import nodes, pods, workloads
from .configuration import configuration
from .dice import Dice
from .events import events
from .storage import Store

FEATURES = {
    "node-affinity": 0.5,
    "pod-affinity": 0.3,
    "spread": 0.3,
    "workloads": 0.3,
    "volumes": 0.25,
    "preemption": 0.35,
    "budgets": 0.25,
    "nominations": 0.15,
    "ports": 0.3,
    "images": 0.5,
    "init": 0.4,
    "overhead": 0.3,
    "pod-level": 0.15,
    "resize": 0.15,
    "declared": 0.15,
    "tight": 0.3,
    "crowded": 0.08,
    "configuration": 0.4,
}
# Whoever asks for these alone gets neither of the others: they decide which plugins are asked at all.
ALONE = ["pod-affinity", "spread", "volumes", "workloads", "nominations"]


def features_of(dice, only):
    if not only:
        drawn = {name for name, probability in FEATURES.items() if dice.maybe(probability)}
        return drawn | {"preemption", "tight"} if "crowded" in drawn else drawn
    chosen = {name for name, probability in FEATURES.items() if name not in ALONE and dice.maybe(probability)}
    return chosen.difference(ALONE) | set(only)


def size(dice, largest):
    drawn = dice.weighted((60, dice.randint(1, 8)), (28, dice.randint(9, 30)), (10, dice.randint(31, 100)), (2, dice.randint(101, 300)), (1, 0))
    return min(drawn, largest)


def namespaces():
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name, "env": env}}}
        for name, env in [("default", "d"), ("prod", "p"), ("dev", "d")]
    ]


def cluster(seed, only=(), largest=300):
    """{"config", "cluster", "events"}, the question that oracle and berth are asked."""
    dice = Dice(seed)
    features = features_of(dice, only)
    count = size(dice, largest)
    machines = [nodes.node(dice, number, features) for number in range(count)]
    names = [machine["metadata"]["name"] for machine in machines]
    running = []
    for name in names + (["ghost"] if dice.maybe(0.2) else []):
        for _ in range(dice.randint(0, 5 if count < 40 else 2)):
            running.append(pods.running(dice, len(running), name, features))
    if "crowded" in features and count < 13:
        for name in dice.some(names, 4):
            for _ in range(dice.randint(10, 40)):
                running.append(pods.crowding(dice, len(running), name, features))
    waiting = [pods.waiting(dice, number, names, features) for number in range(dice.randint(1, 12 if count < 40 else 4))]
    items = namespaces() + machines
    if "volumes" in features:
        store = Store(dice, names)
        for pod in running:
            store.add_to(pod, runs=True)
        for pod in waiting:
            store.add_to(pod, runs=False)
        items += store.all()
    if "workloads" in features:
        items += workloads.services(dice) + workloads.controllers(dice)
    if "budgets" in features:
        items += workloads.budgets(dice, running)
    config = configuration(dice) if "configuration" in features else None
    for pod in waiting:
        if config and len(config["profiles"]) > 1 and dice.maybe(0.4):
            pod["spec"]["schedulerName"] = "second"
        if dice.maybe(0.01):
            pod["spec"]["schedulerName"] = "foreign"
    items += running + waiting
    next_events = events(dice, machines, running, items, features)
    return {"config": config, "cluster": {"apiVersion": "v1", "kind": "List", "items": items}, "events": next_events}
