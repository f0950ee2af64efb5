#!/usr/bin/python3
"""Runs a page of the documentation against a cluster that is there already: walkthrough.py --berth FILE PAGE...

Scenarios do the same by `walk(cluster, PAGE...)`, on a control plane of their own. See harness/page.py for what of a page is
run, and harness/comparison.py for what counts as the output that it promises."""
import argparse
import os
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness.wait import Failure  # noqa: E402
from harness.walker import Walker  # noqa: E402

CLIENTS = ("kubectl", "helm", "kube-scheduler")


def programs(berth, control_plane=None):
    """What a page finds on its PATH: what was built beside berth, and the control plane's own."""
    built = os.path.dirname(os.path.abspath(berth))
    found = {"berth": os.path.abspath(berth), "memory_api_server": os.path.join(built, "memory_api_server")}
    if control_plane:
        found.update({name: os.path.join(control_plane, name) for name in CLIENTS})
    return {name: path for name, path in found.items() if os.path.exists(path)}


def walk(cluster, *pages, in_memory=False):
    """Runs the pages, by their paths from the root, one after another on one cluster; what a page leaves there the next one
    finds. A page in memory starts its own API server."""
    options = cluster.options
    count = 0
    for page in pages:
        walker = Walker(cluster.folder, programs(options.berth, options.control_plane),
                        None if in_memory else cluster.admin_kubeconfig)
        count += walker.walk(page, "in-memory" if in_memory else "real")
        cluster.walked.append(page)
    return f"{count} steps of {', '.join(pages)}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", nargs="+", help="its path from the root of the project")
    parser.add_argument("--berth", required=True, help="the executable")
    parser.add_argument("--in-memory", action="store_true", help="run what a page has for the in-memory API server")
    parser.add_argument("--kubeconfig", default=os.environ.get("KUBECONFIG"), help="the cluster to use")
    given = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="berth-page-")
    try:
        for page in given.page:
            walker = Walker(folder, programs(given.berth), None if given.in_memory else given.kubeconfig)
            count = walker.walk(page, "in-memory" if given.in_memory else "real")
            print(f"{page}: {count} steps")
        return 0
    except Failure as problem:
        print(problem)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
