"""Metrics of berth and of kube-scheduler after the same small script on one API server: every family that kube-scheduler serves
is there with its type, its label names and its buckets, and with the values of labels that dashboards select by; or it stands in
docs/metrics.md with the reason why it does not. And the chart's dashboard and alerts ask for nothing that is not there."""
import json
import os
import re

from harness import chart, exposition
from harness.cluster import PODS
from harness.load import create_all
from harness.objects import node, pod
from harness.preemption_script import priority_classes
from harness.scheduler import configuration, start_kube_scheduler
from harness.wait import expect, until

METRICS = os.path.normpath(os.path.join(os.path.dirname(__file__), "../../../docs/metrics.md"))
COMPARED = re.compile("scheduler_|rest_client_|leader_election_|workqueue_|kubernetes_|process_")
# Which values of labels must be there too, and those of kube-scheduler's that need not be, with their reasons there.
SELECTED_BY = {"queue", "type", "result", "extension_point", "operation", "hint"}
SPARED = {
    ("scheduler_framework_extension_point_duration_seconds", "extension_point"): {"Sign", "PreBindPreFlight"},
    # One call in ten is timed: which points come up is a matter of luck.
    ("scheduler_plugin_execution_duration_seconds", "extension_point"): {
        "Bind", "PostBind", "PostFilter", "PreBind", "PreBindPreFlight", "PreEnqueue", "PreFilterExtensionAddPod",
        "PreFilterExtensionRemovePod", "Permit", "Reserve", "ScoreExtensionNormalize", "Sign", "Unreserve"},
}


def run(cluster):
    priority_classes(cluster.api)
    election = {"leaderElect": True, "resourceNamespace": "kube-system"}
    theirs = start_kube_scheduler(cluster.plane, configuration(
        {"schedulerName": "theirs"}, leader_election={**election, "resourceName": "theirs"})).wait_ready()
    ours = cluster.berth(configuration(
        {"schedulerName": "ours"}, leader_election={**election, "resourceName": "berth"}))
    for scheduler in ("theirs", "ours"):
        script(cluster, scheduler)
    said = compare(theirs, ours)
    health(theirs, ours)
    return f"{said}; {watched(cluster, ours)}"


def script(cluster, scheduler):
    """Pods are bound, refused, woken, gated, taken out, and make room for one another."""
    own = {"nodeSelector": {"only": scheduler}, "scheduler": scheduler}
    create_all(cluster.api, "/api/v1/nodes", [node(f"{scheduler}-{i}", cpu="2", labels={"only": scheduler}) for i in "ab"])
    names = [f"{scheduler}-{i}" for i in range(20)]
    cluster.pods([pod(name, cpu="150m", priorityClassName="low", terminationGracePeriodSeconds=0, **own) for name in names])
    for name in names:
        cluster.wait_bound(name, 60)
    cluster.pods([pod(f"{scheduler}-large", cpu="3", **own),
                  pod(f"{scheduler}-gated", schedulingGates=[{"name": "example.com/wait"}], **own)])
    cluster.wait_refused(f"{scheduler}-large")
    cluster.pods([pod(f"{scheduler}-high", cpu="1", priorityClassName="high", **own)])
    cluster.wait_bound(f"{scheduler}-high", 60)
    cluster.api.request("DELETE", f"{PODS}/{scheduler}-high", {"gracePeriodSeconds": 0})
    create_all(cluster.api, "/api/v1/nodes", [node(f"{scheduler}-c", cpu="4", labels={"only": scheduler})])
    cluster.wait_bound(f"{scheduler}-large", 60)


def compare(theirs, ours):
    """What kube-scheduler gathers in a buffer is written once a second."""
    until(lambda: theirs.metric("scheduler_pod_scheduling_attempts_count") == 22, 20, "kube-scheduler has not bound all")
    left_out = documented()
    differences, same = [], 0

    def look():
        nonlocal differences, same
        differences, same = [], 0
        expected, there = (exposition.read(who.fetch("/metrics")[1]) for who in (theirs, ours))
        for name, family in expected.items():
            if not COMPARED.match(name) or name in left_out:
                continue
            if name not in there:
                differences.append(f"{name} is missing: {family.form()}")
                continue
            same += 1
            if family.form() != there[name].form():
                differences.append(f"{name}: kube-scheduler {family.form()}, berth {there[name].form()}")
            for label in family.labels & SELECTED_BY:
                missing = family.values(label) - there[name].values(label) - SPARED.get((name, label), set())
                if missing:
                    differences.append(f"{name}: no {label} {sorted(missing)}: there are {sorted(there[name].values(label))}")
        stale = left_out & there.keys()
        if stale:
            differences.append(f"left out by {METRICS} and there: {sorted(stale)}")
        return not differences

    until(look, 10, lambda: "\n".join(differences))
    expect(same > 30, f"only {same} families were compared")
    return f"{same} families alike, {len(left_out)} left out with a reason"


def documented():
    """The names in the table of what is left out."""
    with open(METRICS, encoding="utf-8") as page:
        table = page.read().partition("### What is left out")[2].partition("\n#")[0]
    names = set(re.findall(r"`((?:scheduler|rest_client|leader_election|workqueue|kubernetes|process)_\w+)`", table))
    expect(names, f"{METRICS} has no table of what is left out")
    return names


def health(theirs, ours):
    """/metrics/slis, once each check was asked for."""
    pages = []
    for who in (theirs, ours):
        for path in ("/healthz", "/livez", "/readyz"):
            expect(who.fetch(path)[0] == 200, f"{who.name} is not well: {path}")
        pages.append(exposition.read(who.fetch("/metrics/slis")[1]))
    expected, there = pages
    for name in ("kubernetes_healthcheck", "kubernetes_healthchecks_total"):
        expect(expected[name].form() == there[name].form(), f"{name}: {expected[name].form()}, {there[name].form()}")
        for label in ("type", "name"):
            missing = expected[name].values(label) - there[name].values(label)
            expect(not missing, f"{name}: no {label} {sorted(missing)}; there are {sorted(there[name].values(label))}")


def watched(cluster, ours):
    """Each name that the chart's dashboard and alerts ask for is served, with the labels that they choose by and group by."""
    objects = chart.render(cluster.options.control_plane, "--set", "dashboard.enabled=true,prometheusRule.enabled=true")
    dashboard = json.loads(chart.one(objects, "ConfigMap", "berth-dashboard")["data"]["berth.json"])
    rules = chart.one(objects, "PrometheusRule")["spec"]["groups"][0]["rules"]
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]] + [rule["expr"] for rule in rules]
    there = exposition.read(ours.fetch("/metrics")[1])
    names = set()
    for expression in asked:
        for name, selector in re.findall(r"([a-z]\w+)\{([^}]*)\}", expression):
            if name == "up":
                continue
            family = there.get(name) or there.get(re.sub("_(bucket|sum|count)$", "", name))
            expect(family, f"{name} is not served: {expression}")
            labels = set(re.findall(r"(\w+)!?=", selector))
            grouped = {each for group in re.findall(r"by ?\(([^)]*)\)", expression) for each in re.split(", *", group)}
            missing = (labels | grouped) - family.labels - {"job", "pod", "le"}
            expect(not missing, f"{name} has no label {sorted(missing)}: {expression}")
            names.add(name)
    return f"{len(asked)} expressions of the chart ask for {len(names)} names"
