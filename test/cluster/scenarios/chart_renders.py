"""The chart, rendered with several sets of values: what a careful operator looks for is there."""
import json
import os
import re

import yaml

from harness import chart
from harness.chart import CHART, one
from harness.wait import expect

RUNBOOKS = os.path.join(CHART, "..", "..", "docs", "runbooks.md")
WATCHED = ("--set", "dashboard.enabled=true,prometheusRule.enabled=true")
DIGEST = "sha256:" + "ab" * 32
ELSEWHERE = ("--set", "fullnameOverride=other,schedulerName=other", "--set", f"image.digest={DIGEST}")
ALONE = ("--set", "replicaCount=1,leaderElection.enabled=false,service.enabled=false")


def run(cluster):
    programs = cluster.options.control_plane
    default(chart.render(programs))
    elsewhere(chart.render(programs, *ELSEWHERE, namespace="other-place"))
    alone(chart.render(programs, *ALONE))
    configured(programs)
    lease(programs)
    port(programs, cluster.admin_kubeconfig)
    reserving(chart.render(programs, "--set", "reservations.enabled=true"))
    watching(programs)
    return "the renderings are right"


def pod_of(objects):
    return one(objects, "Deployment")["spec"]["template"]


def default(objects):
    deployment, pod = one(objects, "Deployment"), pod_of(objects)
    container = pod["spec"]["containers"][0]
    expect(deployment["spec"]["replicas"] == 2, "not two replicas")
    expect(pod["spec"]["schedulerName"] == "default-scheduler", "berth's own pods would wait for berth")
    expect(pod["spec"]["priorityClassName"] == "system-cluster-critical", "no priority class")
    expect(pod["spec"]["securityContext"]["runAsNonRoot"] and pod["spec"]["securityContext"]["runAsUser"] == 65532, "runs as root")
    expect(pod["spec"]["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, "no seccomp profile")
    expect(container["securityContext"] == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                                            "capabilities": {"drop": ["ALL"]}}, "the container is not hardened")
    for probe, path in (("startupProbe", "/livez"), ("livenessProbe", "/livez"), ("readinessProbe", "/readyz")):
        expect(container[probe]["httpGet"] == {"path": path, "port": "https", "scheme": "HTTPS"}, f"{probe} asks elsewhere")
    expect(container["ports"] == [{"name": "https", "containerPort": 10259}], "another port")
    expect(re.fullmatch("[0-9a-f]{64}", pod["metadata"]["annotations"]["checksum/config"]), "no checksum of the configuration")
    selector = deployment["spec"]["selector"]["matchLabels"]
    expect(selector.items() <= pod["metadata"]["labels"].items(), "the Deployment does not select its pods")
    expect(not any("version" in key for key in selector), "an upgrade would change the selector")
    budget = one(objects, "PodDisruptionBudget")["spec"]
    expect(budget == {"maxUnavailable": 1, "unhealthyPodEvictionPolicy": "AlwaysAllow", "selector": {"matchLabels": selector}}, f"{budget}")
    expect(not one(objects, "ServiceAccount")["automountServiceAccountToken"] and pod["spec"]["automountServiceAccountToken"],
           "the token is for berth's pods alone")
    expect(one(objects, "Service")["spec"]["selector"] == selector, "the Service selects others")
    config = one(objects, "ConfigMap")["data"]["config.yaml"]
    expect("leaderElect: true" in config and "schedulerName: berth" in config, f"the configuration reads {config}")
    lease = [rule for rule in one(objects, "Role")["rules"] if "update" in rule["verbs"]]
    expect([rule["resourceNames"] for rule in lease] == [["berth"]], "the lease is not limited by name")
    expect("--reserve-on-recreate" not in container["args"], "reserves without being asked to")
    for rule in one(objects, "ClusterRole")["rules"]:
        expect(rule["resources"] != ["nodes"] or "patch" not in rule["verbs"], "may patch nodes without need")
        expect("*" not in rule["verbs"] + rule["resources"] + rule["apiGroups"], "a wildcard")
        expect("secrets" not in rule["resources"], "secrets")


def elsewhere(objects):
    """Nothing is left of the default name, so two releases do not meet."""
    for each in objects:
        namespace = each["metadata"].get("namespace")
        name = each["metadata"]["name"].removeprefix("other-place:")
        expect(name.startswith("other"), f"{each['kind']} is called {name}")
        place = chart.NAMESPACE if name.endswith(":authentication-reader") else "other-place"
        expect(namespace in (None, place), f"{each['kind']} lies in {namespace}")
    expect(pod_of(objects)["spec"]["containers"][0]["image"] == f"berth@{DIGEST}", "the digest is not used")
    test = one(objects, "Pod")
    expect(test["spec"]["schedulerName"] == "other" and test["metadata"]["annotations"]["helm.sh/hook"] == "test",
           "`helm test` does not test this scheduler")


def alone(objects):
    kinds = [each["kind"] for each in objects if not each["metadata"]["name"].endswith(":authentication-reader")]
    for kind in ("Role", "RoleBinding", "PodDisruptionBudget", "Service"):
        expect(kind not in kinds, f"a single replica has no use for a {kind}")


def configured(programs):
    """`config` lies over what the chart writes, and another configuration is another checksum."""
    objects = chart.render(programs, "--set", "schedulerName=mine,config.podMaxBackoffSeconds=20",
                           "--set-json", 'config.profiles=[{"schedulerName":"mine"}]')
    config = one(objects, "ConfigMap")["data"]["config.yaml"]
    expect("schedulerName: mine" in config and "schedulerName: berth" not in config, f"the profiles are not replaced: {config}")
    expect("podMaxBackoffSeconds: 20" in config and "leaderElect: true" in config, f"the fields are not merged: {config}")
    first, second = (pod_of(each)["metadata"]["annotations"]["checksum/config"] for each in (chart.render(programs), objects))
    expect(first != second, "a changed configuration would not roll the pods")


def lease(programs):
    """The configuration's lease and the one that the Role allows are one, wherever its name was set."""
    places = (
        ((), "berth", chart.NAMESPACE),
        (("--set", "leaderElection.resourceName=mine"), "mine", chart.NAMESPACE),
        (("--set", "config.leaderElection.resourceName=theirs"), "theirs", chart.NAMESPACE),
        (("--set", "leaderElection.resourceName=mine,config.leaderElection.resourceName=theirs"), "theirs", chart.NAMESPACE),
        (("--set", "config.leaderElection.resourceNamespace=leases"), "berth", "leases"),
        (("--set", "nameOverride=second"), "berth-second", chart.NAMESPACE),
        (("--set", "leaderElection.enabled=false,config.leaderElection.leaderElect=true"), "berth", chart.NAMESPACE),
        (("--set", "config.leaderElection.leaseDuration=20s"), "berth", chart.NAMESPACE),
        (("--set-json", 'config.leaderElection={"resourceName":""}'), "berth", chart.NAMESPACE),
    )
    for flags, name, namespace in places:
        objects = chart.render(programs, *flags)
        election = yaml.safe_load(one(objects, "ConfigMap")["data"]["config.yaml"])["leaderElection"]
        role, binding = one(objects, "Role"), one(objects, "RoleBinding", one(objects, "Role")["metadata"]["name"])
        named = [rule["resourceNames"] for rule in role["rules"] if "update" in rule["verbs"]]
        expect((election["resourceName"], election["resourceNamespace"]) == (name, namespace), f"{flags}: {election}")
        expect(named == [[name]], f"{flags}: the Role allows {named}")
        expect({role["metadata"]["namespace"], binding["metadata"]["namespace"]} == {namespace}, f"{flags}: the Role lies elsewhere")
    alone = chart.render(programs, "--set", "replicaCount=1,config.leaderElection.leaderElect=false")
    expect(not [each for each in alone if each["kind"] == "Role"], "a Role for a lease that nobody takes")


def port(programs, kubeconfig):
    """One port everywhere, and where somebody reads about it."""
    objects = chart.render(programs, "--set", "securePort=9251")
    container = pod_of(objects)["spec"]["containers"][0]
    expect("--secure-port=9251" in container["args"], f"{container['args']}")
    expect(container["ports"] == [{"name": "https", "containerPort": 9251}], f"{container['ports']}")
    expect(one(objects, "Service")["spec"]["ports"] == [{"name": "https", "port": 9251, "targetPort": "https"}], "the Service's port")
    for flags, words in ((("--set", "securePort=9251"), ("deployment/berth 9251 &", "--from https://127.0.0.1:9251")),
                         ((), ("deployment/berth 10259 &", "berth trace pod default/web\n"))):
        code, out, error = chart.helm(programs, "install", "berth", CHART, "--dry-run=client", "--kubeconfig", kubeconfig,
                                      "--namespace", chart.NAMESPACE, *flags)
        notes = out.partition("NOTES:")[2]
        expect(code == 0 and all(each in notes for each in words), f"the notes speak of another port: {notes}{error}")


def watching(programs):
    """Off by default. Each alert has a severity, words, and a section in the runbooks; each panel asks for something."""
    kinds = [each["kind"] for each in chart.render(programs)]
    expect("PrometheusRule" not in kinds and kinds.count("ConfigMap") == 1, f"there without being asked for: {kinds}")
    objects = chart.render(programs, *WATCHED, "--set", "fullnameOverride=other,prometheusRule.labels.release=monitoring",
                           "--set", "prometheusRule.runbookUrl=https://example.org/runbooks")
    dashboard = one(objects, "ConfigMap", "other-dashboard")
    expect(dashboard["metadata"]["labels"]["grafana_dashboard"] == "1", "the sidecar would not find the dashboard")
    panels = json.loads(dashboard["data"]["berth.json"])["panels"]
    expect(len({panel["id"] for panel in panels}) == len(panels) > 10, "panels share an id")
    expect(all(target["expr"] for panel in panels for target in panel["targets"]), "a panel asks for nothing")
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]
    expect(len(set(places)) == len(places), "panels lie on one another")
    rule = one(objects, "PrometheusRule")
    expect(rule["metadata"]["labels"]["release"] == "monitoring", "no Prometheus would choose the rules")
    with open(RUNBOOKS, encoding="utf-8") as page:
        sections = re.findall(r"^## (\w+)$", page.read(), re.M)
    alerts = [each for group in rule["spec"]["groups"] for each in group["rules"]]
    expect(sections == [each["alert"] for each in alerts], f"the runbooks are about {sections}")
    for each in alerts:
        name, notes = each["alert"], each["annotations"]
        expect(each["labels"]["severity"] in ("critical", "warning"), f"{name} has no severity")
        expect(notes["summary"] and notes["description"], f"{name} says nothing")
        expect(notes["runbook_url"] == f"https://example.org/runbooks#{name.lower()}", f"{name}: {notes['runbook_url']}")
        selectors = re.findall(r"\{([^}]*)\}", each["expr"])
        expect(selectors and all('job="other"' in selector for selector in selectors), f"{name} looks at others: {each['expr']}")


def reserving(objects):
    """The flag, the plugin that it needs, and the rights that it needs come together."""
    expect("--reserve-on-recreate" in pod_of(objects)["spec"]["containers"][0]["args"], "no flag --reserve-on-recreate")
    config = one(objects, "ConfigMap")["data"]["config.yaml"]
    expect("name: NodeReservation" in config, f"the profile has no NodeReservation: {config}")
    rules = {(verb, resource) for rule in one(objects, "ClusterRole")["rules"] for verb in rule["verbs"] for resource in rule["resources"]}
    expect(("patch", "nodes") in rules, "may not patch nodes")
    for workloads in ("replicasets", "statefulsets", "replicationcontrollers"):
        expect({("list", workloads), ("watch", workloads)} <= rules, f"may not watch {workloads}")
