"""Clusters for the benchmark of decisions: each workload is the nodes, what is placed on them, and the pods that are decided
one after another. They follow the cases of kube-scheduler's own benchmark, test/integration/scheduler_perf, and add some of
which berth's cost depends: pods that are all different, and many workloads in turn.

    write(file, "basic", nodes=5000, pods=1000)   # a v1.List, the same for both schedulers
"""
import json
import random

ZONES = 3


def _node(i, **labels):
    return {"apiVersion": "v1", "kind": "Node",
            "metadata": {"name": f"node-{i}", "labels": {"kubernetes.io/hostname": f"node-{i}", "topology.kubernetes.io/zone": f"zone-{i % ZONES}",
                                                         "topology.kubernetes.io/region": "region-0", **labels}},
            "status": {"allocatable": {"cpu": "32", "memory": "128Gi", "pods": "110"},
                       "conditions": [{"type": "Ready", "status": "True"}]}}


def _pod(name, labels=None, namespace="default", cpu="100m", memory="500Mi", node=None, priority=0, **spec):
    made = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": namespace, "uid": name, "labels": labels or {}},
            "spec": {"schedulerName": "default-scheduler", "priority": priority,
                     "containers": [{"name": "c", "image": "registry.k8s.io/pause:3.10", "resources": {"requests": {"cpu": cpu, "memory": memory}}}],
                     **spec}}
    if node is not None:
        made["spec"]["nodeName"] = node
        made["status"] = {"phase": "Running", "startTime": "2026-01-01T00:00:00Z"}
    return made


def _term(color, key, **more):
    return {"labelSelector": {"matchLabels": {"color": color}}, "topologyKey": key, **more}


def _affinity(kind, term):
    return {"affinity": {kind: {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}}


def _preferred(kind, term):
    return {"affinity": {kind: {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "podAffinityTerm": term}]}}}


def _spread(when, key="topology.kubernetes.io/zone"):
    return {"topologySpreadConstraints": [{"maxSkew": 5, "topologyKey": key, "whenUnsatisfiable": when,
                                           "labelSelector": {"matchLabels": {"color": "blue"}}}]}


HOST, ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"
BY_NAMESPACE = {"namespaceSelector": {"matchLabels": {"team": "devops"}}}
NODE_AFFINITY = {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
    {"matchExpressions": [{"key": ZONE, "operator": "In", "values": ["zone-0", "zone-1"]}]}]}}}}

# name: (the labels of a pod, what its spec has beside requests, how many like it are placed before)
LIKE = {
    "basic": ({}, {}, 0),
    "spreading": ({"color": "blue"}, _spread("DoNotSchedule"), 1000),
    "preferred spreading": ({"color": "blue"}, _spread("ScheduleAnyway"), 1000),
    "pod affinity": ({"color": "blue"}, _affinity("podAffinity", _term("blue", ZONE)), 1000),
    "preferred pod affinity": ({"color": "red"}, _preferred("podAffinity", _term("red", HOST)), 1000),
    "pod anti-affinity": ({"color": "green"}, _affinity("podAntiAffinity", _term("green", HOST)), 2000),
    "preferred pod anti-affinity": ({"color": "yellow"}, _preferred("podAntiAffinity", _term("yellow", HOST)), 1000),
    "anti-affinity by namespace selector": ({"color": "green"}, _affinity("podAntiAffinity", _term("green", HOST, **BY_NAMESPACE)), 1000),
    "node affinity": ({}, NODE_AFFINITY, 0),
}


def _placed(i, nodes, labels, spec):
    # One on each node first: that anti-affinity holds between them.
    return _pod(f"placed-{i}", labels, node=f"node-{i * 7919 % nodes}", **spec)


def _workload_of(i, of):
    return {"labels": {"app": f"app-{i % of}"}, "cpu": f"{100 + i % of % 100}m", "memory": f"{100 + i % of}Mi", **_spread_of(i % of)}


def _spread_of(app):
    return {"topologySpreadConstraints": [{"maxSkew": 5, "topologyKey": ZONE, "whenUnsatisfiable": "ScheduleAnyway",
                                           "labelSelector": {"matchLabels": {"app": f"app-{app}"}}}]}


def _claims(i):
    volume = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": f"pv-{i}", "annotations": {"pv.kubernetes.io/bound-by-controller": "yes"}},
              "spec": {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadOnlyMany"], "claimRef": {"kind": "PersistentVolumeClaim", "namespace": "default", "name": f"claim-{i}", "uid": f"claim-{i}"},
                       "csi": {"driver": "disks.example.com", "volumeHandle": f"pv-{i}"}, "storageClassName": ""},
              "status": {"phase": "Bound"}}
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
             "metadata": {"name": f"claim-{i}", "namespace": "default", "uid": f"claim-{i}", "annotations": {"pv.kubernetes.io/bind-completed": "true"}},
             "spec": {"accessModes": ["ReadOnlyMany"], "resources": {"requests": {"storage": "1Gi"}}, "volumeName": f"pv-{i}", "storageClassName": ""},
             "status": {"phase": "Bound"}}
    return [volume, claim]


def _csi_node(i):
    return {"apiVersion": "storage.k8s.io/v1", "kind": "CSINode", "metadata": {"name": f"node-{i}"},
            "spec": {"drivers": [{"name": "disks.example.com", "nodeID": f"node-{i}", "allocatable": {"count": 39}}]}}


def objects(workload, nodes, pods):
    """The list's items, one after another."""
    yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default", "labels": {"team": "devops"}}}
    yield from (_node(i) for i in range(nodes))
    if workload in LIKE:
        labels, spec, before = LIKE[workload]
        yield from (_placed(i, nodes, labels, spec) for i in range(min(before, nodes // 2)))
        yield from (_pod(f"pod-{i}", labels, **spec) for i in range(pods))
    elif workload == "distinct":
        yield from (_pod(f"pod-{i}", {"app": f"app-{i}"}, cpu=f"{100 + i % 100}m", memory=f"{100 + i}Mi") for i in range(pods))
    elif workload == "64 templates":
        yield from (_pod(f"pod-{i}", {"app": f"app-{i % 64}"}, cpu=f"{100 + i % 64}m", memory=f"{100 + i % 64}Mi") for i in range(pods))
    elif workload == "1,000 workloads":
        yield from (_pod(f"pod-{i}", **_workload_of(i, 1000)) for i in range(pods))
    elif workload == "mixed":
        kinds = [LIKE[name] for name in ("basic", "pod affinity", "pod anti-affinity", "preferred pod affinity", "preferred pod anti-affinity")]
        for kind, (labels, spec, _) in enumerate(kinds):
            yield from (_placed(kind * 1000 + i, nodes, labels, spec) for i in range(min(400, nodes // 10)))
        yield from (_pod(f"pod-{i}", kinds[i % len(kinds)][0], **kinds[i % len(kinds)][1]) for i in range(pods))
    elif workload == "bound claims":
        for i in range(nodes):
            yield _csi_node(i)
        for i in range(pods):
            yield from _claims(i)
        yield from (_pod(f"pod-{i}", volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": f"claim-{i}"}}]) for i in range(pods))
    elif workload == "fits nowhere":
        yield from (_pod(f"pod-{i}", cpu="64") for i in range(pods))
    elif workload == "preemption":
        # Four pods of low priority fill each node.
        draw = random.Random(1)
        yield from (_pod(f"placed-{i}", {"app": "low"}, node=f"node-{i % nodes}", cpu="7500m", memory="1Gi", priority=draw.randrange(5)) for i in range(4 * nodes))
        yield from (_pod(f"pod-{i}", {"app": "high"}, cpu="7", memory="1Gi", priority=100) for i in range(pods))
    else:
        raise ValueError(f"no such workload: {workload}")


NAMES = [*LIKE, "distinct", "64 templates", "1,000 workloads", "mixed", "bound claims", "fits nowhere", "preemption"]


def write(path, workload, nodes, pods):
    with open(path, "w") as file:
        file.write('{"apiVersion":"v1","kind":"List","items":[\n')
        for i, item in enumerate(objects(workload, nodes, pods)):
            file.write((",\n" if i else "") + json.dumps(item, separators=(",", ":")))
        file.write("\n]}\n")
