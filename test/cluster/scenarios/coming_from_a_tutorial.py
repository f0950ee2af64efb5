"""docs/coming-from-a-tutorial.md is true: with the system ClusterRoles, the tutorial's configuration and the container that
the page gives, the API server takes the Deployment, berth asks nothing that is forbidden, its probes answer, and it binds."""
import os
import re

import yaml

from harness import chart
from harness.examples import expect_nothing_forbidden
from harness.objects import pod
from harness.scheduler import Scheduler, admin_context, configuration, write
from harness.wait import expect, until

PAGE = os.path.join(os.path.dirname(os.path.dirname(chart.CHART)), "docs", "coming-from-a-tutorial.md")
ACCOUNT = "my-scheduler"
PORT = 10259


def run(cluster):
    cluster.observe()
    cluster.nodes("node-a")
    container = container_of_the_page()
    labels = {"component": "scheduler", "tier": "control-plane"}
    cluster.kubectl("apply", "--dry-run=server", "-f", "-", text=yaml.safe_dump({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": ACCOUNT, "namespace": "kube-system"},
        "spec": {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": {
            "serviceAccountName": ACCOUNT, "containers": [container],
            "volumes": [{"name": "config-volume", "configMap": {"name": "my-scheduler-config"}}]}}}}))
    scheduler = start(cluster, container["command"])
    for probe in ("livenessProbe", "readinessProbe"):
        asked = container[probe]["httpGet"]
        expect(asked["port"] == PORT and asked["scheme"] == "HTTPS", f"{probe} asks elsewhere: {asked}")
        until(lambda path=asked["path"]: scheduler.fetch(path)[0] == 200, 20, f"{probe}: {asked['path']} does not answer")
    cluster.pods([pod("nginx-by-my-scheduler", scheduler="my-scheduler")])
    node = cluster.wait_bound("nginx-by-my-scheduler", 10)
    cluster.wait_event("nginx-by-my-scheduler", f"Successfully assigned default/nginx-by-my-scheduler to {node}")
    expect_nothing_forbidden(cluster, ACCOUNT)
    return "the tutorial's manifest with image and command changed: probes answer, nothing is forbidden, the pod is bound"


def container_of_the_page():
    with open(PAGE, encoding="utf-8") as page:
        block, = re.findall(r"^```yaml\n(.*?)^```$", page.read(), re.MULTILINE | re.DOTALL)
    return yaml.safe_load(block)[0]


def start(cluster, command):
    """As the tutorial's ServiceAccount, whose roles are Kubernetes' own; only paths and the port are this machine's."""
    api = cluster.api
    api.apply(chart.PATHS["ServiceAccount"].format("kube-system"), {"metadata": {"name": ACCOUNT}})
    for role in ("system:kube-scheduler", "system:volume-scheduler"):
        api.apply(chart.PATHS["ClusterRoleBinding"], {
            "metadata": {"name": f"{ACCOUNT}-as-{role.rpartition(':')[2]}"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
            "subjects": [{"kind": "ServiceAccount", "name": ACCOUNT, "namespace": "kube-system"}]})
    api.apply(chart.PATHS["RoleBinding"].format("kube-system"), {
        "metadata": {"name": f"{ACCOUNT}-extension-apiserver-authentication-reader", "namespace": "kube-system"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "extension-apiserver-authentication-reader"},
        "subjects": [{"kind": "ServiceAccount", "name": ACCOUNT, "namespace": "kube-system"}]})
    token = write(cluster.folder, "tutorial-token", chart.token(api, ACCOUNT))
    config = write(cluster.folder, "my-scheduler-config.yaml", configuration({"schedulerName": "my-scheduler"}))
    expect(command[0] == "/usr/bin/berth" and all(word.startswith("--config=") for word in command[1:]), f"{command}")
    process = cluster.plane.start("my-scheduler", [cluster.options.berth, f"--config={config}", "--kubeconfig",
                                                   cluster.plane.kubeconfig(ACCOUNT, port=cluster.plane.port, token_file=token)])
    started = Scheduler(process, PORT, admin_context(cluster.plane))
    cluster.schedulers.append(started)
    return started.wait_ready()
