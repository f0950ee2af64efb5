#!/usr/bin/python3
"""Runs the scenarios in scenarios/ against a real control plane, each with one of its own; one line each.

The last line is "N passed, N failed", and ", N not on v1.36" where the API server is too old for some. Called by e2e.sh."""
import argparse
import importlib
import os
import pkgutil
import subprocess
import sys
import tempfile
import textwrap
import time
import traceback

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import scenarios  # noqa: E402
from harness import own_network, versions  # noqa: E402
from harness.cluster import Cluster  # noqa: E402
from harness.planes import Planes  # noqa: E402
from harness.wait import Failure, expect  # noqa: E402


def names():
    return sorted(module.name for module in pkgutil.iter_modules(scenarios.__path__))


def listing():
    lines = ["scenarios:"]
    for name in names():
        lines += textwrap.wrap(" ".join(importlib.import_module(f"scenarios.{name}").__doc__.split()), 110,
                               initial_indent=f"  {name:24} ", subsequent_indent=" " * 27)
    return "\n".join(lines)


def options():
    parser = argparse.ArgumentParser(description=__doc__, epilog=listing(), formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--berth", required=True, help="the executable")
    parser.add_argument("--control-plane", help="the folder with kube-apiserver, etcd, kubectl, helm, kwok; otherwise they are built")
    parser.add_argument("--only", action="append", metavar="NAME", help="run this scenario (may be given several times)")
    parser.add_argument("--kube-scheduler", action="store_true",
                        help="put kube-scheduler in berth's place: does the scenario ask for what kube-scheduler does?")
    parser.add_argument("--sanitizer", action="store_true", help="the executable was built with sanitizers: no limit on memory")
    parser.add_argument("--keep", action="store_true", help="leave the folders with the logs")
    given = parser.parse_args()
    for name in given.only or []:
        if name not in names():
            parser.error(f"no scenario is called {name!r}; there are: {', '.join(names())}")
    if not given.control_plane:
        built = subprocess.run([os.path.join(HERE, "build_control_plane.sh")], check=False, text=True, stdout=subprocess.PIPE,
                               stdin=subprocess.DEVNULL)
        if built.returncode:  # It has said why.
            sys.exit(built.returncode)
        given.control_plane = built.stdout.strip()
    return given


def run(name, given, planes):
    """"passed", "failed", or "not here" where the API server is too old for it. Prints what it says, and on a failure the end of
    every log."""
    scenario = importlib.import_module(f"scenarios.{name}")
    missing = versions.not_on(versions.served(given.control_plane), scenario)
    if missing:
        planes.scenario_ended()
        print(f"-    {name:28} {'':8}  {missing}", flush=True)
        return "not here"
    folder = tempfile.mkdtemp(prefix=f"berth-{name}-")
    started = time.monotonic()
    cluster, failure, remark = Cluster(given, folder, planes), None, None
    try:
        remark = scenario.run(cluster)
        left = [page for page in getattr(scenario, "PAGES", ()) if page not in cluster.walked]
        expect(not left, f"it says that it runs {', '.join(left)}, and did not")
        cluster.finish()
    except Failure as error:
        failure = str(error)
    except Exception:  # A scenario that breaks is a failure like any other, and the next ones still run.
        failure = traceback.format_exc()
    finally:
        cluster.close()
        planes.scenario_ended()
    took = time.monotonic() - started
    print(f"{'FAIL' if failure else 'ok':4} {name:28} {took:6.1f} s  {remark or ''}".rstrip(), flush=True)
    if failure:
        print(failure)
        ours = [scheduler.process for scheduler in cluster.schedulers]
        for process in cluster.processes():
            print(f"--- {process.name}: the end of its log\n{process.log_tail(40 if process in ours else 3)}", flush=True)
    if given.keep:
        print(f"     logs: {' '.join(cluster.folders())}")
    else:
        cluster.discard()
    return "failed" if failure else "passed"


def main():
    given = options()
    own_network.enter()
    chosen = given.only or names()
    planes = Planes(given.control_plane, len(chosen))
    try:
        results = [run(name, given, planes) for name in chosen]
    finally:
        planes.close()
    failed, missing = results.count("failed"), results.count("not here")
    print(f"{results.count('passed')} passed, {failed} failed" + (f", {missing} not on {versions.served(given.control_plane)}" if missing else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
