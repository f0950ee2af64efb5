#!/usr/bin/python3
"""Kubernetes' own scheduling specs (test/e2e/scheduling of v1.37.2) on a real control plane, with kube-controller-manager,
and kwok in place of kubelets: a line for each spec. The scheduler is berth, or kube-scheduler, as default-scheduler.

The last line is "N passed, N failed". Called by run.sh."""
import argparse
import os
import re
import subprocess
import sys
import tempfile

import yaml

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
CLUSTER = os.path.join(os.path.dirname(HERE), "cluster")
sys.path[:0] = [HERE, CLUSTER]

from harness import own_network  # noqa: E402
from harness.cluster import Cluster  # noqa: E402
from harness.load import create_all  # noqa: E402
from harness.objects import node, pod  # noqa: E402
from harness.scheduler import configuration, write  # noqa: E402
from harness.wait import until  # noqa: E402
from kubelet import CapacityIsAllocatable, DeletedPodsEnd  # noqa: E402
from report import specs  # noqa: E402

# What is left out, and why. kube-scheduler fails the last two here as well.
LEFT_OUT = {
    r"LimitRange": "an admission plugin, not the scheduler",
    r"GenericWorkload": "needs a feature gate that is off by default",
    r"same hostPort but different hostIP and protocol": "talks to the pods: needs containers and a network",
    r"async preemption": "needs containers that end slowly",
}
ZONES = ("zone-a", "zone-b")
NODES = 4
FLOOR = 24  # so many are left; fewer: something is wrong with the choice of specs


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--berth", required=True, help="the executable")
    parser.add_argument("--specs", required=True, help="the test binary")
    parser.add_argument("--scheduler", choices=("berth", "kube-scheduler"), default="berth")
    parser.add_argument("--control-plane", help="the folder with kube-apiserver, etcd, kwok and so on; otherwise they are built")
    parser.add_argument("--only", metavar="WORDS", help="only the specs whose name has these words (a regular expression)")
    parser.add_argument("--all", action="store_true", help="also the specs that cannot pass on this control plane")
    parser.add_argument("--keep", action="store_true", help="leave the folders with the logs")
    given = parser.parse_args()
    given.specs = os.path.abspath(given.specs)
    given.kube_scheduler = given.scheduler == "kube-scheduler"
    if not given.control_plane:
        given.control_plane = subprocess.run([os.path.join(CLUSTER, "build_control_plane.sh")], check=True, text=True,
                                             stdout=subprocess.PIPE, stdin=subprocess.DEVNULL).stdout.strip()
    return given


def machine(number):
    """A node as a kubelet registers it: with addresses, a zone and local storage."""
    zone = ZONES[number % len(ZONES)]
    made = node(f"node-{number}", cpu="8", memory="32Gi", labels={
        "topology.kubernetes.io/zone": zone, "topology.kubernetes.io/region": "region-1", "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64"})
    room = {**made["status"]["capacity"], "ephemeral-storage": "100Gi"}
    made["status"].update(capacity=room, allocatable=room, addresses=[
        {"type": "InternalIP", "address": f"10.1.0.{number + 1}"}, {"type": "Hostname", "address": f"node-{number}"}])
    return made


def add_system_pod(api, number):
    """Specs wait for the pods that every node of Kubernetes' own test clusters has, a minute each: this one has all their names.
    It is bound, not made with a node: the specs look for the condition that binding sets."""
    name = f"kube-proxy-fluentd-elasticsearch-node-problem-detector-{number}"
    path = "/api/v1/namespaces/kube-system/pods"
    api.create(path, pod(name, cpu=None, memory=None, namespace="kube-system", scheduler="nobody",
                         tolerations=[{"operator": "Exists"}]))
    api.create(f"{path}/{name}/binding", {"metadata": {"name": name}, "target": {"kind": "Node", "name": f"node-{number}"}})


def wait_for_service_account(api):
    path = "/api/v1/namespaces/kube-system/serviceaccounts"
    until(lambda: any(each["metadata"]["name"] == "default" for each in api.get(path)["items"]), 60,
          "kube-controller-manager makes no service accounts")


def stages_without_ends(folder):
    """kwok's stages without the one that ends pods: see kubelet.py."""
    with open(os.path.join(CLUSTER, "manifests", "kwok-stages.yaml"), encoding="utf-8") as file:
        stages = [stage for stage in yaml.safe_load_all(file) if stage["metadata"]["name"] != "pod-gone"]
    return write(folder, "stages.yaml", yaml.safe_dump_all(stages))


def run_specs(given, cluster, report):
    words = [given.specs, f"--kubeconfig={cluster.admin_kubeconfig}", "--provider=skeleton", f"--num-nodes={NODES}", "--dump-logs-on-failure=false",
             "--disable-log-dump", "--ginkgo.no-color", f"--ginkgo.junit-report={report}", "--ginkgo.timeout=2h",
             "--ginkgo.v"]
    if given.only:
        words.append(f"--ginkgo.focus={given.only}")
    if not given.all:
        words.append("--ginkgo.skip=" + "|".join(LEFT_OUT))
    log = os.path.join(cluster.folder, "specs.log")
    with open(log, "wb") as out:  # ends with this process, as the others do
        subprocess.run(["setpriv", "--pdeathsig", "KILL", *words], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                       cwd=cluster.folder, check=False, env={"PATH": os.environ["PATH"], "HOME": cluster.folder})
    return log


def show(report):
    """Prints a line for each spec; returns how many passed, and how many did not."""
    passed = failed = 0
    for name, state, seconds, why in specs(report):
        good = state == "passed"
        passed, failed = passed + good, failed + (not good)
        name = re.sub(r" *\[(sig-scheduling|Serial|Conformance)\] *", " ", name).strip()
        print(f"{'ok' if good else 'FAIL':4} {seconds:6.1f} s  {name}", flush=True)
        if not good:
            print("".join(f"       {line}\n" for line in why.splitlines()[:12]), end="")
    return passed, failed


def main():
    given = options()
    own_network.enter()
    cluster = Cluster(given, tempfile.mkdtemp(prefix="berth-upstream-e2e-"))
    passed = failed = 0
    try:
        cluster.plane.start_controller_manager()
        cluster.plane.start_kwok(stages_without_ends(cluster.folder))
        create_all(cluster.api, "/api/v1/nodes", [machine(number) for number in range(NODES)])
        wait_for_service_account(cluster.api)
        for number in range(NODES):
            add_system_pod(cluster.api, number)
        for part in (CapacityIsAllocatable, DeletedPodsEnd):
            part(cluster.plane.api("kubelet", "system:masters"))
        scheduler = cluster.berth(configuration({"schedulerName": "default-scheduler"}), name=given.scheduler)
        report = os.path.join(cluster.folder, "report.xml")
        log = run_specs(given, cluster, report)
        if os.path.exists(report):
            passed, failed = show(report)
        if not scheduler.process.running():
            print(f"{scheduler.name} ended with {scheduler.process.exit_code()}:\n{scheduler.process.log_tail()}")
            failed += 1
        if passed + failed < (1 if given.only else FLOOR):
            with open(log, encoding="utf-8", errors="replace") as text:
                print(f"only {passed + failed} specs ran:\n{''.join(text.readlines()[-20:])}")
            failed += 1
    finally:
        cluster.close()
        if given.keep:
            print(f"logs: {' '.join(cluster.folders())}")
        else:
            cluster.discard()
    for words, why in () if given.all else LEFT_OUT.items():
        print(f"left out: {words}: {why}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
