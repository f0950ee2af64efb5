"""Pods of high priority in full clusters, berth and kube-scheduler on the same script: the same victims go, marked and told
in the same words, and the same nodes are nominated; budgets decide the same; while victims end, the pod waits and takes its
room afterwards; a pod that may not preempt evicts nobody. A pod that waits for its volume is nominated to its node, and is let
go instead of deleted."""
import re

from harness.cluster import PODS
from harness.objects import pod
from harness.preemption_script import Script, compare, priority_classes
from harness.scheduler import configuration, start_kube_scheduler
from harness.wait import never, until

CLAIMS = "/api/v1/namespaces/default/persistentvolumeclaims"
SELECTED = "volume.kubernetes.io/selected-node"


class Steps(Script):
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
    priority_classes(cluster.api)
    cluster.berth()
    kube_scheduler = start_kube_scheduler(cluster.plane, configuration({"schedulerName": "kube-scheduler"}))
    cluster.schedulers.append(kube_scheduler.wait_ready())
    seen = {name: Steps(cluster, name).run() for name in ("kube-scheduler", "berth")}
    compare(*seen.values())
    return f"{len(seen['berth'])} facts alike: victims, marks, events, nominations"
