"""One berth has its token in a file, another from a command (exec). The token is replaced in time, as a kubelet does
it, and too late: the API server refuses the old one (its Secret is gone, so that it counts no more) before the new one
is there. Pods go on being bound by both; after the late one within 5 s. Each reads the file, or runs the command, again
by itself, and is the same process."""
import json
import os
import time

from harness import audit, chart
from harness.api import Api
from harness.objects import pod
from harness.scheduler import configuration, write
from harness.stream import RATE, Stream, furnish
from harness.wait import expect, until

SECRETS = f"/api/v1/namespaces/{chart.NAMESPACE}/secrets"
ACCOUNT = f"/api/v1/namespaces/{chart.NAMESPACE}/serviceaccounts/berth/token"
LATE = 2  # seconds without a token that counts
ALLOWED = 5
FORGETS = 15  # seconds: kube-apiserver remembers for 10 that a token counted


def token(api, name):
    """One that counts as long as the Secret is there."""
    secret = api.create(SECRETS, {"metadata": {"name": name}})
    about = {"apiVersion": "v1", "kind": "Secret", "name": name, "uid": secret["metadata"]["uid"]}
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
               "spec": {"expirationSeconds": 3600, "boundObjectRef": about}}
    return api.create(ACCOUNT, request)["status"]["token"]


def put(folder, text):
    os.replace(write(folder, "token.new", text), os.path.join(folder, "token"))


def command(folder):
    says = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "%s"}}
    path = write(folder, "token.sh", f"#!/bin/sh\nprintf '{json.dumps(says)}' \"$(cat {folder}/token)\"\n")
    os.chmod(path, 0o755)
    return path


def revoke(cluster, name, text):
    """Returns when the API server refuses the token."""
    cluster.api.delete(f"{SECRETS}/{name}")
    asks = Api(cluster.plane.port, cluster.plane.certificates.authority, token=text)
    until(lambda: not asks.is_known(), FORGETS, "the API server still takes the token", every=0.1)


def run(cluster):
    cluster.observe()
    cluster.nodes("node-exec", labels={"for": "exec"}, taints=[{"key": "for", "value": "exec", "effect": "NoSchedule"}])
    places = furnish(cluster, int((2 * FORGETS + LATE) * RATE))
    chart.grant(cluster.api, chart.render(cluster.options.control_plane))
    tokens = {name: token(cluster.api, name) for name in ("first", "second", "third")}
    put(cluster.folder, tokens["first"])
    both = [cluster.berth(kubeconfig=cluster.plane.kubeconfig("berth", token_file=os.path.join(cluster.folder, "token"))),
            cluster.berth(configuration({"schedulerName": "exec"}), "berth-exec",
                          kubeconfig=cluster.plane.kubeconfig("berth", command=command(cluster.folder)))]
    processes = [each.process.pid for each in both]
    stream = Stream(cluster, places)
    exec_binds(cluster, "before")

    put(cluster.folder, tokens["second"])
    revoke(cluster, "first", tokens["first"])
    in_time = bound_within(cluster, "in time")

    revoke(cluster, "second", tokens["second"])
    time.sleep(LATE)
    put(cluster.folder, tokens["third"])
    late = bound_within(cluster, "late")

    stream.fill()
    pods, slowest = stream.all_bound(others=3)
    for each, process in zip(both, processes):
        expect(each.process.running() and each.process.pid == process, f"{each.name} did not outlive its token")
    used = {binding.by for binding in audit.granted(cluster.plane.audit())}
    expect(len(used) == 3, f"pods were bound with {len(used)} tokens, not 3")
    return f"replaced in time: a pod bound {in_time[0]:.1f} s (exec: {in_time[1]:.1f} s) after the old one was refused; " \
           f"{LATE} s late: {late[0]:.1f} s ({late[1]:.1f} s) after it was there; {pods} pods bound once, " \
           f"the slowest after {slowest:.1f} s"


def bound_within(cluster, when):
    """Seconds from now until each of the two had a pod bound."""
    position, since = cluster.plane.audit_position(), time.time()
    took = (max(0.0, audit.first_binding(cluster.plane, position, 60, "no pod is bound with the new token").at - since),
            max(0.0, exec_binds(cluster, when.replace(" ", "-")) - since))
    expect(max(took) < ALLOWED, f"the token was replaced {when}, and pods were bound {took[0]:.1f} s and {took[1]:.1f} s later")
    return took


def exec_binds(cluster, name):
    """When a pod of the one with the command was bound."""
    cluster.pods([pod(f"exec-{name}", scheduler="exec", nodeSelector={"for": "exec"}, tolerations=[{"operator": "Exists"}])])
    cluster.wait_bound(f"exec-{name}", 30)
    return time.time()
