"""The same random pods, one after another, in two equal clusters, kube-scheduler in one and berth in the other: each pod
ends alike, with the same events letter by letter, the same condition, the same victims, the same volumes bound to its
claims, and on a node that is as good. SEEDS="1 2" and PODS=300 in the environment ask for more; DUMPS=folder keeps both
clusters, their events and their schedulers' logs, as they were when they differed."""
import copy
import json
import os
import re
import shutil
import subprocess

from harness.planes import Planes
from harness.scheduler import configuration, start_berth, start_kube_scheduler, write
from harness.twin_ends import both_ends
from harness.twin_side import Side, admitted, key_of, priority_classes
from harness.twin_storage import Storage, claims_of, complete
from harness.wait import Failure, expect, until
from generator import nodes, pods, workloads
from generator.dice import Dice

SEEDS = os.environ.get("SEEDS", "1").split()
PODS = int(os.environ.get("PODS", "40"))
FEATURES = {"node-affinity", "pod-affinity", "spread", "workloads", "preemption", "budgets", "ports", "init", "images"}
DUMPS = os.environ.get("DUMPS")
NODES = 12
SCHEDULER = "default-scheduler"
UNBOUNDED = 0.5  # of the pods ask for no certain nodes and no ports
CLAIMING = 0.6  # of the pods may use volumes
LEAVING = 0.4  # after so many of the pods, one that runs is deleted


class Twins:
    """Both clusters, and the steps that they go through together."""

    names = "kube-scheduler / berth"

    def __init__(self, cluster, seed):
        self.cluster = cluster
        self.dice = Dice(int(seed))
        self.seed = seed
        self.features = FEATURES | {"tight"} if int(seed) % 4 == 0 else FEATURES
        self.started = 0
        self.facts = 0
        self.cured = {}  # pods, and the words in which they were refused first
        self.counts = {"bound": 0, "refused": 0, "preempting": 0, "ties": 0, "not taken": 0, "with claims": 0,
                       "newly bound claims": 0, "cured": 0, "left alone": 0}
        planes = Planes(cluster.options.control_plane, 2)
        self.theirs, self.ours = Side(cluster.planes.take()), Side(planes.take())
        self.config = configuration({"schedulerName": SCHEDULER, "plugins": {"postFilter": {"disabled": [
            {"name": "DynamicResources"}]}}})  # its failure would hide what preemption says (docs/parity.md)

    def close(self):
        for side in (self.theirs, self.ours):
            side.plane.stop()
            shutil.rmtree(side.plane.folder, ignore_errors=True)

    def both(self, what):
        answers = [what(side) for side in (self.theirs, self.ours)]
        expect((answers[0] is None) == (answers[1] is None), f"seed {self.seed}: {self.names}: {answers}")
        return answers

    def live(self):
        """All of it: each pod waits in both clusters, until it is bound or refused, and some leave."""
        self.begin()
        for one in self.waiting:
            self.step(one)
            self.leave()
        expect(self.counts["bound"], f"seed {self.seed}: no pod was bound")

    def begin(self):
        for side in (self.theirs, self.ours):
            for name, env in (("prod", "p"), ("dev", "d")):
                side.api.create("/api/v1/namespaces", {"metadata": {"name": name, "labels": {"env": env}}})
                side.api.apply(f"/api/v1/namespaces/{name}/serviceaccounts", {"metadata": {"name": "default"}})
            for one in priority_classes():
                side.api.create("/apis/scheduling.k8s.io/v1/priorityclasses", one)
        machines = [nodes.node(self.dice, number, self.features) for number in range(NODES)]
        for machine in machines:
            self.both(lambda side, one=machine: side.create(one))
        names = [machine["metadata"]["name"] for machine in machines]
        self.storage = Storage(self.dice, (self.theirs, self.ours), machines)
        running = []
        for name in names:
            for _ in range(self.dice.randint(0, 4)):
                running.append(self.drawn(pods.running, len(running), name, self.features - {"ports"}))
        self.waiting = [self.drawn(pods.waiting, number, names, self.features) for number in range(PODS)]
        placed = [one for one in running if self.place(one)]
        for one in workloads.services(self.dice) + workloads.controllers(self.dice) + workloads.budgets(self.dice, placed):
            one = admitted(one)
            if self.both(lambda side, one=one: side.create(one))[0] is None and one["kind"] == "PodDisruptionBudget":
                for side in (self.theirs, self.ours):
                    side.status(one, {**one["status"], "observedGeneration": 1})
        self.storage.begin({key_of(one) for one in placed})
        self.start()

    def drawn(self, kind, number, where, features):
        if self.dice.maybe(UNBOUNDED):
            features = features - {"node-affinity", "ports"}
        one = kind(self.dice, number, where, features)
        if one["metadata"]["namespace"] == "unknown":
            one["metadata"]["namespace"] = "default"
        if self.dice.maybe(CLAIMING):
            self.storage.add_to(one, runs=kind is pods.running)
        return one

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

    def step(self, one):
        one = admitted(one)
        one["spec"]["schedulerName"] = SCHEDULER
        claims = claims_of(one)
        before = {"PersistentVolume": self.ours.volumes(), "PersistentVolumeClaim": self.ours.claims()} if claims else {}
        self.counts["with claims"] += bool(claims)
        if self.both(lambda side: side.create(one))[0] is not None:
            self.counts["not taken"] += 1
            return
        ends = self.ends(one)
        refused = ends == [None, None] and claims and self.ours.get(one)["status"]["conditions"][0]["message"]
        for _ in range(2):  # an ephemeral volume's claim is made, and then bound
            if refused and self.storage.cure(one, refused):
                self.counts["cured"] += 1
                self.cured.setdefault(key_of(one), refused)
                ends = self.ends(one, refused)
                refused = ends == [None, None] and self.ours.get(one)["status"]["conditions"][0]["message"]
        expect((ends[0] is None) == (ends[1] is None), f"seed {self.seed}, {key_of(one)}: bound to {ends[0]} / {ends[1]}")
        if ends[0] != ends[1]:
            self.follow(one, *ends, before)
        self.compare(one)
        if ends[0] is None:
            self.counts["refused"] += 1
            for side in (self.theirs, self.ours):
                side.delete(one)
            return
        self.counts["bound"] += 1
        self.counts["newly bound claims"] += any(
            key_of(claim) in before["PersistentVolumeClaim"] and not complete(before["PersistentVolumeClaim"][key_of(claim)])
            for claim in claims)
        self.run(one)

    def leave(self):
        """Makes room."""
        keys = sorted(key for key, pod in self.ours.pods().items() if pod["spec"].get("nodeName"))
        if keys and self.dice.maybe(LEAVING):
            namespace, name = self.dice.choice(keys).split("/")
            for side in (self.theirs, self.ours):
                side.delete({"kind": "Pod", "metadata": {"namespace": namespace, "name": name}})

    def ends(self, one, after=None):
        """The node in each cluster, or None where the pod has none and nothing is being done for it any more."""
        endings = both_ends(self.seed, (self.theirs, self.ours), one, self.storage, after)
        self.counts["left alone"] += any(ending.left for ending in endings)
        return [ending.node for ending in endings]

    def follow(self, one, theirs, ours, before):
        """kube-scheduler drew another node: it must be as good, and berth's cluster goes on with it."""
        best = self.best(one, before)
        expect({theirs, ours} <= set(best),
               f"seed {self.seed}, {key_of(one)}: {theirs} / {ours}, best are {best}: {json.dumps(one)}")
        self.counts["ties"] += 1
        self.ours.delete(one)
        if before:
            self.storage.copy(self.theirs, self.ours)
        bound = copy.deepcopy(one)
        bound["spec"]["nodeName"] = theirs
        until(lambda: self.ours.create(bound) is None, 10, "the pod is not taken again")
        self.ours.status(bound, {"conditions": [{"type": "PodScheduled", "status": "True"}]})

    def best(self, one, before):
        """The nodes among which chance decides, as the cluster was when the pod came."""
        plane = self.ours.plane
        dump = self.ours.dump()
        for item in dump["items"]:
            if item["kind"] == "Pod" and key_of(item) == key_of(one):
                item["spec"].pop("nodeName")
        if before:
            was = self.storage.unbound(self.ours, one, before)
            dump["items"] = [item for item in dump["items"] if item["kind"] not in was]
            dump["items"] += [{**item, "kind": kind} for kind, items in was.items() for item in items.values()]
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
            if claims_of(one):
                self.storage.bind(side, one, mine.get("nominatedNodeName"))
            conditions = [(c["type"], c["status"], c.get("reason", ""), any_driver(c.get("message", "")))
                          for c in mine.get("conditions", [])]
            heard[side] = side.news()
            events = {tuple(map(any_driver, fact)) for fact in heard[side] if self.counts_for(fact)}
            return {"conditions": sorted(conditions), "nominated": mine.get("nominatedNodeName"), "events": sorted(events),
                    "storage": self.storage.facts(side) if claims_of(one) else [],
                    "pods": sorted((name, pod["spec"].get("nodeName")) for name, pod in now.items())}

        seen, heard = {}, {}

        def alike():
            seen["theirs"], seen["ours"] = facts(self.theirs), facts(self.ours)
            return seen["theirs"] == seen["ours"] and any(fact[0] == key_of(one) for fact in seen["ours"]["events"])

        try:
            until(alike, 45, "")  # an event that was not taken is written again after ten seconds
        except Failure:
            raise Failure(f"seed {self.seed}, {key_of(one)}: {self.names}:\n" + "\n".join(
                f"{what}: {only(seen['theirs'][what], seen['ours'][what])}" for what in seen["ours"]
                if seen["theirs"][what] != seen["ours"][what]) + "\n" + json.dumps(one)) from None
        self.facts += sum(len(seen["ours"][what]) for what in ("conditions", "events", "pods", "storage"))
        self.counts["preempting"] += any(fact[1] == "Preempted" for fact in seen["ours"]["events"])
        for side in (self.theirs, self.ours):
            side.known |= heard[side]

    def counts_for(self, fact):
        """Of a pod that was cured step by step, what was said after each step is a matter of time, and client-go counts an
        attempt as a repetition of the last one, whatever it says, while the pod's resourceVersion is the same. How it ended
        its condition says."""
        return fact[1] != "FailedScheduling" or self.cured.get(fact[0], fact[4]) == fact[4]


def any_driver(message):
    """The message itself; or, where it names drivers that nodes lack, its words, whichever of them it names: of several that
    one node lacks, kube-scheduler takes any."""
    lacking = r"(\d+) \S+ CSI driver is not installed on the node"
    counts = re.findall(lacking, message)
    return f"{sum(map(int, counts))} {sorted(re.findall('[^ ,.]+', re.sub(lacking, '', message)))}" if counts else message


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
            twins.live()
        except Failure:
            if DUMPS:
                for name in ("theirs", "ours"):
                    getattr(twins, name).keep(DUMPS, f"{seed}-{name}")
            raise
        finally:
            twins.close()
        total.append(f"seed {seed}: {twins.counts}, {twins.facts} facts")
    return "; ".join(total)
