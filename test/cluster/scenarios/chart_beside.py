"""Two releases of one name in two namespaces, each with everything that the chart can make: neither takes the other's objects, each
schedules its own pods under its own lease, and when one is uninstalled nothing of it is left and the other goes on. Then an older
release is upgraded with `--reuse-values`, which has none of the values that are new."""
import os
import shutil

import yaml

from harness import chart, definitions
from harness.in_cluster import start_as_deployed
from harness.objects import pod
from harness.wait import expect, until
from scenarios.chart_extender import CONFIGURATION

EVERYTHING = ("--create-namespace", "--set-json", f"extender.config={CONFIGURATION}", "--set",
              "extender.enabled=true,extender.tls.certManager.enabled=true,networkPolicy.enabled=true,serviceMonitor.enabled=true,"
              "prometheusRule.enabled=true,dashboard.enabled=true,reservations.enabled=true,replicaCount=3,"
              "rbac.metricsReaders[0].name=prometheus,rbac.metricsReaders[0].namespace=monitoring")
NEW = ("namespaceOverride", "tls", "networkPolicy", "serviceMonitor", "extender", "extraVolumes", "extraVolumeMounts", "rbac.metricsReaders",
       "serviceAccount.automount", "service.labels", "podDisruptionBudget.maxUnavailable", "podDisruptionBudget.unhealthyPodEvictionPolicy")
RBAC = "/apis/rbac.authorization.k8s.io/v1"
SHARED = (f"{RBAC}/clusterroles", f"{RBAC}/clusterrolebindings", f"{RBAC}/namespaces/kube-system/rolebindings")


def run(cluster):
    cluster.observe()
    cluster.nodes("node-a")
    definitions.define(cluster.api)
    berths = {}
    for name in ("alpha", "beta"):
        chart.install(cluster, *EVERYTHING, "--set", f"schedulerName={name}", namespace=f"team-{name}")
        berths[name] = start_as_deployed(cluster, name, namespace=f"team-{name}")
    for name in berths:
        until(lambda name=name: holder(cluster, name), 20, f"nobody holds the lease of {name}")
        expect(len(shared(cluster, name)) == 7, f"outside its namespace {name} has {shared(cluster, name)}")
    cluster.pods([pod(f"web-of-{name}", scheduler=name) for name in berths])
    for name in berths:
        cluster.wait_bound(f"web-of-{name}", 10)
        until(lambda name=name: told_by(cluster, f"web-of-{name}") == {name}, 10,
              lambda name=name: f"web-of-{name} was scheduled by {told_by(cluster, f'web-of-{name}')}")
    expect(holder(cluster, "alpha") != holder(cluster, "beta"), "one process holds both leases")

    berths["beta"].process.stop()
    chart.done(cluster, "uninstall", "berth", "--wait", namespace="team-beta")
    expect(not shared(cluster, "beta"), f"uninstalled, and left behind: {shared(cluster, 'beta')}")
    expect(len(shared(cluster, "alpha")) == 7, "the other release lost something")
    cluster.pods([pod("after-of-alpha", scheduler="alpha")])
    cluster.wait_bound("after-of-alpha", 10)
    expect("forbidden" not in berths["alpha"].log().lower(), "a right is missing beside another release")
    upgrades(cluster)
    return "two releases side by side, one uninstalled, an older one upgraded"


def shared(cluster, name):
    """What lies where both releases are: roles and bindings."""
    return sorted(one["metadata"]["name"] for path in SHARED for one in cluster.api.get(path)["items"]
                  if one["metadata"]["name"].startswith(f"team-{name}:"))


def holder(cluster, name):
    found = cluster.api.get(f"/apis/coordination.k8s.io/v1/namespaces/team-{name}/leases")["items"]
    return next((one["spec"].get("holderIdentity") for one in found if one["metadata"]["name"] == "berth"), None)


def told_by(cluster, pod_name):
    return {event["reportingController"] for event in cluster.events("Scheduled", of=pod_name)}


def upgrades(cluster):
    """helm takes the old release's values, defaults and all, in the place of the new chart's (bitnami/charts 1808,
    argoproj/argo-helm 1114, cilium/cilium 18115)."""
    folder = older_chart(cluster)
    chart.install(cluster, "--set", "loggingFormat=json", namespace="team-beta", folder=folder)
    chart.done(cluster, "upgrade", "berth", chart.CHART, "--reuse-values", "--set", "verbosity=4", namespace="team-beta")
    pods = cluster.api.get("/apis/apps/v1/namespaces/team-beta/deployments/berth")["spec"]["template"]["spec"]
    expect({"--v=4", "--logging-format=json"} <= set(pods["containers"][0]["args"]), f"upgraded, it runs {pods['containers'][0]['args']}")


def older_chart(cluster):
    folder = os.path.join(cluster.folder, "older")
    shutil.copytree(chart.CHART, folder)
    path = os.path.join(folder, "values.yaml")
    with open(path, encoding="utf-8") as file:
        values = yaml.safe_load(file)
    for name in NEW:
        at, _, key = name.rpartition(".")
        del (values[at] if at else values)[key]
    with open(path, "w", encoding="utf-8") as file:
        yaml.safe_dump(values, file)
    return folder
