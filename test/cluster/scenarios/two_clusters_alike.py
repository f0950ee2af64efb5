"""The same random pods, one after another, in two equal clusters, kube-scheduler in one and berth in the other: each pod ends
alike, with the same events letter by letter, the same condition, the same victims, and on a node that is as good. SEEDS="1 2"
and PODS=300 in the environment ask for more."""
import copy
import json
import os
import re
import shutil
import subprocess
import sys

from harness.api import ApiError
from harness.planes import Planes
from harness.scheduler import configuration, start_berth, start_kube_scheduler, write
from harness.wait import Failure, expect, until

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "parity"))
from generator import nodes, pods, workloads  # noqa: E402
from generator.dice import Dice  # noqa: E402

SEEDS = os.environ.get("SEEDS", "1").split()
PODS = int(os.environ.get("PODS", "40"))
FEATURES = {"node-affinity", "pod-affinity", "spread", "workloads", "preemption", "budgets", "ports", "init", "tight", "images"}
NODES = 12
SCHEDULER = "default-scheduler"
EVENTS = "/apis/events.k8s.io/v1/events"
STATUS = "application/strategic-merge-patch+json"
KINDS = "nodes,namespaces,services,replicationcontrollers,replicasets,statefulsets,poddisruptionbudgets,pods"
PATHS = {"Node": "/api/v1/nodes", "Service": "/api/v1/namespaces/{}/services",
         "ReplicationController": "/api/v1/namespaces/{}/replicationcontrollers",
         "ReplicaSet": "/apis/apps/v1/namespaces/{}/replicasets", "StatefulSet": "/apis/apps/v1/namespaces/{}/statefulsets",
         "PodDisruptionBudget": "/apis/policy/v1/namespaces/{}/poddisruptionbudgets",
         "Pod": "/api/v1/namespaces/{}/pods"}


def path_of(one):
    return PATHS[one["kind"]].format(one["metadata"].get("namespace", ""))


def key_of(one):
    return f"{one['metadata']['namespace']}/{one['metadata']['name']}"


def admitted(one):
    """As an API server takes it: priorities by class, deleted at once, no uid."""
    one = copy.deepcopy(one)
    for field in ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"):
        one["metadata"].pop(field, None)
    if one["kind"] == "Pod":
        one["spec"]["priorityClassName"] = class_of(one["spec"].pop("priority", 0))
        one["spec"]["terminationGracePeriodSeconds"] = 0
        one["spec"].pop("schedulingGates", None)
        if one["metadata"]["namespace"] == "unknown":
            one["metadata"]["namespace"] = "default"
        policy = one["spec"].pop("preemptionPolicy", None)
        if policy:
            one["spec"]["priorityClassName"] += "-never"
        one.pop("status")
    return one


def class_of(priority):
    return f"p{min(priority, 1_000_000)}".replace("-", "minus-")


class Side:
    """One of the two clusters."""

    def __init__(self, plane):
        self.plane = plane
        self.api = plane.admin
        self.known = set()

    def create(self, one):
        """None, or why the API server does not take it."""
        try:
            self.api.create(path_of(one), one)
        except ApiError as error:
            if error.code in (400, 403, 422):
                return error.body
            raise
        return None

    def status(self, one, status):
        self.api.request("PATCH", f"{path_of(one)}/{one['metadata']['name']}/status", {"status": status}, STATUS)

    def get(self, one):
        return self.api.get(f"{path_of(one)}/{one['metadata']['name']}")

    def delete(self, one):
        self.api.request("DELETE", f"{path_of(one)}/{one['metadata']['name']}", {"gracePeriodSeconds": 0})

    def pods(self):
        return {key_of(one): one for one in self.api.get("/api/v1/pods")["items"]}

    def news(self):
        """What events say that was not said before."""
        return {fact for fact in map(told, self.api.get(EVENTS)["items"]) if fact[1] in REASONS} - self.known


REASONS = ("Scheduled", "FailedScheduling", "Preempted")


def told(event):
    regarding = event["regarding"]
    note = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "UID", event["note"])
    if event["reason"] == "Scheduled":  # where to is left to chance among the best: compared by itself
        note = re.sub(r" to \S+$", "", note)
    return (f"{regarding['namespace']}/{regarding['name']}", event["reason"], event["type"], event["action"], note)


class Twins:
    """Both clusters, and the steps that they go through together."""

    def __init__(self, cluster, seed):
        self.cluster = cluster
        self.dice = Dice(int(seed))
        self.seed = seed
        self.started = 0
        self.facts = 0
        self.counts = {"bound": 0, "refused": 0, "preempting": 0, "ties": 0, "not taken": 0}
        planes = Planes(cluster.options.control_plane, 2)
        self.theirs, self.ours = Side(cluster.planes.take()), Side(planes.take())
        self.config = configuration({"schedulerName": SCHEDULER})

    def close(self):
        for side in (self.theirs, self.ours):
            side.plane.stop()
            shutil.rmtree(side.plane.folder, ignore_errors=True)

    def both(self, what):
        answers = [what(side) for side in (self.theirs, self.ours)]
        expect((answers[0] is None) == (answers[1] is None), f"seed {self.seed}: kube-scheduler / berth: {answers}")
        return answers

    def begin(self):
        for side in (self.theirs, self.ours):
            for name, env in (("prod", "p"), ("dev", "d")):
                side.api.create("/api/v1/namespaces", {"metadata": {"name": name, "labels": {"env": env}}})
                side.api.apply(f"/api/v1/namespaces/{name}/serviceaccounts", {"metadata": {"name": "default"}})
            for value in sorted(set(pods.PRIORITIES + [1_000_000])):
                for policy in ("", "-never"):
                    side.api.create("/apis/scheduling.k8s.io/v1/priorityclasses", {
                        "metadata": {"name": class_of(value) + policy}, "value": value,
                        "preemptionPolicy": "Never" if policy else "PreemptLowerPriority"})
        machines = [nodes.node(self.dice, number, FEATURES) for number in range(NODES)]
        for machine in machines:
            self.both(lambda side, one=machine: side.create(one))
        self.names = [machine["metadata"]["name"] for machine in machines]
        running = []
        for name in self.names:
            for _ in range(self.dice.randint(0, 4)):
                running.append(pods.running(self.dice, len(running), name, FEATURES - {"ports"}))
        placed = [one for one in running if self.place(one)]
        for one in workloads.services(self.dice) + workloads.controllers(self.dice) + workloads.budgets(self.dice, placed):
            one = admitted(one)
            if self.both(lambda side, one=one: side.create(one))[0] is None and one["kind"] == "PodDisruptionBudget":
                for side in (self.theirs, self.ours):
                    side.status(one, {**one["status"], "observedGeneration": 1})
        self.start()

    def place(self, one):
        one = admitted(one)
        if self.both(lambda side: side.create(one))[0] is not None:
            return False
        self.run(one)
        return True

    def run(self, one):
        """As kubelets say it, each pod at a time of its own: no two nodes are equally good to preempt on."""
        self.started += 1
        status = {"phase": "Running", "startTime": pods.time(self.started)}
        for side in (self.theirs, self.ours):
            side.status(one, status)

    def start(self):
        self.schedulers = [start_kube_scheduler(self.theirs.plane, self.config),
                           start_berth(self.ours.plane, self.cluster.options.berth, self.ours.plane.kubeconfig(), self.config)]
        for scheduler in self.schedulers:
            scheduler.wait_ready()

    def step(self, number):
        one = pods.waiting(self.dice, number, self.names, FEATURES)
        one = admitted(one)
        one["spec"]["schedulerName"] = SCHEDULER
        if self.both(lambda side: side.create(one))[0] is not None:
            self.counts["not taken"] += 1
            return
        ends = [self.wait_end(side, one) for side in (self.theirs, self.ours)]
        expect((ends[0] is None) == (ends[1] is None), f"seed {self.seed}, {key_of(one)}: bound to {ends[0]} / {ends[1]}")
        if ends[0] != ends[1]:
            self.follow(one, *ends)
        self.compare(one)
        if ends[0] is None:
            self.counts["refused"] += 1
            for side in (self.theirs, self.ours):
                side.delete(one)
            return
        self.counts["bound"] += 1
        self.run(one)

    def wait_end(self, side, one):
        """The node, or None once the pod is refused and nothing is being done for it."""
        def end():
            now = side.get(one)
            if now["spec"].get("nodeName"):
                return now["spec"]["nodeName"]
            condition = next((c for c in now["status"].get("conditions", []) if c["type"] == "PodScheduled"), None)
            return condition and not now["status"].get("nominatedNodeName") and "refused"

        ended = until(end, 30, lambda: f"seed {self.seed}, {key_of(one)} is not decided: {side.get(one)['status']}")
        return None if ended == "refused" else ended

    def follow(self, one, theirs, ours):
        """kube-scheduler drew another node: it must be as good, and berth's cluster goes on with it."""
        best = self.best(one)
        expect({theirs, ours} <= set(best), f"seed {self.seed}, {key_of(one)}: {theirs} / {ours}, best are {best}")
        self.counts["ties"] += 1
        self.ours.delete(one)
        bound = copy.deepcopy(one)
        bound["spec"]["nodeName"] = theirs
        until(lambda: self.ours.create(bound) is None, 10, "the pod is not taken again")

    def best(self, one):
        plane = self.ours.plane
        dump = json.loads(subprocess.run(
            [plane.program("kubectl"), "--kubeconfig", plane.kubeconfig(), "get", KINDS, "-A", "-o", "json"], check=True,
            capture_output=True, timeout=60).stdout)
        for item in dump["items"]:
            if item["kind"] == "Pod" and key_of(item) == key_of(one):
                item["spec"].pop("nodeName")
        file = write(plane.folder, "dump.json", dump)
        config = write(plane.folder, "explain-config.yaml", self.config)
        done = subprocess.run([self.cluster.options.berth, "explain", file, "--config", config, "-o", "json"],
                              capture_output=True, text=True, timeout=60)
        verdicts = json.loads(done.stdout)
        return next(pod.get("best", []) for pod in verdicts if pod["pod"] == key_of(one))

    def compare(self, one):
        """Events, conditions and who is left, until they are alike."""
        def facts(side):
            now = side.pods()
            mine = now.get(key_of(one), {}).get("status", {})
            conditions = [(c["type"], c["status"], c.get("reason", ""), c.get("message", ""))
                          for c in mine.get("conditions", [])]
            events = side.news()
            return {"conditions": sorted(conditions), "nominated": mine.get("nominatedNodeName"), "events": sorted(events),
                    "pods": sorted((name, pod["spec"].get("nodeName")) for name, pod in now.items())}

        seen = {}

        def alike():
            seen["theirs"], seen["ours"] = facts(self.theirs), facts(self.ours)
            return seen["theirs"] == seen["ours"] and any(fact[0] == key_of(one) for fact in seen["ours"]["events"])

        try:
            until(alike, 15, "")
        except Failure:
            raise Failure(f"seed {self.seed}, {key_of(one)}: kube-scheduler / berth:\n" + "\n".join(
                f"{what}: {only(seen['theirs'][what], seen['ours'][what])}" for what in seen["ours"]
                if seen["theirs"][what] != seen["ours"][what]) + "\n" + json.dumps(one)) from None
        self.facts += sum(len(seen["ours"][what]) for what in ("conditions", "events", "pods"))
        self.counts["preempting"] += any(fact[1] == "Preempted" for fact in seen["ours"]["events"])
        for side in (self.theirs, self.ours):
            side.known |= side.news()


def only(theirs, ours):
    """Of two lists what is in one of them alone."""
    if not isinstance(ours, list):
        return f"{theirs} / {ours}"
    return f"{[one for one in theirs if one not in ours]} / {[one for one in ours if one not in theirs]}"


def run(cluster):
    total = []
    for seed in SEEDS:
        twins = Twins(cluster, seed)
        try:
            twins.begin()
            for number in range(PODS):
                twins.step(number)
            expect(twins.counts["bound"], f"seed {seed}: no pod was bound")
        finally:
            twins.close()
        total.append(f"seed {seed}: {twins.counts}, {twins.facts} facts")
    return "; ".join(total)
