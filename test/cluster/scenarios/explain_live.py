"""`berth explain pod NAMESPACE/NAME` asked of the real API server: a waiting pod's reason and what would cure it, proven by
making that change; a pod that is bound, one that is not there, no rights, no server, and words that are wrong."""
import json
import re
import subprocess

from harness.objects import pod
from harness.wait import expect

SECONDS = 30


def run(cluster):
    cluster.observe()
    cluster.nodes("node-a", "node-b", cpu="2")
    cluster.berth(flags=("--remedies-in-events",))
    cluster.pods([pod("small", cpu="500m")])
    cluster.wait_bound("small", 5)
    cluster.pods([pod("big", cpu="3")])
    message = cluster.wait_refused("big")["message"]
    cluster.wait_event("big", re.compile(re.escape(message) + r" To fit: ask for 2 cpu instead of 3, 1 less \(fits on node-[ab]"))

    waits(cluster, message)
    refused(cluster, cluster.kubeconfig(), f"pod default/small is not pending: it is bound to {cluster.node_of('small')}", "pod", "default/small")
    refused(cluster, cluster.kubeconfig(), "has no pod default/bi; there is default/big", "pod", "bi", "-n", "default")
    nobody = cluster.plane.kubeconfig("nobody", "nobodies")
    refused(cluster, nobody, 'Forbidden: pods is forbidden: User "nobody" cannot list resource "pods"', "pod", "default/big")
    refused(cluster, "/nowhere/kubeconfig", "/nowhere/kubeconfig", "pod", "default/big")
    refused(cluster, cluster.plane.kubeconfig(server="https://127.0.0.1:1"), "127.0.0.1:1", "pod", "default/big")
    refused(cluster, cluster.kubeconfig(), "say `berth explain pod default/big`", "pdo", "default/big")
    refused(cluster, cluster.kubeconfig(), "which pod? say `berth explain pod NAMESPACE/NAME`", "pod")

    said = ask(cluster, cluster.kubeconfig(), "pod", "default/big", command="simulate")
    expect(said.returncode == 1 and "1 pending: 0 fit, 1 do not" in said.stdout, f"simulate: {said}")
    return f"{message!r}, cured as told"


def waits(cluster, message):
    """What berth says of the pod is what its event says, and the change that it names first does let it fit."""
    said = ask(cluster, cluster.kubeconfig(), "pod", "default/big")
    expect(said.returncode == 1 and said.stderr == "", f"explain: {said}")
    expect(said.stdout.startswith(f"default/big: {message}\n"), f"explain says {said.stdout!r}, the event {message!r}")
    first = "ask for 2 cpu instead of 3, 1 less (fits on "
    expect(f"  to fit: {first}" in said.stdout, f"explain does not say {first!r}:\n{said.stdout}")

    (entry,) = json.loads(ask(cluster, cluster.kubeconfig(), "pod/big", "-o", "json").stdout)
    cure = entry["remedies"][0]
    expect((cure["change"], cure["resource"], cure["to"]) == ("request-less", "cpu", "2"), f"the first remedy is {cure}")
    cluster.pods([pod("cured", cpu=cure["to"])])
    node = cluster.wait_bound("cured", 5)
    expect(node == cure["node"], f"the pod as told is on {node}, not on {cure['node']}")


def ask(cluster, kubeconfig, *words, command="explain"):
    return subprocess.run([cluster.options.berth, command, "--kubeconfig", kubeconfig, *words], timeout=SECONDS,
                          capture_output=True, text=True, stdin=subprocess.DEVNULL, env={"HOME": cluster.folder})


def refused(cluster, kubeconfig, words, *question):
    said = ask(cluster, kubeconfig, *question)
    lines = said.stderr.splitlines()
    expect(said.returncode == 2, f"{question}: exit code {said.returncode}, not 2: {said}")
    expect(len(lines) == 1 and words in lines[0], f"{question}: not one line with {words!r}: {said.stderr}")
    expect(said.stdout == "", f"{question}: says {said.stdout!r}")
