"""Pods of high priority in full clusters, berth and kube-scheduler on the same script: the same victims go, marked and told
in the same words, and the same nodes are nominated; budgets decide the same; while victims end, the pod waits and takes its
room afterwards; a pod that may not preempt evicts nobody. A pod that waits for its volume is nominated to its node, and is let
go instead of deleted."""
import re

from harness.cluster import PODS
from harness.objects import pod
from harness.scheduler import configuration, start_kube_scheduler
from harness.wait import expect, never, until

EVENTS = "/apis/events.k8s.io/v1/namespaces/default/events"
CLAIMS = "/api/v1/namespaces/default/persistentvolumeclaims"
SELECTED = "volume.kubernetes.io/selected-node"
BUDGETS = "/apis/policy/v1/namespaces/default/poddisruptionbudgets"
PRIORITIES = {"low": 10, "mid": 100, "high": 1000, "never": 1000}
STATUS = "application/strategic-merge-patch+json"


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
        found = [event for event in self.cluster.api.get(EVENTS)["items"]
                 if event["reason"] == reason and event["regarding"]["name"].startswith(prefix)]
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

    def run(self):
        self.lowest_goes()
        self.some_of_a_node()
        self.budgets()
        self.victims_take_their_time()
        self.may_not()
        self.waits_for_its_volume()
        return self.seen

    def lowest_goes(self):
        self.place("lowest", "abc", [("a", "a", "mid", "1", 1, {}, 0), ("b", "b", "low", "1", 1, {}, 0),
                                     ("c", "c", "low", "1", 5, {}, 0)])
        self.outcome("lowest", self.preempt("lowest"))

    def some_of_a_node(self):
        self.place("some", "a", [("a", "small", "low", "200m", 1, {}, 0), ("a", "old", "low", "400m", 1, {}, 0),
                                 ("a", "new", "low", "400m", 9, {}, 0)])
        self.outcome("some", self.preempt("some", cpu="500m"))

    def budgets(self):
        self.budget("kept", 0)
        self.budget("free", 1)
        self.place("budget", "ab", [("a", "kept", "low", "1", 9, {"app": "kept"}, 0),
                                    ("b", "free", "mid", "1", 1, {"app": "free"}, 0)])
        self.outcome("budget", self.preempt("budget"))

    def victims_take_their_time(self):
        self.place("slow", "a", [("a", "first", "low", "500m", 1, {}, 600), ("a", "last", "low", "500m", 2, {}, 600)])
        preemptor = self.preempt("slow")
        names = [f"{self.scheduler}-slow-{name}" for name in ("first", "last")]
        until(lambda: all(self.cluster.pod(name)["metadata"].get("deletionTimestamp") for name in names), 20,
              "the victims are not being deleted")
        for name in names:
            conditions = {each["type"]: each for each in self.cluster.pod(name)["status"]["conditions"]}
            mark = conditions["DisruptionTarget"]
            self.note("slow", name, mark["status"], mark["reason"], mark["message"])
        until(lambda: self.cluster.pod(preemptor)["status"].get("nominatedNodeName"), 10, "nobody is nominated")
        self.note("slow", "nominated", self.cluster.pod(preemptor)["status"]["nominatedNodeName"])
        # A pod of the same priority gets none of that room.
        rival = f"{self.scheduler}-slow-rival"
        self.cluster.pods([pod(rival, cpu="500m", scheduler=self.scheduler, priorityClassName="mid",
                               nodeSelector={"only": f"{self.scheduler}-slow"})])
        self.cluster.wait_refused(rival)
        for name in names:
            self.cluster.api.request("DELETE", f"{PODS}/{name}", {"gracePeriodSeconds": 0})
        self.outcome("slow", preemptor)
        never(lambda: self.cluster.node_of(rival), 2, "the rival got the room")

    def may_not(self):
        self.place("never", "a", [("a", "low", "low", "1", 1, {}, 0)])
        preemptor = self.preempt("never", priority="never")
        self.note("never", self.cluster.wait_refused(preemptor)["message"])
        self.cluster.wait_event(preemptor, re.compile("preemption"))
        self.outcome("never", preemptor, bound=False)


    def waits_for_its_volume(self):
        """Nobody provisions it."""
        step = f"{self.scheduler}-volume"
        self.place("volume", "a", [])
        self.cluster.api.create(CLAIMS, {
            "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": step}, "spec": {
                "storageClassName": "nobody", "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}})
        low = f"{step}-low"
        self.cluster.pods([pod(low, cpu="1", scheduler=self.scheduler, priorityClassName="low", nodeSelector={"only": step},
                               volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": step}}])])
        until(lambda: SELECTED in self.cluster.api.get(f"{CLAIMS}/{step}")["metadata"].get("annotations", {}), 20,
              "no node is selected for the claim")

        def nominated():
            return self.cluster.pod(low)["status"].get("nominatedNodeName")

        until(nominated, 10, "a pod that waits for its volume is not nominated")
        self.note("volume", "nominated", nominated())
        self.outcome("volume", self.preempt("volume"))
        refused = re.compile("running PreBind plugin")
        self.cluster.wait_event(low, refused)
        self.note("volume", "let go", [e for e in self.events("FailedScheduling", low) if refused.search(e[3])])
        until(lambda: not nominated(), 10, "the nomination stays")


def run(cluster):
    cluster.api.create("/apis/storage.k8s.io/v1/storageclasses", {
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "nobody"},
        "provisioner": "nobody.example.com", "volumeBindingMode": "WaitForFirstConsumer"})
    for name, value in PRIORITIES.items():
        cluster.api.request("POST", "/apis/scheduling.k8s.io/v1/priorityclasses", {
            "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name}, "value": value,
            "preemptionPolicy": "Never" if name == "never" else "PreemptLowerPriority"})
    cluster.berth()
    kube_scheduler = start_kube_scheduler(cluster.plane, configuration({"schedulerName": "kube-scheduler"}))
    cluster.schedulers.append(kube_scheduler.wait_ready())
    seen = {name: Script(cluster, name).run() for name in ("kube-scheduler", "berth")}
    theirs, ours = seen.values()
    different = [f"{a} / {b}" for a, b in zip(theirs, ours, strict=True) if without_counts(a) != without_counts(b)]
    expect(not different, "kube-scheduler / berth:\n" + "\n".join(different))
    return f"{len(ours)} facts alike: victims, marks, events, nominations"


def without_counts(fact):
    """The other's nodes are there too, and more of them for whoever comes second: they are not counted."""
    def mend(text):
        text = re.sub(r"\d+ node\(s\) didn't match Pod's node affinity/selector(, )?", "", text.replace('"', "'"))
        return re.sub(r"\d+ Preemption is not", "N Preemption is not", re.sub(r"0/\d+", "0/N", text)).replace(", .", ".")

    return tuple(mend(each) for each in fact)
