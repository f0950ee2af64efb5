"""The API server in memory, which simulated clusters live on, answers as the real one does: the same 600 requests to both, one
after another, made by chance (SEED=7 in the environment makes others). Of each answer the status, the reason or kind, what a
scheduler reads of the object, and whether the version moved on are compared; and at the end what a watch over all of it brings."""
import http.client
import json
import os
import random

from harness.memory import start_memory_api
from harness.objects import node
from harness.wait import expect

STEPS = int(os.environ.get("STEPS", "600"))
PODS = "/api/v1/namespaces/default/pods"
LEASES = "/apis/coordination.k8s.io/v1/namespaces/default/leases"
EVENTS = "/apis/events.k8s.io/v1/namespaces/default/events"
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"


def run(cluster):
    memory = start_memory_api(cluster)
    sides = Side(RealPeer(cluster.api)), Side(MemoryPeer(memory.port))
    steps = Steps(int(os.environ.get("SEED", "1")))
    for number in range(STEPS):
        request = steps.next()
        answers = [side.ask(*(request(side) if callable(request) else request)) for side in sides]
        expect(answers[0] == answers[1], f"step {number}, {sides[0].last}: the real one says {answers[0]}, ours {answers[1]}")
    compared = watches_alike(sides)
    return f"{STEPS} requests answered alike ({sides[0].refusals} of them refusals), {compared} events of watches alike"


class RealPeer:
    def __init__(self, api):
        self.api = api

    def connection(self):
        return self.api.connection()

    def headers(self, content_type):
        return self.api.headers(content_type)


class MemoryPeer:
    def __init__(self, port):
        self.port = port

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def headers(self, content_type):
        return {"Accept": "application/json", **({"Content-Type": content_type} if content_type else {})}


class Side:
    """One of the two servers: uids and versions are its own, names are not."""

    def __init__(self, peer):
        self.peer = peer
        self.line = peer.connection()
        self.seen = {}  # what was last answered of each object, by its path
        self.first = None
        self.last = None
        self.refusals = 0

    def ask(self, method, path, body=None, content_type="application/json"):
        self.last = f"{method} {path} {json.dumps(body) if body else ''}"
        if "resourceVersion=" in path:
            self.exchange("GET", PODS)  # what is listed "not older than" comes from a cache: this waits until it has every write
        answer, said = self.exchange(method, path, body, content_type)
        if answer.status >= 400:
            self.refusals += 1
            return answer.status, said.get("kind"), said.get("reason")
        return answer.status, said.get("kind"), *self.judged(path, said)

    def exchange(self, method, path, body=None, content_type=None):
        data = None if body is None else json.dumps(body).encode()
        self.line.request(method, path, data, self.peer.headers(content_type if data else None))
        answer = self.line.getresponse()
        return answer, json.loads(answer.read())

    def judged(self, path, said):
        if said["kind"].endswith("List"):
            version = int(said["metadata"]["resourceVersion"])
            self.first = self.first or version
            self.seen["list"] = version
            more = bool(said["metadata"].get("continue"))
            self.seen["continue"] = said["metadata"].get("continue")
            return sorted(of_interest(item) for item in said["items"] if item["metadata"]["name"] != "kubernetes"), more
        if said["kind"] == "Status":
            return said.get("status"), said.get("reason")
        key = path.partition("?")[0].removesuffix("/status")
        if not key.endswith("/" + said["metadata"]["name"]):
            key += "/" + said["metadata"]["name"]
        before = self.seen.get(key)
        self.seen[key] = said
        moved = before is None or before["metadata"]["uid"] != said["metadata"]["uid"] or compare(before, said)
        return of_interest(said), moved

    def uid(self, path):
        return self.seen.get(path, {"metadata": {"uid": "none"}})["metadata"]["uid"]

    def version(self, path):
        return self.seen.get(path, {"metadata": {"resourceVersion": "1"}})["metadata"]["resourceVersion"]


def compare(before, after):
    one, two = (int(o["metadata"]["resourceVersion"]) for o in (before, after))
    return (two > one) - (two < one)


def of_interest(thing):
    """What a scheduler reads, as one text."""
    spec, status, metadata = thing.get("spec", {}), thing.get("status", {}), thing["metadata"]
    conditions = [(c["type"], c["status"], c.get("reason")) for c in status.get("conditions", [])]
    return json.dumps([metadata["name"], metadata.get("labels", {}).get("step"), spec.get("nodeName"),
                       spec.get("holderIdentity"), spec.get("leaseDurationSeconds"), spec.get("schedulerName"), spec.get("schedulingGates"),
                       spec.get("unschedulable"), status.get("phase"), status.get("nominatedNodeName"), conditions,
                       "deletionTimestamp" in metadata, thing.get("note"), thing.get("reason")])


class Steps:
    """Requests by chance, about few names, so that they meet."""

    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.count = 0

    def maybe(self, probability):
        return self.dice.random() < probability

    def next(self):
        self.count += 1
        name = f"pod-{self.dice.randint(1, 8)}"
        path = f"{PODS}/{name}"
        weighted = (
            (14, ("POST", PODS, pod(name, gated=self.maybe(0.1)))),
            (6, ("GET", path)),
            (14, self.binding(path, name)),
            (8, self.deletion(path)),
            (10, self.condition(path)),
            (5, self.labels(path)),
            (8, self.listing()),
            (6, ("POST", "/api/v1/nodes", node(f"node-{self.dice.randint(1, 3)}"))),
            (4, ("PATCH", f"/api/v1/nodes/node-{self.dice.randint(1, 3)}", {"spec": {"unschedulable": self.maybe(0.5) or None}}, MERGE)),
            (2, ("DELETE", f"/api/v1/nodes/node-{self.dice.randint(1, 3)}")),
            (6, ("POST", LEASES, lease("lease", f"host-{self.dice.randint(1, 3)}"))),
            (10, self.renewal()),
            (3, ("DELETE", f"{LEASES}/lease")),
            (5, ("POST", EVENTS, event(f"event-{self.dice.randint(1, 30)}", name))),
            (3, ("POST", f"{PODS}/{name}/binding", {"metadata": {"name": "another"}, "target": {"name": "node-1"}})),
            (2, ("GET", "/api/v1/namespaces/default/nothing")),
            (2, ("POST", "/api/v1/namespaces/missing/pods", pod(name))))
        return self.dice.choices([request for _, request in weighted], [weight for weight, _ in weighted])[0]

    def binding(self, path, name):
        wrong, target = self.maybe(0.2), f"node-{self.dice.randint(1, 3)}"
        return lambda side: ("POST", path + "/binding", {
            "apiVersion": "v1", "kind": "Binding",
            "metadata": {"name": name, "uid": "00000000-0000-4000-8000-000000000000" if wrong else side.uid(path)},
            "target": {"kind": "Node", "name": target}})

    def deletion(self, path):
        careful = self.maybe(0.5)
        return lambda side: ("DELETE", path, {
            "kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0,
            **({"preconditions": {"uid": side.uid(path)}} if careful else {})})

    def condition(self, path):
        reason, how = f"Reason{self.dice.randint(1, 3)}", self.dice.randint(1, 3)
        extra = {"nominatedNodeName": "node-1"} if self.maybe(0.3) else {}
        return lambda side: ("PATCH", path + "/status", {
            "metadata": {"uid": side.uid(path)} if how == 1 else {"resourceVersion": side.version(path)} if how == 2 else {},
            "status": {"conditions": [{"type": "PodScheduled", "status": "False", "reason": reason, "message": "no"}], **extra}}, STRATEGIC)

    def labels(self, path):
        step = str(self.count)
        return ("PATCH", path, {"metadata": {"labels": {"step": step}}}, MERGE)

    def listing(self):
        how = self.dice.choice(["", "?resourceVersion=0", "?limit=2", "older", "continue", "future", "?fieldSelector=spec.nodeName%3D",
                                "?fieldSelector=status.phase%21%3DSucceeded%2Cstatus.phase%21%3DFailed"])
        if how == "older":
            return lambda side: ("GET", f"{PODS}?resourceVersion={side.seen.get('list', 0)}")
        if how == "continue":
            return lambda side: ("GET", f"{PODS}?limit=2" + (f"&continue={side.seen['continue']}" if side.seen.get("continue") else ""))
        if how == "future":
            return ("GET", f"{PODS}?resourceVersion=99999999")
        return ("GET", PODS + how)

    def renewal(self):
        stale, who = self.maybe(0.3), f"host-{self.dice.randint(1, 3)}"
        path = f"{LEASES}/lease"
        return lambda side: ("PUT", path, lease("lease", who, "1" if stale else side.version(path)))


def pod(name, gated=False):
    gates = {"schedulingGates": [{"name": "later"}]} if gated else {}
    return {"metadata": {"name": name}, "spec": {"schedulerName": "nobody", "containers": [{"name": "main", "image": "nginx"}], **gates}}


def lease(name, holder, version=None):
    return {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": {"name": name, **({"resourceVersion": version} if version else {})},
            "spec": {"holderIdentity": holder, "leaseDurationSeconds": 15}}


def event(name, about):
    return {"metadata": {"name": name}, "eventTime": "2026-01-01T00:00:00.000000Z", "reportingController": "berth",
            "reportingInstance": "berth-1", "action": "Binding", "reason": "Scheduled", "type": "Normal", "note": f"about {about}",
            "regarding": {"apiVersion": "v1", "kind": "Pod", "namespace": "default", "name": about}}


def watches_alike(sides):
    brought = [watched(side) for side in sides]
    expect(brought[0] == brought[1], "watches differ: " + next(
        (f"the real one has {one}, ours {two}" for one, two in zip(*brought) if one != two), f"{len(brought[0])} and {len(brought[1])} events"))
    return len(brought[0])


def watched(side):
    """From the first version that was seen, for two seconds; versions only grow."""
    line = side.peer.connection()
    line.request("GET", f"{PODS}?watch=true&resourceVersion={side.first}&timeoutSeconds=2", headers=side.peer.headers(None))
    events, last = [], 0
    for text in line.getresponse().read().splitlines():
        one = json.loads(text)
        version = int(one["object"]["metadata"]["resourceVersion"])
        expect(version > last, f"version {version} after {last}")
        last = version
        events.append((one["type"], of_interest(one["object"])))
    return events
