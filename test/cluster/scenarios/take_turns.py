"""The plugin that docs/write-a-plugin.md writes: built and tested against the installed package, and at work."""
from walkthrough import walk

PAGES = ("examples/write-a-plugin/README.md",)


def run(cluster):
    cluster.nodes("node-a", "node-b")
    cluster.plane.start_kwok()
    cluster.plane.start_controller_manager()
    return walk(cluster, *PAGES)
