"""What is measured: so many pods on so many nodes, all of a kind or no two alike."""
from dataclasses import dataclass

from harness.objects import node, pod


@dataclass(frozen=True)
class Workload:
    title: str
    nodes: int
    pods: int
    rounds: int
    schedulers: tuple
    distinct: bool = False

    def make_nodes(self):
        return [node(f"node-{n:05}", cpu="4", memory="32Gi") for n in range(self.nodes)]

    def make_pods(self):
        """scheduler_perf's pod: 100m CPU, 500Mi. Where no two are alike, each asks for a little more than the one before."""
        for n in range(self.pods):
            yield pod(f"pod-{n:05}", cpu="100m", memory=f"{500 * 1024 + n}Ki" if self.distinct else "500Mi")


ALL = ("berth", "kube-scheduler", "null")
WORKLOADS = (
    Workload("1,000 nodes", 1000, 5000, 3, ALL),
    Workload("5,000 nodes", 5000, 5000, 2, ALL),
    Workload("5,000 nodes, no two pods alike", 5000, 5000, 1, ("berth", "kube-scheduler"), distinct=True),
)
