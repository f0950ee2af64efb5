"""The steps of a scenario about preemption, for one of two schedulers that go through the same ones: each on nodes and with
pods of its own, so that what came of them can be compared."""
import re

from harness.cluster import PODS
from harness.objects import pod
from harness.wait import expect, until

BUDGETS = "/apis/policy/v1/namespaces/default/poddisruptionbudgets"
PRIORITIES = {"low": 10, "mid": 100, "high": 1000, "never": 1000}
STATUS = "application/strategic-merge-patch+json"


def priority_classes(api):
    for name, value in PRIORITIES.items():
        api.request("POST", "/apis/scheduling.k8s.io/v1/priorityclasses", {
            "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name}, "value": value,
            "preemptionPolicy": "Never" if name == "never" else "PreemptLowerPriority"})


class Script:
    """The steps, for one scheduler: on nodes and with pods of its own. What came of them, without its own names."""

    def __init__(self, cluster, scheduler):
        self.cluster = cluster
        self.scheduler = scheduler
        self.seen = []

    def own(self, text):
        text = text.replace(f"{self.scheduler}-", "").replace(f"{self.scheduler}:", "SCHEDULER:")
        return re.sub(r"pod [0-9a-f-]{36}", "pod UID", text)

    def place(self, step, where, pods):
        """Nodes of one cpu for this step, each filled: (name, priority, cpu, seconds since it started, labels, grace)."""
        for node in where:
            name = f"{self.scheduler}-{step}-{node}"
            self.cluster.nodes(name, cpu="1", labels={"only": f"{self.scheduler}-{step}"})
        for node, name, priority, cpu, started, labels, grace in pods:
            full = f"{self.scheduler}-{step}-{name}"
            one = pod(full, cpu=cpu, scheduler="nobody", priorityClassName=priority, terminationGracePeriodSeconds=grace,
                      nodeName=f"{self.scheduler}-{step}-{node}")
            one["metadata"]["labels"] = {key: f"{self.scheduler}-{value}" for key, value in labels.items()}
            self.cluster.pods([one])
            self.cluster.api.request("PATCH", f"{PODS}/{full}/status", {"status": {
                "startTime": f"2026-01-01T00:00:{started:02}Z"}}, STATUS)

    def budget(self, name, allowed):
        full = f"{self.scheduler}-{name}"
        self.cluster.api.request("POST", BUDGETS, {
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": full},
            "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": full}}}})
        self.cluster.api.request("PATCH", f"{BUDGETS}/{full}/status", {"status": {
            "disruptionsAllowed": allowed, "currentHealthy": 1, "desiredHealthy": 1, "expectedPods": 1,
            "observedGeneration": 1}}, "application/merge-patch+json")

    def preempt(self, step, cpu="1", priority="high"):
        full = f"{self.scheduler}-{step}-preemptor"
        self.cluster.pods([pod(full, cpu=cpu, scheduler=self.scheduler, priorityClassName=priority,
                               nodeSelector={"only": f"{self.scheduler}-{step}"})])
        return full

    def note(self, *what):
        self.seen.append(tuple(self.own(str(each)) for each in what))

    def events(self, reason, prefix):
        found = [event for event in self.cluster.events(reason) if event["regarding"]["name"].startswith(prefix)]
        return sorted((event["regarding"]["name"], event["action"], event["type"], event["note"]) for event in found)

    def outcome(self, step, preemptor, bound=True):
        """Where the pod went, who is left, and what was said of those who are not."""
        if bound:
            self.note(step, "bound", self.cluster.wait_bound(preemptor, 20))
        prefix = f"{self.scheduler}-{step}-"
        until(lambda: not bound or self.events("Preempted", prefix), 10, f"{step}: nobody is told of an eviction")
        left = sorted(each["metadata"]["name"] for each in self.cluster.api.get(PODS)["items"]
                      if each["metadata"]["name"].startswith(prefix))
        self.note(step, "left", left)
        self.note(step, "Preempted", self.events("Preempted", prefix))
        self.note(step, "FailedScheduling", self.events("FailedScheduling", preemptor))


def compare(theirs, ours):
    different = [f"{a} / {b}" for a, b in zip(theirs, ours, strict=True) if without_counts(a) != without_counts(b)]
    expect(not different, "kube-scheduler / berth:\n" + "\n".join(different))


def without_counts(fact):
    """The other's nodes are there too, and more of them for whoever comes second: they are not counted."""
    def mend(text):
        text = text.replace("\\", "").replace('"', "'")
        text = re.sub(r"\d+ node\(s\) didn't match Pod's node affinity/selector(, )?", "", text)
        return re.sub(r"\d+ Preemption is not", "N Preemption is not", re.sub(r"0/\d+", "0/N", text)).replace(", .", ".")

    return tuple(mend(each) for each in fact)
