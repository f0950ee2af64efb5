"""`berth extender` as the chart installs it, alone: a kube-scheduler asks it over HTTPS, and of eight pods it binds six with the rights
that the chart grants. Each of these is used, and missed when it is taken away; without a certificate nobody is heard."""
import base64
import json

import yaml

from harness import chart, rights
from harness.examples import example
from harness.extender import SCHEDULER, start_asking
from harness.in_cluster import read, start_extender_as_deployed
from harness.objects import pod, scheduled
from harness.scheduler import stranger
from harness.wait import expect, until

ACCOUNT = "berth-extender"
USER = rights.user_of(ACCOUNT)
PODS = 8
CONFIGURATION = json.dumps({"profiles": yaml.safe_load(read(example("extender-server/extender.yaml")))["profiles"]})


def run(cluster):
    cluster.observe()
    cluster.nodes("node-a", "node-b", labels={"example.com/speed": "1"})
    bring_certificate(cluster)
    out = chart.install(cluster, "--set", "replicaCount=0,extender.enabled=true,extender.tls.secretName=webhook-certificate",
                          "--set-json", f"extender.config={CONFIGURATION}")
    expect("urlPrefix: https://berth-extender.kube-system.svc:8443" in out, f"helm install says: {out}")
    webhook = start_extender_as_deployed(cluster, "berth-extender")
    webhook.wait_ready()
    expect(webhook.probes.fetch("/readyz")[0] == 200, "the probes' port does not answer")
    asking = start_asking(cluster, webhook, "kube-scheduler", nodeCacheCapable=True)
    six_of_eight(cluster)
    expect(webhook.probes.metric("berth_extender_requests_total", verb="bind", result="success") == 6, "six bindings are not counted")

    # A pod that was made anew under its name: it is read back.
    answer = webhook.post("/bind", {"PodName": "web-0", "PodNamespace": "default", "PodUID": "another", "Node": "node-a"})
    expect("made anew" in answer["Error"], f"{answer}")
    webhook.context = stranger()
    expect(webhook.fetch("/readyz")[0] == 0, "somebody without a certificate was heard")
    for one in (asking, webhook):
        one.process.stop()
    events = rights.requests(cluster, USER)
    rights.expect_nothing_forbidden(events)
    expect(not {pair[0] for pair in rights.listed(cluster, USER, chart.NAMESPACE)} - {"nodes", "namespaces", "pods", "pods/binding"},
           f"kubectl auth can-i --list: {rights.listed(cluster, USER, chart.NAMESPACE)}")
    count = rights.expect_each_is_used(cluster, USER, events, [f"{chart.PATHS['ClusterRole']}/kube-system:berth-extender"])
    return f"six of {PODS} pods bound by it; {count} rights, each missed when it is taken away"


def bring_certificate(cluster):
    keys = cluster.plane.certificates
    names = f"DNS:{ACCOUNT}.{chart.NAMESPACE}.svc,IP:127.0.0.1"
    certificate, key = keys.issue("webhook", f"/CN={ACCOUNT}", extension=f"subjectAltName={names}")
    files = {"tls.crt": certificate, "tls.key": key, "ca.crt": keys.authority}
    cluster.api.create(f"/api/v1/namespaces/{chart.NAMESPACE}/secrets", {
        "metadata": {"name": "webhook-certificate"},
        "data": {name: base64.b64encode(read(path).encode()).decode() for name, path in files.items()}})


def six_of_eight(cluster):
    cluster.pods([pod(f"web-{number}", scheduler=SCHEDULER) for number in range(PODS)])

    def pods():
        return cluster.api.get("/api/v1/namespaces/default/pods")["items"]

    def settled():
        bound = [one for one in pods() if "nodeName" in one["spec"]]
        refused = [one for one in pods() if "no more than 6 pods" in scheduled(one).get("message", "")]
        return len(bound) == 6 and len(refused) == 2

    until(settled, 30, lambda: f"not six of {PODS} are bound: {[scheduled(one) for one in pods()]}")
    made = [event for event in rights.requests(cluster, USER) if rights.right_of(event) == ("create", "", "pods/binding")]
    expect(len([event for event in made if event["responseStatus"]["code"] == 201]) == 6, "somebody else bound them")
