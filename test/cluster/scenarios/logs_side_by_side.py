"""The JSON logs of berth and of kube-scheduler at -v 5, beside each other on the same script: what both write has the same level,
the same keys and the same types, and what kube-scheduler writes and berth does not is known."""
import os
import sys

from harness.cluster import PODS
from harness.objects import pod
from harness.scheduler import configuration, start_kube_scheduler
from harness.wait import expect, until

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "log"))
from json_log import faults_of, object_of, type_of  # noqa: E402

FLAGS = ("--v=5", "--logging-format=json")
# Of every line, and the name that kube-scheduler gives to its logger of errors.
HEAD = {"ts", "caller", "msg", "logger", "v"}
# Where kube-scheduler tells of scheduling itself; its plugins, caches and servers are others than berth's.
SCHEDULING = ("scheduler/schedule_one.go", "scheduler/eventhandlers.go", "queue/", "defaultbinder/")
# In some of its lines a node is an object, in others a name; an entity a reference or the whole entry of the queue.
CHOSEN = {"node": "string", "entity": "reference"}
# What shows only where something happens during an attempt, which is berth's shorter; and what nominated pods bring.
BY_CHANCE = (
    "Checking event for in-flight pod", "Event received while entities are in flight",
    "Pod doesn't exist in informer cache", "Pod doesn't exist in podLister, aborted adding it to the nominator",
    "Pod is already scheduled to a node, aborted adding it to the nominator",
)


def play(cluster, scheduler):
    def name(what):
        return f"{scheduler}-{what}"

    def create(what, cpu="1", on="node", **spec):
        cluster.pods([pod(name(what), cpu=cpu, scheduler=scheduler, nodeSelector={"only": name(on)}, **spec)])

    def change(what, body):
        cluster.api.request("PATCH", f"{PODS}/{name(what)}", body, "application/strategic-merge-patch+json")

    cluster.nodes(name("node-1"), name("node-2"), cpu="4", labels={"only": name("node")})
    for number in range(3):
        create(f"fits-{number}")
    create("large", "6")
    create("late", on="later")
    create("gated", schedulingGates=[{"name": "example.com/quota"}])
    for what in ("fits-0", "fits-1", "fits-2"):
        cluster.wait_bound(name(what), 20)
    for what in ("large", "late"):
        cluster.wait_refused(name(what), 20)
    change("fits-0", {"metadata": {"labels": {"changed": "yes"}}})
    change("large", {"metadata": {"labels": {"changed": "yes"}}})
    cluster.api.request("PATCH", f"/api/v1/nodes/{name('node-1')}", {"metadata": {"labels": {"only": name("later")}}},
                        "application/strategic-merge-patch+json")
    cluster.wait_bound(name("late"), 20)
    change("gated", {"spec": {"schedulingGates": [{"$patch": "delete", "name": "example.com/quota"}]}})
    cluster.wait_bound(name("gated"), 20)
    cluster.api.delete(f"{PODS}/{name('fits-1')}?gracePeriodSeconds=0")
    cluster.nodes(name("node-3"))
    cluster.api.delete(f"/api/v1/nodes/{name('node-3')}")


def messages(scheduler):
    """{words: [line]}"""
    found = {}
    for line in scheduler.log().splitlines():
        if line.startswith("{"):
            line = object_of(line, twice_allowed=("pod",))  # kube-scheduler's loggers carry the pod, and its lines name it again.
            found.setdefault(line["msg"], []).append(line)
    return found


def form(line):
    """{key: type} of what is the line's own. Where kube-scheduler is of two minds, berth's choice counts."""
    types = {key: type_of(value) for key, value in line.items() if key not in HEAD}
    return {**types, **{key: kind for key, kind in CHOSEN.items() if key in types}}


def compare(ours, theirs):
    """How many kinds of lines both write. What they tell of scheduling is the same, at the same level and under the same keys."""
    missing = [words for words, lines in theirs.items()
               if lines[0]["caller"].startswith(SCHEDULING) and words not in ours and words not in BY_CHANCE]
    expect(not missing, f"berth does not write: {missing}")
    both = sorted(set(ours) & set(theirs))
    for words in both:
        a, b = ours[words][0], theirs[words][0]
        expect((a.get("v"), form(a)) == (b.get("v"), form(b)), f"{words!r} differs:\n{a}\n{b}")
    return len(both)


def run(cluster):
    ours = cluster.berth(flags=FLAGS)
    theirs = start_kube_scheduler(cluster.plane, configuration({"schedulerName": "kube-scheduler"}), flags=FLAGS)
    cluster.schedulers.append(theirs.wait_ready())
    for name in ("berth", "kube-scheduler"):
        play(cluster, name)
    until(lambda: "Delete event for node" in messages(ours), 5, "berth does not see that a node is deleted")
    until(lambda: "Delete event for node" in messages(theirs), 5, "kube-scheduler does not see that a node is deleted")
    found = messages(ours)
    faults = faults_of([line for lines in found.values() for line in lines])
    expect(not faults, f"a key has several types: {faults}")
    same = compare(found, messages(theirs))
    return f"{same} kinds of lines have the same level, keys and types in both logs; {len(found) - same} are berth's own"
