"""What is measured end to end: the workloads of the benchmark of decisions (test/bench/decisions), as a real API server takes
them, on clusters of 1,000 and of 5,000 nodes."""
import os
import sys
from dataclasses import dataclass, field

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "bench", "decisions"))

import workloads as decisions  # noqa: E402

NAMES = decisions.NAMES
MEASURED = "measured"  # the label of the pods that are decided, which the observer and the sweeping go by
NEVER_BOUND = ("fits nowhere",)
# No two pods of these share a node: so many nodes are left for them.
ONE_PER_NODE = ("pod anti-affinity", "anti-affinity by namespace selector")
# Each pod of these leaves a nomination, and is judged beside those of all others.
AT_MOST = {"preemption": 500}
ALL = ("berth", "kube-scheduler", "null")


@dataclass(frozen=True)
class Workload:
    name: str
    nodes: int
    pods: int
    rounds: int

    @property
    def title(self):
        return f"{self.name}, {self.nodes:,} nodes"

    @property
    def schedulers(self):
        """The null scheduler, which looks at nothing, tells something where everything fits."""
        return ALL if self.name == "basic" else ALL[:2]

    @property
    def bound(self):
        """How many of the pods find a node."""
        return 0 if self.name in NEVER_BOUND else self.pods


@dataclass
class Objects:
    """What a workload consists of, in the order in which it must be there."""
    nodes: list = field(default_factory=list)
    storage: list = field(default_factory=list)
    placed: list = field(default_factory=list)
    waiting: list = field(default_factory=list)


def chosen(names=None, nodes=None, pods=None, rounds=None):
    """The workloads of a run; what is not given is as `make bench` has it: 5,000 pods that ask for nothing else on 1,000 nodes,
    which is what the rate and the memory are held to, and every workload on 5,000."""
    found = []
    for size in [nodes] if nodes else [1000, 5000]:
        for name in names or (NAMES if nodes or size == 5000 else ["basic"]):
            count = pods or (5000 if name == "basic" and size == 1000 else 2000)
            found.append(Workload(name, size, room_for(name, size, count), rounds or (2 if name in ("basic", "spreading") else 1)))
    return found


def room_for(name, nodes, pods):
    pods = min(pods, AT_MOST.get(name, pods))
    return min(pods, nodes - len(objects(Workload(name, nodes, 0, 0)).placed)) if name in ONE_PER_NODE else pods


def objects(workload):
    made = Objects()
    for item in decisions.objects(workload.name, workload.nodes, workload.pods):
        kind = item["kind"]
        if kind == "Node":
            made.nodes.append(item)
        elif kind == "Pod" and "nodeName" in item["spec"]:
            made.placed.append(live(item))
        elif kind == "Pod":
            made.waiting.append(live(item, MEASURED))
        elif kind != "Namespace":
            made.storage.append(item)
    return made


def live(pod, *marks):
    """The pod as an API server takes it: a class instead of a priority, and, as there is no kubelet to end it, no grace."""
    spec = {key: value for key, value in pod["spec"].items() if key != "priority"}
    spec |= {"schedulerName": "berth", "terminationGracePeriodSeconds": 0, "automountServiceAccountToken": False}
    if pod["spec"]["priority"]:
        spec["priorityClassName"] = priority_class(pod["spec"]["priority"])
    metadata = {key: value for key, value in pod["metadata"].items() if key != "uid"}
    metadata["labels"] = {**metadata["labels"], **{mark: "yes" for mark in marks}}
    return {**pod, "metadata": metadata, "spec": spec}


def priority_class(value):
    return f"priority-{value}"


def priority_classes():
    return [{"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": priority_class(value)}, "value": value}
            for value in (1, 2, 3, 4, 100)]
