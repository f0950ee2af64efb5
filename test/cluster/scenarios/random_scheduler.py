"""A scheduler of one's own, built from an empty folder against the installed package by the commands of the pages; then run
as deploy/my-scheduler.yaml would run it: thirty pods are spread at random over the nodes that can take them."""
import os

from harness.in_cluster import start_as_deployed
from harness.objects import pod
from harness.wait import expect
from scenarios.manifests_apply import DEPLOY
from walkthrough import walk

PAGES = ("examples/random-scheduler/README.md", "docs/write-a-plugin.md")
PODS = 30


def run(cluster):
    cluster.nodes("node-a", "node-b", "node-c")
    cluster.nodes("small", cpu="100m")
    cluster.plane.start_kwok()
    told = walk(cluster, *PAGES)

    # Not observed: both pages bind a pod of one name, which is one binding too many for the invariants.
    cluster.kubectl("apply", "-f", os.path.join(DEPLOY, "my-scheduler.yaml"))
    start_as_deployed(cluster, "my-scheduler", "my-scheduler", os.path.join(cluster.folder, "my-scheduler", "my-scheduler"))
    pods = [pod(f"random-{number}", cpu="200m", scheduler="my-scheduler") for number in range(PODS)]
    cluster.pods(pods)
    used = {cluster.wait_bound(f"random-{number}", 30) for number in range(PODS)}
    expect(used == {"node-a", "node-b", "node-c"}, f"{PODS} pods went to {used}")
    return f"{told}; {PODS} pods on {len(used)} nodes"
