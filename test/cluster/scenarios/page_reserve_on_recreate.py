"""The pages of examples/reserve-on-recreate, as a reader types them: the cluster is full, a pod of the Deployment is deleted
while an intruder waits, and the rebuilt pod gets its room back."""
from harness.examples import start_everything
from walkthrough import walk

PAGES = ["examples/reserve-on-recreate/README.md", "docs/reserve-on-recreate.md"]


def run(cluster):
    start_everything(cluster)
    return walk(cluster, *PAGES)
