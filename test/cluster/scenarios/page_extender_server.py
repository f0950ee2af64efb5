"""The page of examples/extender-server, as a reader types it, and what docs/extender-server.md shows."""
from harness.examples import expect_nothing_forbidden, start_everything
from walkthrough import walk

PAGES = ["examples/extender-server/README.md", "docs/extender-server.md"]
NEEDS = ("v1.37", "the page starts kube-scheduler v1.37, which waits for DeviceTaintRule in resource.k8s.io/v1")


def run(cluster):
    start_everything(cluster)
    return walk(cluster, *PAGES)
