#!/usr/bin/python3
"""Measures what lists and watches in protobuf cost berth and the API server, and what those in JSON do. Called by
bench_encodings.sh."""
import argparse
import contextlib
import os
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from benchmark import encodings, page, report, restart  # noqa: E402
from harness import own_network  # noqa: E402
from harness.cluster import Cluster  # noqa: E402


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--berth", required=True)
    parser.add_argument("--control-plane", required=True)
    parser.add_argument("--write", metavar="FILE", help="keep the tables in this file")
    parser.add_argument("--nodes", type=int, default=encodings.NODES, help="on which pods are bound")
    parser.add_argument("--pods", type=int, default=encodings.PODS, help="that are bound in each run")
    parser.add_argument("--rounds", type=int, default=encodings.ROUNDS)
    parser.add_argument("--nodes-at-start", type=int, default=restart.NODES)
    parser.add_argument("--pods-at-start", type=int, default=restart.PODS, help="that run already; 0 leaves the start out")
    parser.add_argument("--rounds-of-start", type=int, default=restart.ROUNDS)
    given = parser.parse_args()
    given.kube_scheduler = False
    return given


@contextlib.contextmanager
def fresh_cluster(given):
    """A control plane of its own, gone at the end."""
    cluster = Cluster(given, tempfile.mkdtemp(prefix="berth-bench-"))
    try:
        yield cluster
    finally:
        cluster.close()
        cluster.discard()


def main():
    given = options()
    own_network.enter()
    with fresh_cluster(given) as cluster:
        figures = encodings.binds(cluster, given.nodes, given.pods, given.rounds)
    text = encodings.HEAD.format(**report.machine()) + encodings.BINDS.format(nodes=given.nodes, pods=given.pods, rounds=given.rounds)
    text += encodings.table(figures, encodings.BINDING)
    if given.pods_at_start:
        with fresh_cluster(given) as cluster:
            figures, _, size = encodings.starts(cluster, given.nodes_at_start, given.pods_at_start, given.rounds_of_start)
        text += encodings.START.format(nodes=given.nodes_at_start, pods=given.pods_at_start, rounds=given.rounds_of_start, size=size / 1024)
        text += encodings.table(figures, encodings.STARTING)
    print(f"\n{encodings.TITLE}\n\n{text}")
    if given.write:
        page.write_section(given.write, encodings.TITLE, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
