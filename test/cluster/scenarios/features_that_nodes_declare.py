"""A pod that restarts all of its containers waits for a node that declares it can: berth says what kube-scheduler says, and
both bind as soon as a node declares the feature; a feature that the pod does not need changes nothing."""
from harness.objects import pod
from harness.scheduler import configuration, start_kube_scheduler
from harness.wait import expect, never

SCHEDULERS = ("berth", "kube-scheduler")
RULE = {"action": "RestartAllContainers", "exitCodes": {"operator": "In", "values": [42]}}
FEATURE = "RestartAllContainersOnContainerExits"
NEEDS = ("v1.36", "an older API server drops status.declaredFeatures of nodes and refuses RestartAllContainers")


def needy(scheduler):
    made = pod(f"needy-{scheduler}", scheduler=scheduler)
    made["spec"]["containers"][0].update({"restartPolicy": "Never", "restartPolicyRules": [RULE]})
    return made


def declare(cluster, node, *features):
    cluster.api.request("PATCH", f"/api/v1/nodes/{node}/status", {"status": {"declaredFeatures": sorted(features)}},
                        "application/merge-patch+json")


def run(cluster):
    cluster.nodes("node-a", "node-b")
    cluster.berth()
    kube_scheduler = start_kube_scheduler(cluster.plane, configuration({"schedulerName": "kube-scheduler"}))
    cluster.schedulers.append(kube_scheduler.wait_ready())
    cluster.pods([needy(scheduler) for scheduler in SCHEDULERS])
    ours, theirs = (cluster.wait_refused(f"needy-{scheduler}")["message"] for scheduler in SCHEDULERS)
    expect(ours == theirs, f"berth says {ours!r}, kube-scheduler {theirs!r}")
    declare(cluster, "node-a", "ExtendWebSocketsToKubelet")
    never(lambda: [s for s in SCHEDULERS if cluster.node_of(f"needy-{s}")], 2, "one was bound to a node that lacks the feature")
    declare(cluster, "node-b", FEATURE, "UserNamespacesHostNetworkSupport")
    for scheduler in SCHEDULERS:
        expect(cluster.wait_bound(f"needy-{scheduler}", 15) == "node-b", f"{scheduler} bound its pod elsewhere")
    return f"refused in the same words, {ours!r}; bound to the node that declares the feature"
