#!/usr/bin/env python3
"""Ten pods under a limit of six, from nothing: `make demo`.

Builds, starts an API server in memory with three nodes, and berth with scheduler.yaml; creates the Deployment in nginx.json;
waits until six pods are bound and four say why they are not; shows that as kubectl does; and cleans up. With --keep all of it
stays, and what to try is printed. Exits 1, and says why, where anything else happens.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from cluster import Cluster, node
from view import print_events, print_pods

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(ROOT, "build", "release")
KEPT = os.path.join(ROOT, "build", "demo")
LIMIT, REPLICAS = 6, 10
MESSAGE = "0/3 nodes are available: 3 POD数量超过，不能调度，最多只能调度6."
PATIENCE = 60  # seconds, for what takes one


class Failure(Exception):
    """What went wrong, for the last line."""


def say(text):
    print(f"\n== {text}", flush=True)


def build(jobs):
    say("building berth and the in-memory API server (some minutes the first time)")
    configured = subprocess.run(["cmake", "--preset", "release"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if configured.returncode:
        sys.stdout.buffer.write(configured.stdout)
        raise Failure("cmake could not configure the build")
    command = ["cmake", "--build", "--preset", "release", "--target", "berth", "memory_api_server", "-j", str(jobs)]
    if subprocess.run(command, cwd=ROOT).returncode:
        raise Failure("the build failed")


class Processes:
    """What was started: ended together, the last first."""

    def __init__(self, folder):
        self.folder = folder
        self.started = []

    def start(self, name, arguments):
        log = open(self.log(name), "wb")
        process = subprocess.Popen([os.path.join(BUILD, name), *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   start_new_session=True)
        self.started.append((name, process))

    def log(self, name):
        return os.path.join(self.folder, name + ".log")

    def check(self):
        for name, process in self.started:
            if process.poll() is not None:
                with open(self.log(name), encoding="utf-8", errors="replace") as log:
                    last = "".join(log.readlines()[-20:])
                raise Failure(f"{name} ended with exit code {process.returncode}; its last lines:\n{last}")

    def wait_for(self, what, happened):
        deadline = time.monotonic() + PATIENCE
        while not (result := happened()):
            self.check()
            if time.monotonic() > deadline:
                raise Failure(f"{what}: not within {PATIENCE} s; see {self.log('berth')}")
            time.sleep(0.05)
        return result

    def stop(self):
        for _, process in reversed(self.started):
            process.terminate()
        for _, process in reversed(self.started):
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def stop_kept():
    """Ends what an earlier demo was told to leave running."""
    try:
        with open(os.path.join(KEPT, "pids"), encoding="ascii") as file:
            pids = [int(pid) for pid in file.read().split()]
    except FileNotFoundError:
        return
    for pid in pids:
        try:
            with open(f"/proc/{pid}/cmdline", encoding="utf-8") as command:
                if BUILD in command.read():
                    os.kill(pid, signal.SIGTERM)
        except (FileNotFoundError, ProcessLookupError):
            pass
    shutil.rmtree(KEPT)
    print("the demo that was left running is stopped")


def settled(cluster):
    """The pods, once six are bound and all others have their event and their condition."""
    pods = cluster.pods()
    waiting = [pod for pod in pods if "nodeName" not in pod["spec"]]
    if len(pods) != REPLICAS or len(waiting) != REPLICAS - LIMIT:
        return None
    for pod in waiting:
        said = [event["message"] for event in cluster.events(pod) if event["reason"] == "FailedScheduling"]
        conditions = {c["type"]: c for c in pod["status"].get("conditions", [])}
        if MESSAGE not in said or conditions.get("PodScheduled", {}).get("reason") != "Unschedulable":
            return None
    if any(pod["status"]["phase"] != "Running" for pod in pods if pod not in waiting):
        return None
    return pods


def show(cluster, pods):
    waiting = [pod["metadata"]["name"] for pod in pods if "nodeName" not in pod["spec"]]
    if cluster.kubectl:
        print("$ kubectl get pods -o wide", flush=True)
        print(cluster.run_kubectl("get", "pods", "-o", "wide"), end="", flush=True)
        for name in waiting:
            print(f"\n$ kubectl describe pod {name}   # the end of it")
            described = cluster.run_kubectl("describe", "pod", name)
            print(described[described.index("Events:"):], end="", flush=True)
        return
    print_pods(pods)
    for pod in pods:
        if pod["metadata"]["name"] in waiting:
            print_events(pod, cluster.events(pod))


def leave_running(processes, cluster, kubeconfig):
    with open(os.path.join(KEPT, "pids"), "w", encoding="ascii") as file:
        file.write(" ".join(str(process.pid) for _, process in processes.started) + "\n")
    pod = next(pod["metadata"]["name"] for pod in cluster.pods() if "nodeName" in pod["spec"])
    say("all of it is still running; try")
    if cluster.kubectl:
        print(f"kubectl --kubeconfig {kubeconfig} get pods -o wide --watch")
        print(f"kubectl --kubeconfig {kubeconfig} delete pod {pod}      # one of the four takes its place")
        print(f"kubectl --kubeconfig {kubeconfig} scale deployment testngx --replicas=3")
        print(f"kubectl --kubeconfig {kubeconfig} get events --watch")
    else:
        print(f"curl {cluster.url}/api/v1/namespaces/default/pods")
        print(f"curl -X DELETE {cluster.url}/api/v1/namespaces/default/pods/{pod}      # one of the four takes its place")
        print(f"kubectl is not installed; with it: kubectl --kubeconfig {kubeconfig} get pods")
    print(f"tail -f {processes.log('berth')}")
    print(f"kill $(cat {KEPT}/pids)      # stops it; the next `make demo` does too")


def run(options, processes):
    kubeconfig = os.path.join(processes.folder, "kubeconfig")
    port_file = os.path.join(processes.folder, "port")
    say("starting the API server and berth")
    processes.start("memory_api_server", ["--kubelet", "--expand-deployments", "--kubeconfig", kubeconfig, "--port-file", port_file])
    processes.wait_for("the API server listens", lambda: os.path.exists(port_file))
    with open(port_file, encoding="ascii") as file:
        cluster = Cluster(f"http://127.0.0.1:{file.read().strip()}", kubeconfig)
    for number in (1, 2, 3):
        cluster.create("/api/v1/nodes", node(number))
    processes.start("berth", ["run", "--config", os.path.join(HERE, "scheduler.yaml"), "--kubeconfig", kubeconfig,
                              "--secure-port", "0"])
    print(f"three nodes at {cluster.url}; logs in {processes.folder}")

    say(f"a Deployment of {REPLICAS} pods, of which {LIMIT} may be placed")
    cluster.create_file(os.path.join(HERE, "nginx.json"))
    started = time.monotonic()
    pods = processes.wait_for(f"{LIMIT} pods bound, {REPLICAS - LIMIT} waiting with their reason", lambda: settled(cluster))
    print(f"decided in {time.monotonic() - started:.1f} s\n")
    show(cluster, pods)
    say(f"{LIMIT} pods are bound, {REPLICAS - LIMIT} are Pending and say why")
    if options.keep:
        leave_running(processes, cluster, kubeconfig)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="compilers at a time")
    parser.add_argument("--keep", action="store_true", help="leave it running")
    options = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")  # whatever the locale
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    processes, kept = None, False
    try:
        build(options.jobs)
        stop_kept()
        if options.keep:
            os.makedirs(KEPT)
        processes = Processes(KEPT if options.keep else tempfile.mkdtemp(prefix="berth-demo-"))
        run(options, processes)
        kept = options.keep
        return 0
    except (Failure, OSError, subprocess.CalledProcessError) as why:
        detail = getattr(why, "stderr", None)
        print(f"\ndemo: {why}" + (f"\n{detail}" if detail else ""), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        if processes and not kept:
            processes.stop()
            shutil.rmtree(processes.folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
