"""The README's commands that need no registry: a cluster in a file explained, and a pod that berth binds."""
from walkthrough import walk

PAGES = ["README.md"]


def run(cluster):
    cluster.nodes("node-1")
    cluster.plane.start_kwok()
    return walk(cluster, *PAGES)
