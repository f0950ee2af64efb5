"""docs/explain.md as a reader types it: everything is in a file, and no cluster is asked."""
from walkthrough import walk

PAGES = ["docs/explain.md", "examples/explain/README.md"]


def run(cluster):
    return walk(cluster, *PAGES)
