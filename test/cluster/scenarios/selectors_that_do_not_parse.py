"""Selectors that a real API server admits and no scheduler can parse: berth says what kube-scheduler says to them, word for
word, and where there is nothing to score, both bind."""
from harness.objects import pod, scheduled
from harness.scheduler import configuration, start_kube_scheduler
from harness.wait import expect, until

SCHEDULERS = ("berth", "kube-scheduler")


def preferred(*expressions, weight=10):
    return {"affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
        {"weight": weight, "preference": {"matchExpressions": list(expressions)}}]}}}


def required(*expressions):
    return {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
        "nodeSelectorTerms": [{"matchExpressions": list(expressions)}]}}}}


def expression(key, operator, *values):
    return {"key": key, "operator": operator, "values": list(values)}


REFUSED = {
    "no-integer": preferred(expression("num", "Gt", "150.1")),
    "too-large": preferred(expression("num", "Lt", "9223372036854775808")),
    "no-label": preferred(expression("zone", "In", "-bad-", "fine", "no way")),
    "too-long": preferred(expression("zone", "NotIn", "x" * 64)),
    "negative": preferred(expression("num", "Gt", "-3")),
    "several": preferred(expression("zone", "In", "a b"), expression("num", "Gt", "1.5")),
    "required": required(expression("num", "Gt", "1.5")),
}


def without_preemption(name):
    """So that neither adds to a message what preemption found."""
    return configuration({"schedulerName": name, "plugins": {"postFilter": {"disabled": [{"name": "*"}]}}})


def run(cluster):
    cluster.nodes("node-a", "node-b", labels={"num": "500"})
    cluster.berth(without_preemption("berth"))
    kube_scheduler = start_kube_scheduler(cluster.plane, without_preemption("kube-scheduler"))
    cluster.schedulers.append(kube_scheduler.wait_ready())
    alone = {**REFUSED["no-integer"], "nodeSelector": {"kubernetes.io/hostname": "node-a"}}
    for scheduler in SCHEDULERS:
        cluster.pods([pod(f"{name}-{scheduler}", scheduler=scheduler, **spec)
                      for name, spec in {**REFUSED, "alone": alone}.items()])
    for name in REFUSED:
        ours, theirs = ({field: cluster.wait_refused(f"{name}-{scheduler}").get(field) for field in ("reason", "message")}
                        for scheduler in SCHEDULERS)
        expect(ours == theirs, f"{name}: berth says {ours}, kube-scheduler {theirs}")
    for scheduler in SCHEDULERS:
        cluster.wait_bound(f"alone-{scheduler}", 5)
    until(lambda: all(scheduled(cluster.pod(f"alone-{s}")).get("status") == "True" for s in SCHEDULERS), 5,
          "a bound pod's condition PodScheduled is not True")
    return f"{len(REFUSED)} pods refused in the same words, one bound by each"
