"""Sets of pods that spread over zones, keep apart on hosts and look for one another, once for berth and once for
kube-scheduler on the same nodes: as many of each are bound, to zones and hosts in the same pattern, the rest are refused in
the same words, and what cures a refusal wakes the pod in both."""
from collections import Counter

from harness.objects import pod
from harness.scheduler import configuration, start_kube_scheduler
from harness.wait import expect, until

SCHEDULERS = ("berth", "kube-scheduler")
ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
BY_HOST = ("db", "soft")
ZONES = {"node-a1": "a", "node-a2": "a", "node-b1": "b", "node-b2": "b", "node-c1": "c", "node-c2": "c"}


def without_preemption(name):
    """So that neither adds to a message what preemption found."""
    return configuration({"schedulerName": name, "plugins": {"postFilter": {"disabled": [{"name": "*"}]}}})


def spread(key, of, skew=1, when="DoNotSchedule", **more):
    return {"maxSkew": skew, "topologyKey": key, "whenUnsatisfiable": when, "labelSelector": {"matchLabels": {"set": of}}, **more}


def term(key, of):
    return {"topologyKey": key, "labelSelector": {"matchLabels": {"set": of}}}


def required(kind, *terms):
    return {"affinity": {kind: {"requiredDuringSchedulingIgnoredDuringExecution": list(terms)}}}


def preferred(kind, *terms):
    return {"affinity": {kind: {"preferredDuringSchedulingIgnoredDuringExecution": [
        {"weight": 100, "podAffinityTerm": one} for one in terms]}}}


# name -> how many pods, of what spec; `of(name)` is the label that the same scheduler's pods of that set have.
def sets(of):
    return {
        "web": (9, {"topologySpreadConstraints": [spread(ZONE, of("web"))]}),
        "db": (7, required("podAntiAffinity", term(HOST, of("db")))),
        "cache": (3, required("podAffinity", term(ZONE, of("cache")))),
        "lost": (1, required("podAffinity", term(ZONE, of("nobody")))),
        "wide": (4, {"topologySpreadConstraints": [spread(ZONE, of("wide"), minDomains=4)]}),
        "rackless": (1, {"topologySpreadConstraints": [spread("rack", of("rackless"))]}),
        "soft": (6, {"topologySpreadConstraints": [spread(HOST, of("soft"), when="ScheduleAnyway")]}),
        "shy": (3, preferred("podAntiAffinity", term(ZONE, of("shy")))),
    }


def run(cluster):
    for zone in "abc":
        cluster.nodes(*(n for n in ZONES if ZONES[n] == zone), labels={ZONE: zone})
    cluster.berth(without_preemption("berth"))
    kube_scheduler = start_kube_scheduler(cluster.plane, without_preemption("kube-scheduler"))
    cluster.schedulers.append(kube_scheduler.wait_ready())

    seen = {}
    for scheduler in SCHEDULERS:
        for name, (count, spec) in sets(lambda of: f"{of}-{scheduler}").items():
            for n in range(count):
                create(cluster, scheduler, name, n, spec)
        seen[scheduler] = {name: outcome(cluster, scheduler, name, count) for name, (count, _) in sets(str).items()}
    for name in sets(str):
        ours, theirs = (seen[scheduler][name] for scheduler in SCHEDULERS)
        expect(ours == theirs, f"{name}: berth {ours}, kube-scheduler {theirs}")

    for scheduler in SCHEDULERS:
        cluster.kubectl("delete", "pod", f"db-{scheduler}-0", "--wait=false", "--grace-period=0", "--force")
        cluster.wait_bound(f"db-{scheduler}-6", 10)
        create(cluster, scheduler, "nobody", 0, {})
        cluster.wait_bound(f"lost-{scheduler}-0", 10)
    cluster.nodes("node-d1", labels={ZONE: "d", "rack": "r1"})
    for scheduler in SCHEDULERS:
        cluster.wait_bound(f"wide-{scheduler}-3", 10)
        expect(cluster.wait_bound(f"rackless-{scheduler}-0", 10) == "node-d1", "a pod is not on the only node with a rack")
    return f"{sum(count for count, _ in sets(str).values())} pods by each, in the same pattern: {seen['berth']['web']}"


def create(cluster, scheduler, name, n, spec):
    one = pod(f"{name}-{scheduler}-{n}", cpu="10m", memory="16Mi", scheduler=scheduler, **spec)
    one["metadata"]["labels"] = {"set": f"{name}-{scheduler}"}
    cluster.pods([one])


def outcome(cluster, scheduler, name, count):
    """How many of its pods there are in the zones, sorted; on how many hosts; and what the others are told."""
    pods = [f"{name}-{scheduler}-{n}" for n in range(count)]
    until(lambda: all(decided(cluster, p) for p in pods), 20, lambda: f"{name} of {scheduler} is not decided")
    nodes = [cluster.node_of(p) for p in pods if cluster.node_of(p)]
    told = sorted(cluster.wait_refused(p)["message"] for p in pods if not cluster.node_of(p))
    for p in pods:
        cluster.wait_event(p, f"Successfully assigned default/{p} to {cluster.node_of(p)}" if cluster.node_of(p) else
                           cluster.wait_refused(p)["message"])
    hosts = len(set(nodes)) if name in BY_HOST else None  # of the others it is left to chance
    return sorted(Counter(ZONES[n] for n in nodes).values()), hosts, told


def decided(cluster, name):
    conditions = cluster.pod(name).get("status", {}).get("conditions", [])
    return cluster.node_of(name) or any(c["type"] == "PodScheduled" for c in conditions)
