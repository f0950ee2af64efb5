"""What the figures are held to. A run says of each goal whether it holds, and exits with 1 where one does not."""
from dataclasses import dataclass
from statistics import median

# Workloads whose pods are bound as fast as those that ask for nothing.
AS_FAST_AS_BASIC = ("spreading", "pod affinity", "pod anti-affinity", "mixed")
CPU_SHARES = {"basic": 1 / 10, "spreading": 1 / 20}


@dataclass(frozen=True)
class Goal:
    what: str
    measured: float
    at_most: float = float("inf")
    at_least: float = float("-inf")
    unit: str = ""

    @property
    def holds(self):
        return self.at_least <= self.measured <= self.at_most

    def sentence(self):
        bound = f"at most {figure(self.at_most)}" if self.at_most != float("inf") else f"at least {figure(self.at_least)}"
        unit = f" {self.unit}" if self.unit else ""
        return f"{'holds' if self.holds else 'missed'}: {self.what}: {figure(self.measured)}{unit}, {bound} asked"


def figure(value):
    """Three figures; of large numbers all before the point."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def middle(runs, field):
    values = [getattr(one, field) for one in runs if getattr(one, field) is not None]
    return median(values) if values else None


def of_workloads(measured):
    """`measured`: (workload, its figures: contender -> rounds) of one run."""
    basic = {workload.nodes: figures["berth"] for workload, figures in measured if workload.name == "basic" and "berth" in figures}
    found = []
    for workload, figures in measured:
        found += of_workload(workload, figures, basic.get(workload.nodes))
    return found


def of_workload(workload, figures, basic):
    if not figures.get("berth"):
        return []
    ours, theirs, found = figures["berth"], figures.get("kube-scheduler"), []

    def goal(what, measured, **asked):
        found.append(Goal(f"{workload.title}: {what}", measured, **asked))

    if theirs:
        def share(field):
            return middle(ours, field) / middle(theirs, field)

        goal("API server CPU, share of kube-scheduler's", share("server_cpu_ms"), at_most=1)
        if workload.name in CPU_SHARES:
            goal("scheduler CPU, share of kube-scheduler's", share("cpu_ms"), at_most=CPU_SHARES[workload.name])
        if middle(theirs, "algorithm_us") and middle(ours, "algorithm_us"):
            goal("time to decide, share of kube-scheduler's", share("algorithm_us"), at_most=1 / 20)
        if workload.name == "basic" and workload.nodes == 1000:
            goal("rate, times kube-scheduler's", share("rate"), at_least=1.5)
    if workload.name == "basic" and workload.nodes == 1000:
        goal("memory", middle(ours, "memory_mib"), at_most=40, unit="MiB")
    if workload.name in AS_FAST_AS_BASIC and basic:
        goal("rate, share of basic's", middle(ours, "rate") / middle(basic, "rate"), at_least=0.9)
    return found
