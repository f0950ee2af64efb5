"""/metrics/resources of berth and of kube-scheduler over pods of every shape, on one API server: requests, limits, both for the
pod as a whole, init containers and sidecars, the overhead of a RuntimeClass, priorities, huge pages, extended resources, names that
need escaping, a limit that is raised in place, a pod that ends. The same series with the same values, in the same words; but for
waiting pods of the other scheduler, which berth does not hold."""
import math

from harness import exposition
from harness.cluster import PODS
from harness.load import create_all
from harness.objects import node, pod
from harness.preemption_script import STATUS, priority_classes
from harness.scheduler import configuration, start_kube_scheduler
from harness.wait import expect, until

PATH = "/metrics/resources"
RUNTIME_CLASSES = "/apis/node.k8s.io/v1/runtimeclasses"
MORE_ROOM = {"ephemeral-storage": "100Gi", "hugepages-2Mi": "64Mi", "example.com/gpu": "8"}
ODD = 'a "quoted"\\name'
SCHEDULERS = ("theirs", "ours")


def container(name, requests=None, limits=None, **more):
    return {"name": name, "image": "nginx", "resources": {"requests": requests or {}, "limits": limits or {}}, **more}


def shapes():
    """Name: the spec, but for where it goes."""
    cpu, both = {"cpu": "100m"}, {"cpu": "250m", "memory": "123Mi"}
    plain = [container("main", both, {"cpu": "1500m", "memory": "0.5Gi"})]
    return {
        "plain": {"containers": plain},
        "nothing": {"containers": [container("main")]},
        "zero": {"containers": [container("main", {"cpu": "0", "memory": "1Mi"})]},
        "limits-alone": {"containers": [container("main", None, {"cpu": "300m", "memory": "64M"})]},
        "rounded": {"containers": [container("main", {"cpu": "100u", "memory": "1e3"}, {"cpu": "2.0005"})]},
        "several": {"containers": [container("a", both), container("b", cpu, {"cpu": "1", "memory": "1Gi"}), container("c")]},
        "scratch": {"containers": [container("main", {"ephemeral-storage": "1Gi"}, {"ephemeral-storage": "2Gi"})]},
        "pages": {"containers": [container("main", {**cpu, "hugepages-2Mi": "4Mi"}, {"hugepages-2Mi": "4Mi"})]},
        "device": {"containers": [container("main", {"example.com/gpu": "2"}, {"example.com/gpu": "2"})]},
        "starts": {"initContainers": [container("large", {"cpu": "700m"}, {"cpu": "800m", "memory": "3Gi"}),
                                      container("beside", cpu, {"cpu": "200m"}, restartPolicy="Always"),
                                      container("last", {"cpu": "1", "memory": "1Gi"}, {"memory": "2Gi"})],
                   "containers": plain},
        "as-a-whole": {"resources": {"requests": {"cpu": "1"}, "limits": {"cpu": "2", "memory": "2Gi"}},
                       "containers": [container("a", cpu, {"cpu": "1"}), container("b")]},
        "whole-limits": {"resources": {"limits": {"memory": "1Gi"}}, "containers": [container("a", cpu), container("b", both)]},
        "whole-requests": {"resources": {"requests": {"cpu": "500m", "memory": "1Gi"}}, "containers": plain},
        "overhead": {"runtimeClassName": "sandboxed", "containers": plain},
        "overhead-no-limit": {"runtimeClassName": "sandboxed", "containers": [container("main", cpu, {"memory": "64Mi"})]},
        "low": {"priorityClassName": "low", "containers": plain},
        "high": {"priorityClassName": "high", "containers": plain},
        "too-large": {"containers": [container("main", {"cpu": "1k", "memory": "1Ei"}, {"cpu": "2k"})]},
    }


def run(cluster):
    priority_classes(cluster.api)
    cluster.api.request("POST", RUNTIME_CLASSES, {
        "apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "sandboxed"}, "handler": "runsc",
        "overhead": {"podFixed": {"cpu": "50m", "memory": "20Mi"}}})
    create_all(cluster.api, "/api/v1/nodes", [roomy(f"{scheduler}-node", scheduler) for scheduler in SCHEDULERS])
    theirs = start_kube_scheduler(cluster.plane, configuration({"schedulerName": "theirs"})).wait_ready()
    cluster.schedulers.append(theirs)
    ours = cluster.berth(configuration({"schedulerName": "ours"}))
    for scheduler in SCHEDULERS:
        cluster.pods([{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"{scheduler}-{name}", "namespace": "default"},
                       "spec": {"schedulerName": scheduler, "nodeSelector": {"only": scheduler}, **spec}}
                      for name, spec in shapes().items()])
    # Placed by nobody here: both show them.
    cluster.pods([pod("by-hand", scheduler=ODD, nodeName="theirs-node"), pod("ends", nodeName="ours-node")])
    for scheduler in SCHEDULERS:
        for name in shapes():
            if name != "too-large":
                cluster.wait_bound(f"{scheduler}-{name}", 30)
    told = [same(theirs, ours, "as they came")]
    expect(len({labels["pod"] for _, labels, _ in samples(ours) if labels["node"]}) == 2 * len(shapes()) - 2,
           "not every pod that asks for something is there")  # without two of nothing, two too large; with two by hand

    def raise_limit(name):
        cluster.api.request("PATCH", f"{PODS}/{name}/resize", {"spec": {"containers": [
            {"name": "main", "resources": {"limits": {"cpu": "1750m"}}}]}}, STATUS)

    for scheduler in SCHEDULERS:
        raise_limit(f"{scheduler}-plain")
    told.append(same(theirs, ours, "a limit raised in place"))
    expect(value(ours, "kube_pod_resource_limit", "ours-plain", "cpu") == 1.75, "the raised limit is not shown")

    cluster.api.request("PATCH", f"{PODS}/ends/status", {"status": {"phase": "Succeeded"}}, STATUS)
    cluster.api.delete(f"{PODS}/ours-low?gracePeriodSeconds=0")
    cluster.api.delete(f"{PODS}/ours-too-large?gracePeriodSeconds=0")
    told.append(same(theirs, ours, "three that are gone"))
    expect(not any(labels["pod"] in ("ends", "ours-low", "ours-too-large") for _, labels, _ in samples(ours)), "they are not gone")
    return "; ".join(told)


def roomy(name, scheduler):
    one = node(name, cpu="64", memory="256Gi", labels={"only": scheduler})
    for room in ("capacity", "allocatable"):
        one["status"][room] = {**one["status"][room], **MORE_ROOM}
    return one


def samples(who):
    status, text = who.fetch(PATH)
    expect(status == 200, f"{who.name}: {status} {text[:200]}")
    return [sample for family in exposition.read(text).values() for sample in family.samples]


def value(who, name, pod_name, resource):
    return next((amount for of, labels, amount in samples(who)
                 if (of, labels["pod"], labels["resource"]) == (name, pod_name, resource)), None)


def series(who, held):
    """By name and labels: the values of the pods that are held."""
    found = {}
    for name, labels, amount in samples(who):
        key = (name, *sorted(labels.items()))
        expect(key not in found, f"{who.name}: twice: {key}")
        if held(labels):
            found[key] = amount
    return found


def same(theirs, ours, when):
    def held(labels):
        return labels["node"] or labels["scheduler"] == "ours"

    seen = {}

    def alike():
        seen["theirs"], seen["ours"] = series(theirs, held), series(ours, lambda labels: True)
        return seen["theirs"].keys() == seen["ours"].keys() and not different()

    def different():
        return {key: (seen["theirs"].get(key), seen["ours"].get(key)) for key in seen["theirs"].keys() | seen["ours"].keys()
                if not (key in seen["theirs"] and key in seen["ours"]
                        and math.isclose(seen["theirs"][key], seen["ours"][key], rel_tol=1e-12))}

    until(alike, 10, lambda: f"{when}: kube-scheduler's and berth's differ: " + "\n".join(
        f"{key}: {pair}" for key, pair in sorted(different().items())))
    expect(len(seen["ours"]) > 60, f"{when}: only {len(seen['ours'])} series were compared")
    words = [[line for line in who.fetch(PATH)[1].splitlines() if line.startswith("#")] for who in (theirs, ours)]
    expect(words[0] == words[1], f"kube-scheduler says {words[0]}, berth {words[1]}")
    order = [next(line for line in who.fetch(PATH)[1].splitlines() if 'pod="ours-plain"' in line and "limit" in line
                  and "cpu" in line) for who in (theirs, ours)]
    expect(order[0] == order[1], f"kube-scheduler writes {order[0]}, berth {order[1]}")
    return f"{when}: {len(seen['ours'])} series alike"
